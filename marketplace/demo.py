"""The demo: each room makes its own part, in the order of the floors, and takes it away in the other one."""

import datetime as dt
import random

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.demo import (
    DEMO_HUB,
    Progress,
    make_demo_logins,
    make_fictional_organisations,
    make_fictional_partners,
    remove_fictional_organisations,
)
from accounts.models import Organisation
from alerts.demo import make_demo_alerts, remove_fictional_alerts
from exchanges.demo import (
    make_demo_agreements,
    make_demo_arrangements,
    make_demo_exchanges,
    make_demo_request_on_behalf,
    make_demo_year,
    remove_fictional_exchanges,
)
from exchanges.enquiry_demo import make_demo_enquiries, remove_fictional_enquiries
from exchanges.enums import Confirmation
from exchanges.models import ImpactEntry
from geo.models import Hub
from listings.demo.generate import drawn_profiles
from listings.demo.store import make_fictional_listings, remove_fictional_listings
from listings.demo.written import read_written
from listings.enums import ListingKind
from listings.models import Listing
from maps.demo import make_fictional_maps, remove_fictional_maps
from matching.demo import remove_fictional_matches
from programme.demo import make_fictional_activities, remove_fictional_activities

LISTINGS_PER_ORGANISATION = 12
#: A smaller demo is there to be made fast: it has no year of exchanges behind it.
LISTINGS_WITH_A_YEAR = 1_000
#: Who the log-ins belong to, by key: these are there however few listings are asked for.
OF_LOGINS = ("meubelatelier-kraanvogel", "maatwerk-de-schakel", "buurthuis-de-lantaarn")


@transaction.atomic
def make_demo(*, listings: int, seed: int, today: dt.date, progress: Progress, with_people: bool = True) -> None:
    """Replace what is fictional by organisations with `listings` listings, partners, staff and log-ins; all unpaired.

    What was written by hand comes first, the rest is drawn. The same seed makes the same: everything is drawn from one
    random source, in one order. `with_people` adds what people do with it: exchanges, questions, saved searches.
    """
    remove_fictional_activities()
    remove_fictional_exchanges()
    # What is free again is noted as changed: that goes after it.
    remove_fictional_alerts()
    remove_fictional_enquiries()
    remove_fictional_maps()
    remove_fictional_matches()
    remove_fictional_listings()
    remove_fictional_organisations()
    source = random.Random(seed)
    written = read_written(listings, always=OF_LOGINS)
    drawn = drawn_profiles(source, max(8, (listings - len(written)) // LISTINGS_PER_ORGANISATION))
    profiles = written.profiles + drawn
    progress("organisations", 0, len(profiles))
    organisations = make_fictional_organisations(source, profiles)
    progress("organisations", len(profiles), len(profiles))
    make_fictional_listings(source, written, organisations, listings, today=today, progress=progress)
    make_fictional_partners()
    make_demo_logins()
    if with_people:
        # Those that were written by hand come first.
        others = Organisation.objects.filter(is_fictional=True, pk__gte=organisations[len(written.profiles)].pk)
        _make_what_people_do(others, today, with_a_year=listings >= LISTINGS_WITH_A_YEAR)


def _make_what_people_do(drawn: QuerySet[Organisation], today: dt.date, *, with_a_year: bool) -> None:
    make_demo_exchanges(drawn=drawn, today=today)
    make_demo_request_on_behalf(drawn=drawn, today=today)
    make_demo_agreements(drawn=drawn, today=today)
    make_demo_arrangements(drawn=drawn, today=today)
    if with_a_year:
        make_demo_year(today=today)
    make_demo_enquiries(today=today)
    make_demo_alerts(at=timezone.now())
    handed_over = ImpactEntry.objects.current().exclude(confirmation=Confirmation.NOTHING)
    lots = Listing.objects.published().filter(
        kind=ListingKind.SUPPLY, hub_only=False, is_fictional=True, pk__in=handed_over.values("leg__listing")
    )
    make_fictional_activities(today=today)
    make_fictional_maps(today=today, exchanged=lots.in_hub(Hub.objects.get(slug=DEMO_HUB).pk).order_by("pk").first())
