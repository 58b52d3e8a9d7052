"""Rows of a hub's board: exchanges and standing agreements alike, with who is to do something, and who to call."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from exchanges.agreements.rhythm import rhythm_words
from exchanges.agreements.steps import turn_of
from exchanges.enums import AgreementState, ExchangeState, Turn
from exchanges.models import AgreementFollowUp, Delivery, Exchange, HubFollowUp, StandingAgreement
from exchanges.parties import know_parties
from frontend.components import figures
from geo.models import Hub


@dataclass(frozen=True)
class Row:
    """`about` is an exchange or a standing agreement; `next_on` the next delivery of the latter. `is_expiring`: it
    ends by itself soon.
    """

    about: Exchange | StandingAgreement
    state: str
    amount: str
    giver: Organisation
    receiver: Organisation
    waits_for: str
    to_call: list[Organisation]
    followed_by: str
    is_expiring: bool
    rhythm: str = ""
    next_on: dt.date | None = None

    @property
    def is_agreement(self) -> bool:
        return isinstance(self.about, StandingAgreement)

    @property
    def days(self) -> int:
        """Since when it stands so."""
        return (timezone.localdate() - timezone.localdate(self.about.state_since)).days


def board_rows(found: Iterable[tuple[Any, ...]], hub: Hub, reader: User, at: dt.datetime) -> list[Row]:
    """Of (is it an agreement, its key, …), in that order; with who of this hub follows each up. The number of queries
    is the same for few and for many.
    """
    places = [(bool(is_agreement), int(pk)) for is_agreement, pk, *_rest in found]
    exchanges = _exchange_rows([pk for is_agreement, pk in places if not is_agreement], hub, reader, at)
    agreements = _agreement_rows([pk for is_agreement, pk in places if is_agreement], hub, reader, at)
    rows = [(agreements if is_agreement else exchanges).get(pk) for is_agreement, pk in places]
    return [row for row in rows if row is not None]


def _exchange_rows(keys: list[int], hub: Hub, reader: User, at: dt.datetime) -> dict[int, Row]:
    found = list(Exchange.objects.filter(pk__in=keys).for_cards())
    know_parties(found, reader)
    follow_ups = HubFollowUp.objects.filter(hub=hub, exchange__in=keys).select_related("user")
    names = {one.exchange_id: one.user.name or one.user.email for one in follow_ups}
    expiring = set(Exchange.objects.filter(pk__in=keys).expiring(at).values_list("pk", flat=True))
    return {one.pk: _exchange_row(one, names.get(one.pk, ""), one.pk in expiring) for one in found}


def _exchange_row(exchange: Exchange, followed_by: str, is_expiring: bool) -> Row:
    (leg,) = exchange.legs.all()
    state = str(ExchangeState(exchange.state).label)
    amount = figures.stored_amount(leg.current_quantity, leg.unit)
    waits_for, to_call = _waiting(exchange, Turn(exchange.turn))
    return Row(
        exchange, state, amount, leg.shown_giver, leg.shown_receiver, waits_for, to_call, followed_by, is_expiring
    )


def _agreement_rows(keys: list[int], hub: Hub, reader: User, at: dt.datetime) -> dict[int, Row]:
    found = list(StandingAgreement.objects.filter(pk__in=keys).for_rows())
    know_parties(found, reader)
    follow_ups = AgreementFollowUp.objects.filter(hub=hub, agreement__in=keys).select_related("user")
    names = {one.agreement_id: one.user.name or one.user.email for one in follow_ups}
    stored = Delivery.objects.next_days(found, timezone.localdate())
    expiring = set(StandingAgreement.objects.filter(pk__in=keys).expiring(at).values_list("pk", flat=True))
    return {
        one.pk: _agreement_row(one, names.get(one.pk, ""), stored.get(one.pk), one.pk in expiring) for one in found
    }


def _agreement_row(agreement: StandingAgreement, followed_by: str, stored: dt.date | None, is_expiring: bool) -> Row:
    runs = agreement.state == AgreementState.AGREED
    days = [day for day in (stored, agreement.next_on) if day is not None]
    waits_for, to_call = _waiting(agreement, turn_of(agreement.state))
    state, amount = (
        str(AgreementState(agreement.state).label),
        figures.stored_amount(agreement.quantity, agreement.unit),
    )
    return Row(
        agreement, state, amount,
        agreement.shown_giver, agreement.shown_receiver, waits_for, to_call, followed_by, is_expiring,
        rhythm_words(agreement), min(days) if runs and days else None,
    )  # fmt: skip


def _waiting(about: Exchange | StandingAgreement, turn: Turn) -> tuple[str, list[Organisation]]:
    """Who is to do something, in words, and which organisations to call about it."""
    to_call = {
        Turn.REQUESTER: [about.requester],
        Turn.OWNER: [about.shown_owner],
        Turn.BOTH: [about.shown_owner, about.requester],
    }.get(turn, [])
    return {Turn.HUB: _("de hub"), Turn.NOBODY: ""}.get(turn, ", ".join(one.name for one in to_call)), to_call


def calls_of(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Each organisation that is to do something, once, with what about; who was waited for longest comes first."""
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        for organisation in row.to_call:
            found.setdefault(organisation.pk, {"organisation": organisation, "about": []})["about"].append(row)
    return list(found.values())


def lines_of(rows: Iterable[Row]) -> Iterable[list[str]]:
    """The same for a spreadsheet."""
    yield [
        _("nummer"), _("wat"), _("hoeveelheid"), _("van"), _("naar"), _("stand"), _("wacht op"), _("telefoon"),
        _("sinds"), _("kan tot"), _("opvolging"), _("soort"), _("ritme"), _("volgende levering"),
        _("namens wie, en wie het vroeg"), _("dreigt te vervallen"),
    ]  # fmt: skip
    for row in rows:
        about, until = row.about, row.about.deadline_at
        yield [
            str(about.pk), about.heading, row.amount, row.giver.name, row.receiver.name, row.state, row.waits_for,
            ", ".join(one.phone for one in row.to_call if one.phone),
            timezone.localdate(about.state_since).isoformat(),
            timezone.localdate(until).isoformat() if until else "", row.followed_by,
            _("vaste afspraak") if row.is_agreement else _("uitwisseling"), row.rhythm,
            row.next_on.isoformat() if row.next_on else "",
            f"{about.requester.name}: {about.behalf_note}" if about.behalf_note else "",
            _("ja") if row.is_expiring else "",
        ]  # fmt: skip
