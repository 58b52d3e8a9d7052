"""Asks owners of listings that stand long whether these are still there, asks again, and lets them expire.

One letter for each person and step, however many of their listings it is about. Each person in a transaction of their
own: what fails for one listing, or one person, is set aside (`journal.one_by_one`) and stops nobody else.
"""

import datetime as dt
from collections import defaultdict

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from accounts.enums import MemberRole
from accounts.models import Membership
from alerts.enums import Answer
from alerts.freshness.letters import Step, tell
from alerts.models import FreshnessRound
from alerts.querysets import FreshnessRoundQuerySet
from alerts.schedule import is_quiet
from alerts.verbs import AlertVerb
from journal.enums import Topic
from journal.events import Happened, record_many
from journal.models import LetterRefusal
from journal.one_by_one import forget_settled, not_set_aside, set_aside, take_back
from listings.enums import ListingStatus
from listings.models import Listing
from listings.querysets import ListingQuerySet
from listings.services import lapse_listing

#: So long a listing stands before its owner is asked, and again after each answer.
STANDS = dt.timedelta(days=60)
#: From the first letter to the second, and from that to the end.
PAUSES = (dt.timedelta(days=14), dt.timedelta(days=7))
#: Listings of which rounds begin in one transaction, and rounds by which one call finds people.
AT_ONCE = 200
#: How operators read of what failed.
SWEEP = "freshness"


def begin_rounds(*, at: dt.datetime) -> int:
    """Begin to ask about every listing that has stood long enough; returns how many. Nobody is written to yet."""
    ids = list(_standing(at).values_list("pk", flat=True))
    return sum(_begin(ids[first : first + AT_ONCE], at) for first in range(0, len(ids), AT_ONCE))


def take_due(*, at: dt.datetime) -> int:
    """Write to some people what is due, and end what nobody answered; returns of how many listings.

    Call it again until it returns 0. At night it does nothing.
    """
    if is_quiet(at):
        return 0
    forget_settled(SWEEP, at)
    return _take_some(at)


def _standing(at: dt.datetime) -> ListingQuerySet:
    """Listings to ask about: without those of which somebody is being asked, or answered not long ago."""
    rounds = FreshnessRound.objects.filter(listing=OuterRef("pk"))
    asked = rounds.open() | rounds.filter(ended_at__gt=at - STANDS)
    return Listing.objects.standing_since(at - STANDS).exclude(Exists(asked))


@transaction.atomic
def _begin(ids: list[int], at: dt.datetime) -> int:
    listings = list(Listing.objects.filter(pk__in=ids).only("organisation_id", "created_by_id"))
    owners = _owners_of(listings)
    last = dict(FreshnessRound.objects.filter(listing__in=ids).values_list("listing").annotate(Max("number")))
    made = [
        FreshnessRound(
            listing=listing, person_id=owners[listing.pk], number=last.get(listing.pk, 0) + 1, begun_at=at, due_at=at
        )
        for listing in listings
        if listing.pk in owners
    ]
    # Of two runs at once each listing is asked about by one.
    FreshnessRound.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _refused(email: str) -> Exists:
    """Whether whoever has this address wants no such letters."""
    return Exists(LetterRefusal.objects.on(Topic.FRESHNESS).filter(address=OuterRef(email)))


def _owners_of(listings: list[Listing]) -> dict[int, int]:
    """Whom to ask about each: who made it, if they are still a member, else an admin of its organisation.

    Without either nobody can be asked; nor is who wants no such letters.
    """
    members = Membership.objects.filter(
        ~_refused("user__email"),
        organisation__in={listing.organisation_id for listing in listings},
        user__is_active=True,
    ).order_by("pk")
    by_organisation: dict[int, list[Membership]] = defaultdict(list)
    for member in members:
        by_organisation[member.organisation_id].append(member)
    owners = {}
    for listing in listings:
        own = by_organisation[listing.organisation_id]
        makers = [member.user_id for member in own if member.user_id == listing.created_by_id]
        admins = [member.user_id for member in own if member.role == MemberRole.ADMIN]
        if makers or admins:
            owners[listing.pk] = (makers or admins)[0]
    return owners


def _take_some(at: dt.datetime) -> int:
    """All that is due of some people; of how many listings, those that were set aside too: they are due no more."""
    first = _due(at).order_by("due_at", "person").values_list("person", flat=True)[:AT_ONCE]
    return sum(_take_person(person_id, at) for person_id in dict.fromkeys(first))


def _due(at: dt.datetime) -> FreshnessRoundQuerySet:
    # Nothing lapses of which nobody was asked: of who stopped these letters meanwhile it waits.
    return not_set_aside(SWEEP, FreshnessRound.objects.due(at).filter(~_refused("person__email")), at)


def _take_person(person_id: int, at: dt.datetime) -> int:
    """All that is due of one person, undone and set aside where it fails as a whole, as by a letter."""
    rounds: list[FreshnessRound] = []
    try:
        with transaction.atomic():
            # What somebody else has locked is passed by until the next run.
            due = _due(at).filter(person=person_id).for_letters()
            locked = due.select_for_update(of=("self", "listing"), skip_locked=True, no_key=True)
            rounds = list(locked.order_by("listing_id"))
            _take(rounds, at)
    except Exception as error:
        for one in rounds:
            set_aside(SWEEP, one, error, at)
        if not rounds:
            raise
    return len(rounds)


def _take(rounds: list[FreshnessRound], at: dt.datetime) -> None:
    """Bring the locked rounds of one person one step on, and write what that asks for."""
    steps: dict[Step, list[FreshnessRound]] = defaultdict(list)
    moved = []
    for one in rounds:
        try:
            with transaction.atomic():
                step = _step(one, at)
        except Exception as error:
            set_aside(SWEEP, one, error, at)
            continue
        moved.append(one)
        if step is not None:
            steps[step].append(one)
    take_back(SWEEP, moved)
    FreshnessRound.objects.bulk_update(moved, ["due_at", "letters", "answer", "ended_at"], batch_size=500)
    for step, about in steps.items():
        tell(about[0].person, step, about)
    asked = [one.listing for step, about in steps.items() if step != Step.LAPSED for one in about]
    record_many(
        AlertVerb.FRESHNESS_ASKED, [Happened(listing, listing.organisation_id, listing.hub_ids) for listing in asked]
    )


def _step(one: FreshnessRound, at: dt.datetime) -> Step | None:
    """Bring a round one step on, unsaved; which letter that asks for."""
    if one.listing.status != ListingStatus.PUBLISHED or one.listing.updated_at > one.begun_at:
        end(one, Answer.MOVED, at)
        return None
    if one.letters == len(PAUSES):
        lapse_listing(listing=one.listing)
        end(one, Answer.LAPSED, at)
        return Step.LAPSED
    step = Step.ASKED if one.letters == 0 else Step.ASKED_AGAIN
    one.due_at, one.letters = at + PAUSES[one.letters], one.letters + 1
    return step


def end(one: FreshnessRound, answer: Answer, at: dt.datetime) -> None:
    """End a round, unsaved."""
    one.answer, one.ended_at, one.due_at = answer, at, None
