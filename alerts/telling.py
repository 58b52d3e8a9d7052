"""From a listing that became public or changed to those who want to hear of it: each has one alert, whatever it fits.

Nothing is mailed here: `alerts.digests` does, when an alert is due.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Membership, User
from alerts.enums import Frequency, Topic
from alerts.models import MatchAlerts, SavedSearch, WaitingListing
from alerts.schedule import due_at
from alerts.watching import searches_that_fit
from journal.models import Event
from listings.models import Listing
from listings.verbs import ListingVerb
from matching.models import Match
from matching.pairs.sides import side_of


class Wish(NamedTuple):
    """Who wants to hear of a listing, how soon, and why: for a saved search, or for a listing of their own."""

    person_id: int
    frequency: str
    search_id: int | None
    own_id: int | None


#: Who heard of this version already hears nothing; who is still to hear does so at the earliest of both moments.
_NOTE = """
INSERT INTO alerts_alert (person_id, listing_id, version, search_id, own_id, due_at)
SELECT person_id, %s, %s, search_id, own_id, due_at
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[]) AS wish (person_id, search_id, own_id, due_at)
ON CONFLICT (person_id, listing_id, version) DO UPDATE
SET due_at = excluded.due_at, search_id = excluded.search_id, own_id = excluded.own_id
WHERE alerts_alert.sent_at IS NULL AND alerts_alert.due_at > excluded.due_at
"""


@transaction.atomic
def tell_of(*, listing_id: int, topic: Topic, at: dt.datetime) -> int:
    """Note who is to be told of a listing that waits; returns how many. It does no harm to run this twice.

    A listing that isn't public any more is told to nobody. One that changes in the meantime waits again. Of matches
    there is nothing to tell before it has been paired.
    """
    # As whoever changes a listing does: the listing first, and then its rows that wait.
    locked = Listing.objects.select_for_update(of=("self",), no_key=True).filter(pk=listing_id)
    listing = locked.published().not_over(timezone.localdate(at)).first()
    waiting = WaitingListing.objects.filter(listing=listing_id, topic=topic).select_for_update(skip_locked=True)
    row = waiting.first()
    if row is None or (topic == Topic.MATCHES and listing is not None and listing.paired_at is None):
        return 0
    row.delete()
    if listing is None:
        return 0
    wishes = wishes_for(listing) if topic == Topic.SEARCHES else wishes_for_matches(listing)
    return _note(listing, wishes, at)


def wishes_for(listing: Listing) -> list[Wish]:
    """Those whose saved searches a listing fits."""
    fitting = searches_that_fit(listing)
    return [Wish(search.owner_id, search.frequency, search.pk, None) for search in fitting]


def wishes_for_matches(listing: Listing) -> list[Wish]:
    """Those in whose organisations' lists of matches a listing stands."""
    side = side_of(listing.kind)
    if side is None:
        return []
    matches = Match.objects.of_listing(listing).current().kept_by(side.other.bit).best_first()
    others = list(matches.values_list(side.other.column, flat=True))
    owned = dict(Listing.objects.filter(pk__in=others).values_list("pk", "organisation"))
    members = MatchAlerts.objects.filter(paused=False, owner__memberships__organisation__in=set(owned.values()))
    rows = list(members.exclude(frequency=Frequency.OFF).values_list(
        "owner", "frequency", "owner__memberships__organisation"
    ))  # fmt: skip
    return [
        Wish(person_id, frequency, None, other)
        for other in others
        for person_id, frequency, organisation_id in rows
        if owned.get(other) == organisation_id
    ]


def version_of(listing: Listing) -> int:
    """How often a listing became public, beside when it was read from a file: what is free again is news again."""
    return Event.objects.about(listing).of_verbs([ListingVerb.PUBLISHED]).count()


def _note(listing: Listing, wishes: Iterable[Wish], at: dt.datetime) -> int:
    """Write an alert for each person once, at the earliest moment that they want to hear of it."""
    soonest = {Frequency.AT_ONCE: 0, Frequency.DAILY: 1, Frequency.WEEKLY: 2}
    first: dict[int, Wish] = {}
    for wish in sorted(wishes, key=lambda wish: soonest[Frequency(wish.frequency)]):
        first.setdefault(wish.person_id, wish)
    told = _who_may_hear(first, listing)
    if not told:
        return 0
    moments = {frequency: due_at(frequency, at=at) for frequency in {wish.frequency for wish in told}}
    people, searches, own, due = zip(
        *((wish.person_id, wish.search_id, wish.own_id, moments[wish.frequency]) for wish in told), strict=True
    )
    with connection.cursor() as cursor:
        values: list[Any] = [listing.pk, version_of(listing), list(people), list(searches), list(own), list(due)]
        cursor.execute(_NOTE, values)
        return int(cursor.rowcount)


def _who_may_hear(wishes: dict[int, Wish], listing: Listing) -> list[Wish]:
    """Without accounts that are closed, and without those whose own organisation it is: they know it."""
    active = set(User.objects.filter(pk__in=wishes, is_active=True).values_list("pk", flat=True))
    own = Membership.objects.filter(user__in=wishes, organisation=listing.organisation_id)
    return [wishes[person] for person in sorted(active - set(own.values_list("user", flat=True)))]


def nobody_listens(topic: Topic) -> bool:
    """Whether a topic has nobody to be told: then nothing needs to be looked up."""
    if topic == Topic.SEARCHES:
        return not SavedSearch.objects.listening().exists()
    return not MatchAlerts.objects.filter(paused=False).exclude(frequency=Frequency.OFF).exists()
