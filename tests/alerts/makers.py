"""Saved searches and what becomes of them, for tests."""

import datetime as dt

from accounts.models import User
from alerts import services
from alerts.enums import Frequency, Topic
from alerts.models import Alert, SavedSearch, WaitingListing
from alerts.schedule import BRUSSELS
from alerts.telling import tell_of
from journal.models import Letter
from listings.models import Listing
from listings.search.asking import ask
from tests.makers import GENT, TODAY, make_user

#: Around Ghent, where listings of tests lie.
HERE = {"lat": str(GENT[0]), "lon": str(GENT[1]), "radius_km": "10"}
#: A moment at which letters go.
NOON = dt.datetime.combine(TODAY, dt.time(12), BRUSSELS)


def saved(by: User | None = None, frequency: str = Frequency.AT_ONCE, **asked: str) -> SavedSearch:
    """A saved search around Ghent, for what the parameters ask."""
    given = HERE | asked
    return services.save_search(
        by=by or make_user(), asked=ask(given, for_later=True), given=given, frequency=frequency
    )


def tell(listing: Listing, at: dt.datetime = NOON, topic: Topic = Topic.SEARCHES) -> int:
    return tell_of(listing_id=listing.pk, topic=topic, at=at)


def told(user: User) -> list[int]:
    """The listings that somebody has an alert of, sent or not."""
    return sorted(Alert.objects.filter(person=user).values_list("listing_id", flat=True))


def letters_to(user: User) -> list[Letter]:
    return list(Letter.objects.to(user.email).of_template("alerts").order_by("pk"))


def waits(listing: Listing, topic: Topic = Topic.SEARCHES) -> bool:
    return WaitingListing.objects.filter(listing=listing.pk, topic=topic).exists()


def titles(letter: Letter) -> list[str]:
    return [item["title"] for one in letter.data["lists"] for item in one["items"]]
