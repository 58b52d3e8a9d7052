"""Asks the sources of elements that are overdue for verification whether they are still so, and asks once more.

One letter for each person and step, however many elements it is about. Some people at a time. Only who may see an
element is asked about it: members of its source organisation, where it shows to its hub at least.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from enum import Enum

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from accounts.enums import MemberRole
from accounts.models import Membership
from journal.events import Happened, record_many
from maps.enums import FeatureState, SourceAnswer, Visibility
from maps.models import MapFeature, VerificationRound
from maps.permissions import can_see
from maps.querysets import MapFeatureQuerySet
from maps.standing import Standing
from maps.verbs import MapVerb
from maps.verification.letters import ask_person


class Unasked(Enum):
    """Why a source isn't asked whether an element is still so."""

    NO_ORGANISATION = "no organisation here"
    NO_ACCOUNT = "nobody of it has an account"
    NO_ADMIN = "nobody of it may answer"
    NOT_SHOWN = "it doesn't see the element"


#: From the first letter to the second, and from that to the end.
PAUSES = (dt.timedelta(days=14), dt.timedelta(days=14))
#: Elements or people in one transaction.
AT_ONCE = 200


def begin_rounds(*, at: dt.datetime) -> int:
    """Begin to ask about every element that is overdue; returns how many. Nobody is written to yet."""
    ids = list(_to_ask(at).values_list("pk", flat=True))
    return sum(begin_for(ids[first : first + AT_ONCE], at=at) for first in range(0, len(ids), AT_ONCE))


def take_due(*, at: dt.datetime) -> int:
    """Write to some people what is due, and end what nobody answered; returns of how many elements.

    Call it again until it returns 0.
    """
    return _take_some(at)


def _to_ask(at: dt.datetime) -> MapFeatureQuerySet:
    """Elements that are overdue and whose source sees them, but for those that it was asked about since."""
    asked = VerificationRound.objects.filter(feature=OuterRef("pk"))
    since = asked.filter(Q(ended_at__isnull=True) | Q(begun_at__date__gt=OuterRef("verify_by")))
    overdue = MapFeature.objects.present().overdue(timezone.localdate(at))
    return overdue.filter(
        source_organisation__isnull=False, visibility__gte=Visibility.HUB, layer__visibility__gte=Visibility.HUB
    ).exclude(Exists(since))


def begin_for(ids: Sequence[int], *, at: dt.datetime) -> int:
    """Begin to ask about some elements, each of somebody of its source; returns of how many there is such a person."""
    with transaction.atomic():
        features = list(MapFeature.objects.filter(pk__in=ids).only("source_organisation_id", "created_by_id"))
        people = _people_of(features, _members_of(features))
        before = VerificationRound.objects.filter(feature__in=ids).order_by()
        last = dict(before.values_list("feature").annotate(Max("number")))
        made = [
            VerificationRound(
                feature=feature,
                number=last.get(feature.pk, 0) + 1,
                person_id=people[feature.pk],
                begun_at=at,
                due_at=at,
            )
            for feature in features
            if feature.pk in people
        ]
        # Of two runs at once each element is asked about by one.
        VerificationRound.objects.bulk_create(made, ignore_conflicts=True)
        return len(made)


def why_not_asked(features: Sequence[MapFeature]) -> dict[int, Unasked]:
    """By the id of an element why its source isn't asked about it; those that are asked in time aren't among them.
    Reads their layers; one query for all.
    """
    by_organisation = _members_of(features)
    people = _people_of(features, by_organisation)
    found = {}
    for feature in features:
        if feature.source_organisation_id is None:
            found[feature.pk] = Unasked.NO_ORGANISATION
        elif min(feature.visibility, feature.layer.visibility) < Visibility.HUB:
            found[feature.pk] = Unasked.NOT_SHOWN
        elif feature.pk not in people:
            has_members = bool(by_organisation.get(feature.source_organisation_id))
            found[feature.pk] = Unasked.NO_ADMIN if has_members else Unasked.NO_ACCOUNT
    return found


def _members_of(features: Sequence[MapFeature]) -> dict[int | None, list[Membership]]:
    """Who belongs to the sources of elements and may log in, by organisation."""
    members = Membership.objects.filter(
        organisation__in={feature.source_organisation_id for feature in features}, user__is_active=True
    ).order_by("pk")
    by_organisation: dict[int | None, list[Membership]] = defaultdict(list)
    for member in members:
        by_organisation[member.organisation_id].append(member)
    return by_organisation


def _people_of(features: Sequence[MapFeature], by_organisation: dict[int | None, list[Membership]]) -> dict[int, int]:
    """Whom to ask about each: who put it on the map, if they are of its source, else an admin of that.

    Without either nobody can be asked: the hub sees that on its list.
    """
    people = {}
    for feature in features:
        of_source = by_organisation.get(feature.source_organisation_id, [])
        makers = [member.user_id for member in of_source if member.user_id == feature.created_by_id]
        admins = [member.user_id for member in of_source if member.role == MemberRole.ADMIN]
        if makers or admins:
            people[feature.pk] = (makers or admins)[0]
    return people


@transaction.atomic
def _take_some(at: dt.datetime) -> int:
    """All that is due of some people. What somebody else has locked is passed by until the next run."""
    due = VerificationRound.objects.due(at)
    first = due.order_by("due_at", "person").values_list("person", flat=True)[:AT_ONCE]
    member = Membership.objects.filter(user=OuterRef("person"), organisation=OuterRef("feature__source_organisation"))
    rows = due.filter(person__in=list(dict.fromkeys(first))).for_letters().annotate(is_theirs=Exists(member))
    rounds = list(rows.select_for_update(of=("self",), skip_locked=True, no_key=True).order_by("feature_id"))
    letters: dict[tuple[int, int], list[VerificationRound]] = defaultdict(list)
    for one in rounds:
        if _is_asked(one, at):
            letters[one.person_id, one.letters].append(one)
    VerificationRound.objects.bulk_update(rounds, ["due_at", "letters", "answer", "ended_at"], batch_size=500)
    for about in letters.values():
        ask_person(about[0].person, about)
    record_many(
        MapVerb.SOURCE_ASKED,
        [
            Happened(one.feature, one.feature.source_organisation_id, [one.feature.layer.map.hub_id])
            for about in letters.values()
            for one in about
        ],
    )
    return len(rounds)


def _is_asked(one: VerificationRound, at: dt.datetime) -> bool:
    """Bring a round one step on, unsaved: whether it is asked now. Else it has ended."""
    feature = one.feature
    verified = feature.verified_at is not None and feature.verified_at > one.begun_at
    theirs = one.is_theirs and shows_to_source(feature, one.person_id)  # type: ignore[attr-defined] # annotated
    if feature.state != FeatureState.PUBLISHED or verified or not theirs:
        end(one, SourceAnswer.MOVED, at)
        return False
    if one.letters == len(PAUSES):
        end(one, SourceAnswer.LAPSED, at)
        return False
    one.due_at, one.letters = at + PAUSES[one.letters], one.letters + 1
    return True


def shows_to_source(feature: MapFeature, person_id: int) -> bool:
    """Whether an element still shows to a member of its source. Reads its layer and map."""
    organisation_id = feature.source_organisation_id
    members_of = frozenset[int]() if organisation_id is None else frozenset([organisation_id])
    return can_see(Standing(user_id=person_id, organisation_ids=members_of), feature)


def end(one: VerificationRound, answer: SourceAnswer, at: dt.datetime) -> None:
    """End a round, unsaved."""
    one.answer, one.ended_at, one.due_at = answer, at, None
