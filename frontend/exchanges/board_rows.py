"""Rows of a hub's board: exchanges, standing agreements and proposals alike, with who is to do something, and who to
call.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from exchanges.agreements.rhythm import rhythm_words
from exchanges.agreements.steps import turn_of
from exchanges.enums import AgreementState, ExchangeState, Followed, ProposalState, Turn
from exchanges.models import (
    AgreementFollowUp,
    AgreementNote,
    Delivery,
    Exchange,
    HubFollowUp,
    HubNote,
    Proposal,
    StandingAgreement,
)
from exchanges.parties import know_parties
from exchanges.proposals import refusal_words
from exchanges.querysets import EXPIRES_WITHIN
from exchanges.turns import turn_at
from frontend.components import figures
from geo.models import Hub
from listings.owners import know_owners


@dataclass(frozen=True)
class Row:
    """What stands on the board. `since` when it stands so, and until when it can; `next_on` is the next delivery of a
    standing agreement, `behalf` on whose behalf the hub asked and who asked it to, `note` and `remark` what it
    wrote and should know of a proposal. `is_expiring`: it ends by itself soon.
    """

    kind: Followed
    pk: int
    address: str
    heading: str
    state: str
    amount: str
    giver: Organisation
    receiver: Organisation
    waits_for: str
    to_call: list[Organisation]
    since: dt.datetime
    until: dt.datetime | None
    followed_by: str
    is_expiring: bool
    behalf: str = ""
    rhythm: str = ""
    next_on: dt.date | None = None
    remark: str = ""
    note: str = ""

    @property
    def is_exchange(self) -> bool:
        return self.kind == Followed.EXCHANGE

    @property
    def kind_words(self) -> str:
        return str(self.kind.label)

    @property
    def days(self) -> int:
        """Since when it stands so."""
        return (timezone.localdate() - timezone.localdate(self.since)).days


def board_rows(found: Iterable[tuple[Any, ...]], hub: Hub, reader: User, at: dt.datetime) -> list[Row]:
    """Of (which of Followed, its key, …), in that order; with who of this hub follows each up. The number of queries
    is the same for few and for many.
    """
    places = [(Followed(kind), int(pk)) for kind, pk, *_rest in found]
    readers = dict(zip(Followed, (_exchange_rows, _agreement_rows, _proposal_rows), strict=True))
    rows = {
        kind: rows_of([pk for its_kind, pk in places if its_kind == kind], hub, reader, at)
        for kind, rows_of in readers.items()
    }
    return [rows[kind][pk] for kind, pk in places if pk in rows[kind]]


def _exchange_rows(keys: list[int], hub: Hub, reader: User, at: dt.datetime) -> dict[int, Row]:
    found = list(Exchange.objects.filter(pk__in=keys).for_cards())
    know_parties(found, reader)
    follow_ups = HubFollowUp.objects.filter(hub=hub, exchange__in=keys).select_related("user")
    names = {one.exchange_id: one.user.name or one.user.email for one in follow_ups}
    expiring = set(Exchange.objects.filter(pk__in=keys).expiring(at).values_list("pk", flat=True))
    parts = [one.pk for one in found if one.arrangement_id is not None]
    left = set(Exchange.objects.filter(pk__in=parts).that_left_a_lot().values_list("pk", flat=True)) if parts else ()
    rows = {one.pk: _exchange_row(one, names.get(one.pk, ""), one.pk in expiring, at) for one in found}
    return rows | {one.pk: _where_a_lot_lies(rows[one.pk], one) for one in found if one.pk in left}


def _exchange_row(exchange: Exchange, followed_by: str, is_expiring: bool, at: dt.datetime) -> Row:
    (leg,) = exchange.legs.all()
    waits_for, to_call = _waiting(exchange, turn_at(exchange, at))
    return Row(
        Followed.EXCHANGE, exchange.pk, exchange.get_absolute_url(), exchange.heading,
        str(ExchangeState(exchange.state).label), figures.stored_amount(leg.current_quantity, leg.unit),
        leg.shown_giver, leg.shown_receiver, waits_for, to_call, exchange.state_since, exchange.deadline_at,
        followed_by, is_expiring, _behalf(exchange),
    )  # fmt: skip


def _where_a_lot_lies(row: Row, exchange: Exchange) -> Row:
    """What a chain left at its service waits for who gave it."""
    words = _("de partij ligt bij %(service)s: weer vrijgeven of terughalen") % {"service": exchange.shown_owner}
    giver = exchange.requester
    return replace(row, waits_for=giver.name, to_call=[giver], remark=words)


def _behalf(about: Exchange | StandingAgreement) -> str:
    return f"{about.requester.name}: {about.behalf_note}" if about.behalf_note else ""


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
    waits_for, to_call = _waiting(agreement, turn_of(agreement))
    return Row(
        Followed.AGREEMENT, agreement.pk, agreement.get_absolute_url(), agreement.heading,
        str(AgreementState(agreement.state).label), figures.stored_amount(agreement.quantity, agreement.unit),
        agreement.shown_giver, agreement.shown_receiver, waits_for, to_call,
        agreement.proposed_at or agreement.state_since,
        agreement.deadline_at, followed_by, is_expiring, _behalf(agreement), rhythm_words(agreement),
        min(days) if runs and days else None,
    )  # fmt: skip


def _proposal_rows(keys: list[int], hub: Hub, reader: User, at: dt.datetime) -> dict[int, Row]:
    found = list(Proposal.objects.filter(pk__in=keys).for_rows().select_related("made_by", "service__material"))
    know_owners([side for proposal in found for side in proposal.sides.values()], reader)
    return {one.pk: _proposal_row(one, hub, at) for one in found}


def _proposal_row(proposal: Proposal, hub: Hub, at: dt.datetime) -> Row:
    """What is said along, and why somebody said no, is for the hub that proposed it: it is its own."""
    state, own = proposal.state_at(at), proposal.hub_id == hub.pk
    waits = state == ProposalState.WAITING
    first, *_between, last = proposal.sides.values()
    asked = [one for name, one in proposal.sides.items() if waits and not getattr(proposal, f"{name}_answer")]
    maker = proposal.made_by if own else None
    refusal = refusal_words(proposal) if own and state == ProposalState.REFUSED else ""
    by = "" if own else _("voorgesteld door %(who)s") % {"who": _proposer_words(proposal)}
    return Row(
        Followed.PROPOSAL, proposal.pk, proposal.get_absolute_url(),
        " → ".join(str(one.heading) for one in proposal.sides.values()), str(state.label),
        proposed_amount(proposal), first.shown_organisation, last.shown_organisation,
        ", ".join(one.shown_organisation.name for one in asked), [one.shown_organisation for one in asked],
        proposal.made_at, proposal.lapses_at if waits else None, (maker.name or maker.email) if maker else "",
        waits and proposal.lapses_at <= at + EXPIRES_WITHIN,
        remark=_("waarom niet: %(why)s") % {"why": refusal} if refusal else by, note=proposal.note if own else "",
    )  # fmt: skip


def proposed_amount(proposal: Proposal) -> str:
    """How much of the supply, or how much work where it is for a service alone; "" where it doesn't say."""
    if proposal.is_work and proposal.service is not None and proposal.work is not None:
        return figures.stored_amount(proposal.work, proposal.service.capacity_unit)
    return figures.stored_amount(proposal.quantity, proposal.supply.unit) if proposal.quantity else ""


