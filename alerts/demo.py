"""What alerts add to the demo: saved searches of the log-ins, and the first of what they are told."""

import datetime as dt

from django.db.models import Q

from accounts.demo import DEMO_HUB, MAIL_DOMAIN
from accounts.models import User
from alerts import services
from alerts.enums import Frequency, Topic
from alerts.models import Alert, MatchAlerts, SavedSearch, WaitingListing
from alerts.telling import tell_of
from geo.models import Hub
from listings.models import Listing
from listings.search.asking import ask

#: By log-in: what it asks, in words and parameters, and how often it wants to hear.
SEARCHES = (
    ("koper", {"q": "stoelen binnen 30 km van Gent", "kind": "supply"}, Frequency.AT_ONCE),
    ("koper", {"q": "tafels gratis in Gent", "kind": "supply"}, Frequency.DAILY),
    ("koper", {"q": "buurthuis keuken", "hub": DEMO_HUB}, Frequency.WEEKLY),
    ("bedrijf", {"material": "wood", "kind": "demand", "hub": DEMO_HUB}, Frequency.WEEKLY),
    ("maatwerk", {"service": "repair", "kind": "supply", "hub": DEMO_HUB}, Frequency.DAILY),
)
#: Who hears of matches.
MATCHES = (("bedrijf", Frequency.DAILY), ("koper", Frequency.AT_ONCE))
#: So many of the newest listings of the log-ins' hub are looked at for those who saved a search.
TOLD_OF = 40


def remove_fictional_alerts() -> None:
    """Forget what the log-ins saved, and what anybody was told of fictional listings."""
    fictional = Listing.objects.filter(is_fictional=True)
    Alert.objects.filter(Q(listing__in=fictional) | Q(own__in=fictional)).delete()
    WaitingListing.objects.filter(listing__in=fictional).delete()
    people = User.objects.filter(email__endswith=f"@{MAIL_DOMAIN}")
    SavedSearch.objects.filter(owner__in=people).delete()
    MatchAlerts.objects.filter(owner__in=people).delete()


def make_demo_alerts(*, at: dt.datetime) -> None:
    """Save searches for the log-ins, and tell of the newest listings near them; of the others nobody is told."""
    users = {user.email.split("@")[0]: user for user in User.objects.filter(email__endswith=f"@{MAIL_DOMAIN}")}
    for name, asked, frequency in SEARCHES:
        if name in users:
            parameters = ask(asked, for_later=True)
            services.save_search(by=users[name], asked=parameters, given=asked, frequency=frequency)
    for name, frequency in MATCHES:
        if name in users:
            services.choose_match_alerts(by=users[name], frequency=frequency)
    hub = Hub.objects.get(slug=DEMO_HUB)
    newest = Listing.objects.filter(is_fictional=True).published().in_hub(hub.pk).newest_first()
    for listing_id in newest.values_list("pk", flat=True)[:TOLD_OF]:
        tell_of(listing_id=listing_id, topic=Topic.SEARCHES, at=at)
    WaitingListing.objects.filter(listing__in=Listing.objects.filter(is_fictional=True)).delete()
