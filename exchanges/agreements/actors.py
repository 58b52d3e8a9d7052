"""Who took a step of a standing agreement: the journal keeps it of each, with the organisation it was taken for."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from exchanges.models import StandingAgreement
from exchanges.verbs import AgreementVerb
from journal.models import Event
from journal.querysets import EventQuerySet

#: What a hub keeps for itself of one is no step in it.
_OF_THE_HUB = [AgreementVerb.FOLLOWED_UP, AgreementVerb.LET_GO, AgreementVerb.NOTED]


def took_step(agreements: QuerySet[StandingAgreement]) -> Exists:
    """That a membership is of somebody who took a step of one of these for that organisation."""
    steps = _steps().filter(subject_id__in=agreements.values("pk"))
    return Exists(steps.filter(by_id=OuterRef("user"), organisation_id=OuterRef("organisation")))


def acted_in(user: User, agreements: Iterable[StandingAgreement]) -> set[int]:
    """The keys of those of which the user took a step, also on behalf of a side. One query."""
    steps = _steps().filter(subject_id__in=[one.pk for one in agreements], by_id=user.pk)
    return {pk for pk in steps.values_list("subject_id", flat=True) if pk is not None}


def _steps() -> EventQuerySet:
    return Event.objects.filter(subject_kind=StandingAgreement._meta.label_lower).exclude(verb__in=_OF_THE_HUB)
