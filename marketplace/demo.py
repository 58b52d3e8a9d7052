"""The demo: each room makes its own part, in the order of the floors, and takes it away in the other one."""

import datetime as dt
import random

from django.db import transaction

from accounts.demo import (
    Progress,
    make_demo_logins,
    make_fictional_organisations,
    make_fictional_partners,
    remove_fictional_organisations,
)
from listings.demo.store import make_fictional_listings, remove_fictional_listings
from matching.demo import remove_fictional_matches

LISTINGS_PER_ORGANISATION = 12


@transaction.atomic
def make_demo(*, listings: int, seed: int, today: dt.date, progress: Progress) -> None:
    """Replace what is fictional by organisations with `listings` listings, partners, staff and log-ins; all unpaired.

    The same seed makes the same: everything is drawn from one random source, in one order.
    """
    remove_fictional_matches()
    remove_fictional_listings()
    remove_fictional_organisations()
    source = random.Random(seed)
    wanted = max(8, listings // LISTINGS_PER_ORGANISATION)
    progress("organisations", 0, wanted)
    organisations = make_fictional_organisations(source, wanted)
    progress("organisations", wanted, wanted)
    make_fictional_listings(source, organisations, listings, today=today, progress=progress)
    make_fictional_partners()
    make_demo_logins()
