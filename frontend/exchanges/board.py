"""A hub's board: which exchanges of its region wait for whom, and how long. For the hub's staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import Organisation, User
from accounts.permissions import check_is_hub_staff
from exchanges.enums import STATES_OF, ExchangeState, Group, Turn
from exchanges.models import Exchange, HubFollowUp, Proposal, StandingAgreement
from exchanges.parties import know_parties
from exchanges.querysets import ExchangeQuerySet
from frontend.components import figures
from frontend.components.csv_table import csv_answer
from frontend.components.paging import ROWS_PER_PAGE
from frontend.enquiries.figures import taken_up_words
from frontend.exchanges.agreements import agreement_rows
from frontend.requests import MemberRequest
from geo.models import Hub
from listings.owners import know_owners


@dataclass(frozen=True)
class Row:
    """An exchange with who is to do something, and who to call about it."""

    exchange: Exchange
    amount: str
    giver: Organisation
    receiver: Organisation
    waits_for: str
    to_call: list[Organisation]
    days: int
    followed_by: str

    @property
    def state(self) -> str:
        return str(ExchangeState(self.exchange.state).label)


@login_required
@require_GET
def hub_board(request: MemberRequest, slug: str) -> HttpResponse:
    found = _hub_of(request, slug)
    group, followed = _group(request), _followed(request)
    shown = _followed_by(Exchange.objects.in_hub(found.pk), found, followed, request.user)
    page = Paginator(_rows_of(shown, group), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    rows = _rows(page, found, request.user)
    proposals = list(Proposal.objects.filter(hub=found).waiting(timezone.now()).for_rows()[:ROWS_PER_PAGE])
    know_owners([side for proposal in proposals for side in proposal.sides.values()], request.user)
    agreements = StandingAgreement.objects.in_hub(found.pk).open().unanswered_first().for_rows()[:ROWS_PER_PAGE]
    context = {
        "here": "hubs", "hub": found, "page": page, "rows": rows, "tabs": _tabs(shown), "chosen": group.value,
        "followed": followed, "calls": calls_of(rows), "taken_up": taken_up_words(found),
        "proposals": proposals, "mine": set(), "agreements": agreement_rows(agreements, request.user),
    }  # fmt: skip
    return render(request, "exchanges/board.html", context)


def _tabs(shown: ExchangeQuerySet) -> list[dict[str, Any]]:
    counts = shown.counts_by_state()
    by_group = {one: sum(counts.get(state, 0) for state in STATES_OF[one]) for one in Group}
    by_group[Group.WEEK] = shown.in_group(Group.WEEK, timezone.localdate()).count()
    return [{"group": one.value, "label": one.label, "count": count} for one, count in by_group.items()]


@login_required
@require_GET
def board_table(request: MemberRequest, slug: str) -> HttpResponse:
    """All of a group as a file for a spreadsheet."""
    found = _hub_of(request, slug)
    group = _group(request)
    shown = _followed_by(Exchange.objects.in_hub(found.pk), found, _followed(request), request.user)
    rows = _rows(_rows_of(shown, group), found, request.user)
    return csv_answer(f"uitwisselingen-{slug}-{group.value}.csv", _lines(rows))


def _group(request: MemberRequest) -> Group:
    given = request.GET.get("group", "")
    return Group(given) if given in Group.values else Group.OPEN


def _followed(request: MemberRequest) -> str:
    """Followed up by whom: "ik", "niemand", or "" for anybody."""
    given = request.GET.get("opvolging", "")
    return given if given in ("ik", "niemand") else ""


def _followed_by(exchanges: ExchangeQuerySet, hub: Hub, followed: str, user: User) -> ExchangeQuerySet:
    return exchanges.followed_by(hub.pk, user if followed == "ik" else None) if followed else exchanges


def _rows_of(exchanges: ExchangeQuerySet, group: Group) -> ExchangeQuerySet:
    return exchanges.in_group(group, timezone.localdate()).longest_waiting_first().for_cards()


def _rows(exchanges: Iterable[Exchange], hub: Hub, reader: User) -> list[Row]:
    """With who of this hub follows each up."""
    found = list(exchanges)
    know_parties(found, reader)
    follow_ups = HubFollowUp.objects.filter(hub=hub, exchange__in=[one.pk for one in found]).select_related("user")
    names = {one.exchange_id: one.user.name or one.user.email for one in follow_ups}
    return [row_of(one, names.get(one.pk, "")) for one in found]


def row_of(exchange: Exchange, followed_by: str) -> Row:
    (leg,) = exchange.legs.all()
    owner = exchange.shown_owner
    turn = Turn(exchange.turn)
    to_call = {
        Turn.REQUESTER: [exchange.requester],
        Turn.OWNER: [owner],
        Turn.BOTH: [owner, exchange.requester],
    }.get(turn, [])
    words = {Turn.HUB: _("de hub"), Turn.NOBODY: ""}.get(turn, ", ".join(one.name for one in to_call))
    return Row(
        exchange, figures.stored_amount(leg.current_quantity, leg.unit), leg.shown_giver, leg.shown_receiver, words,
        to_call, (timezone.localdate() - timezone.localdate(exchange.state_since)).days, followed_by,
    )  # fmt: skip


def calls_of(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Each organisation that is to do something, once, with what about; who was waited for longest comes first."""
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        for organisation in row.to_call:
            found.setdefault(organisation.pk, {"organisation": organisation, "about": []})["about"].append(row)
    return list(found.values())


def _lines(rows: Iterable[Row]) -> Iterable[list[str]]:
    yield [
        _("nummer"), _("wat"), _("hoeveelheid"), _("van"), _("naar"), _("stand"), _("wacht op"), _("telefoon"),
        _("sinds"), _("kan tot"), _("opvolging"),
    ]  # fmt: skip
    for row in rows:
        exchange = row.exchange
        until = exchange.deadline_at
        yield [
            str(exchange.pk), exchange.heading, row.amount, row.giver.name, row.receiver.name, row.state,
            row.waits_for, ", ".join(one.phone for one in row.to_call if one.phone),
            timezone.localdate(exchange.state_since).isoformat(),
            timezone.localdate(until).isoformat() if until else "", row.followed_by,
        ]  # fmt: skip


def _hub_of(request: MemberRequest, slug: str) -> Hub:
    """Raises PermissionDenied for whoever isn't staff."""
    found = get_object_or_404(Hub, slug=slug)
    check_is_hub_staff(request.user, found)
    return found
