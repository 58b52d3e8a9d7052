"""Takes the exchanges of the demo away."""

from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from exchanges.models import (
    AgreementFollowUp,
    AgreementNote,
    AgreementReason,
    AgreementStepKey,
    Appointment,
    Arrangement,
    Carrier,
    Conversation,
    Delivery,
    Exchange,
    ExchangeLeg,
    HubFollowUp,
    HubNote,
    InboundMail,
    Message,
    MessagePhoto,
    Proposal,
    ReadMark,
    ReplyAddress,
    StandingAgreement,
)  # fmt: skip
from journal.models import Letter
from listings.enums import ReservationState
from listings.models import Reservation

#: After the work of a chain, two who are real hand over what came from somebody fictional.
_OF_THE_DEMO = (
    Q(requester__is_fictional=True) | Q(owner__is_fictional=True) | Q(listing__organisation__is_fictional=True)
)


def remove_fictional_exchanges() -> None:
    """Delete the exchanges of fictional organisations or with their lots, and the letters about these; a statement for
    each table: the database takes steps, statements and ledger lines along. What was held of a lot that isn't
    fictional is free again.
    """
    proposals = Proposal.objects.filter(
        Q(supply__organisation__is_fictional=True)
        | Q(service__organisation__is_fictional=True)
        | Q(demand__organisation__is_fictional=True)
    )
    doomed = _keys(Exchange.objects.filter(_OF_THE_DEMO))
    legs = _keys(ExchangeLeg.objects.filter(exchange__in=doomed))
    arrangements = _keys(_doomed_arrangements(doomed))
    agreements = _keys(StandingAgreement.objects.filter(_OF_THE_DEMO))
    _delete_letters(Proposal, _keys(proposals))
    _delete_letters(Exchange, doomed)
    _delete_letters(ExchangeLeg, legs)
    _delete_letters(Arrangement, arrangements)
    _delete_letters(StandingAgreement, agreements)
    talks = _keys(Conversation.objects.filter(Q(exchange__in=doomed) | Q(agreement__in=agreements)))
    _delete_letters(Message, _keys(Message.objects.filter(conversation__in=talks)))
    proposals.delete()
    Reservation.objects.filter(leg__exchange__in=doomed, listing__organisation__is_fictional=False).update(
        state=ReservationState.RELEASED, given_quantity=None
    )
    Exchange.objects.filter(arrangement__in=arrangements).update(arrangement=None)
    InboundMail.objects.filter(conversation__in=talks).update(conversation=None, became=None)
    _delete_talks(talks)
    _delete_rows(doomed, legs, arrangements, agreements)


def _keys(rows: QuerySet[Any]) -> list[int]:
    return list(rows.values_list("pk", flat=True))


def _doomed_arrangements(doomed: list[int]) -> QuerySet[Arrangement]:
    """Those of fictional organisations, and those of which nothing is left."""
    kept = Exchange.objects.filter(arrangement=OuterRef("pk")).exclude(_OF_THE_DEMO)
    emptied = Exchange.objects.filter(pk__in=doomed).values("arrangement")
    return Arrangement.objects.filter(Q(requester__is_fictional=True) | Q(~Exists(kept), pk__in=emptied))


def _delete_letters(model: type[Model], about: list[int]) -> None:
    Letter.objects.filter(subject_kind=model._meta.label_lower, subject_id__in=about).delete()


def _delete_talks(talks: list[int]) -> None:
    photos = MessagePhoto.objects.filter(message__conversation__in=talks)
    _delete_each(
        MessagePhoto.objects.filter(pk__in=photos.values("pk")),
        ReadMark.objects.filter(conversation__in=talks),
        ReplyAddress.objects.filter(conversation__in=talks),
        Message.objects.filter(conversation__in=talks),
        Conversation.objects.filter(pk__in=talks),
    )


def _delete_rows(doomed: list[int], legs: list[int], arrangements: list[int], agreements: list[int]) -> None:
    """What hangs on another goes before it."""
    _delete_each(
        HubFollowUp.objects.filter(exchange__in=doomed),
        HubNote.objects.filter(exchange__in=doomed),
        Appointment.objects.filter(pk__in=Appointment.objects.filter(leg__exchange__in=doomed).values("pk")),
        Carrier.objects.filter(leg__in=legs),
        AgreementFollowUp.objects.filter(agreement__in=agreements),
        AgreementNote.objects.filter(agreement__in=agreements),
        AgreementReason.objects.filter(agreement__in=agreements),
        AgreementStepKey.objects.filter(agreement__in=agreements),
        Delivery.objects.filter(agreement__in=agreements),
        ExchangeLeg.objects.filter(exchange__in=doomed),
        Exchange.objects.filter(pk__in=doomed),
        StandingAgreement.objects.filter(pk__in=agreements),
        Arrangement.objects.filter(pk__in=arrangements),
    )


def _delete_each(*tables: QuerySet[Any]) -> None:
    """In their order."""
    for rows in tables:
        rows._raw_delete(rows.db)
