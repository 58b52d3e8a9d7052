"""Who took part in a standing agreement: the journal keeps each step and message, with the organisation it was for."""

from django.db.models import Exists, OuterRef, QuerySet

from exchanges.models import StandingAgreement
from exchanges.verbs import AgreementVerb
from journal.models import Event

#: What a hub keeps for itself of one is no part in it.
_OF_THE_HUB = [AgreementVerb.FOLLOWED_UP, AgreementVerb.LET_GO, AgreementVerb.NOTED]


def took_part(agreements: QuerySet[StandingAgreement]) -> Exists:
    """That a membership is of somebody who took a step of one of these, or wrote about it, for that organisation."""
    events = Event.objects.filter(subject_kind=StandingAgreement._meta.label_lower).exclude(verb__in=_OF_THE_HUB)
    acted = events.filter(subject_id__in=agreements.values("pk"))
    return Exists(acted.filter(by_id=OuterRef("user"), organisation_id=OuterRef("organisation")))
