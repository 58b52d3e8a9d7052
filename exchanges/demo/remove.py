"""Takes the exchanges of the demo away."""

from typing import Any

from django.db.models import Q, QuerySet

from exchanges.models import (
    Appointment,
    Arrangement,
    Carrier,
    Conversation,
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
)  # fmt: skip
from journal.models import Letter
from listings.enums import ReservationState
from listings.models import Reservation


def remove_fictional_exchanges() -> None:
    """Delete the exchanges of fictional organisations, a statement for each table: the database takes steps,
    statements and ledger lines along. What was held of a lot that isn't fictional is free again.
    """
    Proposal.objects.filter(
        Q(supply__organisation__is_fictional=True)
        | Q(service__organisation__is_fictional=True)
        | Q(demand__organisation__is_fictional=True)
    ).delete()
    exchanges = Exchange.objects.filter(Q(requester__is_fictional=True) | Q(owner__is_fictional=True))
    doomed = list(exchanges.values_list("pk", flat=True))
    Reservation.objects.filter(leg__exchange__in=doomed, listing__organisation__is_fictional=False).update(
        state=ReservationState.RELEASED, given_quantity=None
    )
    arrangements = Arrangement.objects.filter(requester__is_fictional=True)
    Exchange.objects.filter(arrangement__in=arrangements).update(arrangement=None)
    InboundMail.objects.filter(conversation__exchange__in=doomed).update(conversation=None, became=None)
    legs = list(ExchangeLeg.objects.filter(exchange__in=doomed).values_list("pk", flat=True))
    for model, pks in ((Exchange, doomed), (ExchangeLeg, legs)):
        Letter.objects.filter(subject_kind=model._meta.label_lower, subject_id__in=pks).delete()
    tables: list[QuerySet[Any]] = [
        MessagePhoto.objects.filter(
            pk__in=MessagePhoto.objects.filter(message__conversation__exchange__in=doomed).values("pk")
        ),
        ReadMark.objects.filter(pk__in=ReadMark.objects.filter(conversation__exchange__in=doomed).values("pk")),
        ReplyAddress.objects.filter(
            pk__in=ReplyAddress.objects.filter(conversation__exchange__in=doomed).values("pk")
        ),
        HubFollowUp.objects.filter(exchange__in=doomed),
        HubNote.objects.filter(exchange__in=doomed),
        Message.objects.filter(pk__in=Message.objects.filter(conversation__exchange__in=doomed).values("pk")),
        Conversation.objects.filter(exchange__in=doomed),
        Appointment.objects.filter(pk__in=Appointment.objects.filter(leg__exchange__in=doomed).values("pk")),
        Carrier.objects.filter(leg__in=legs),
        ExchangeLeg.objects.filter(exchange__in=doomed),
        Exchange.objects.filter(pk__in=doomed),
        arrangements,
    ]
    for rows in tables:
        rows._raw_delete(rows.db)