def _proposer_words(proposal: Proposal) -> str:
    """Who proposed it, as far as the reader may know whose the listing is."""
    own = (one for one in proposal.sides.values() if one.organisation_id == proposal.proposed_for_id)
    return next((one.shown_organisation.name for one in own), proposal.proposer)


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


def notes_on(rows: Iterable[Row], hub: Hub) -> dict[tuple[Followed, int], str]:
    """What the people of a hub noted of each, the oldest first. Two queries."""
    keys: dict[Followed, list[int]] = {kind: [row.pk for row in rows if row.kind == kind] for kind in Followed}
    found: dict[tuple[Followed, int], list[str]] = {}
    for kind, table, field in (
        (Followed.EXCHANGE, HubNote, "exchange_id"), (Followed.AGREEMENT, AgreementNote, "agreement_id"),
    ):  # fmt: skip
        notes: Any = table._default_manager.filter(**{"hub": hub, f"{field}__in": keys[kind]})
        for note in notes.select_related("author").order_by("pk"):
            author = (note.author.name or note.author.email) if note.author else "–"
            words = f"{timezone.localdate(note.at).isoformat()} {author}: {note.text}"
            found.setdefault((kind, getattr(note, field)), []).append(words)
    return {place: " | ".join(words) for place, words in found.items()}


def lines_of(rows: Iterable[Row], notes: Mapping[tuple[Followed, int], str]) -> Iterable[list[str]]:
    """The same for a spreadsheet, with what the hub's people noted."""
    yield [
        _("nummer"), _("wat"), _("hoeveelheid"), _("van"), _("naar"), _("stand"), _("wacht op"), _("telefoon"),
        _("sinds"), _("kan tot"), _("opvolging"), _("soort"), _("ritme"), _("volgende levering"),
        _("namens wie, en wie het vroeg"), _("dreigt te vervallen"), _("dagen"), _("bij het voorstel"), _("notities"),
    ]  # fmt: skip
    for row in rows:
        yield [
            str(row.pk), row.heading, row.amount, row.giver.name, row.receiver.name, row.state, row.waits_for,
            ", ".join(one.phone for one in row.to_call if one.phone),
            timezone.localdate(row.since).isoformat(),
            timezone.localdate(row.until).isoformat() if row.until else "", row.followed_by, row.kind_words,
            row.rhythm, row.next_on.isoformat() if row.next_on else "", row.behalf,
            _("ja") if row.is_expiring else "", str(row.days), " | ".join(filter(None, [row.note, row.remark])),
            notes.get((row.kind, row.pk), ""),
        ]  # fmt: skip
