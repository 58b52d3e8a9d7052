"""A hub's board: which exchanges and standing agreements of its region wait for whom, and how long. For its staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.permissions import check_is_hub_staff
from exchanges.enums import AGREEMENT_STATES_OF, STATES_OF, Group
from exchanges.models import Exchange, Proposal, StandingAgreement
from exchanges.querysets import AgreementQuerySet, ExchangeQuerySet, longest_waiting
from frontend.components.csv_table import csv_answer
from frontend.components.paging import ROWS_PER_PAGE
from frontend.enquiries.figures import taken_up_words
from frontend.exchanges.board_rows import board_rows, calls_of, lines_of
from frontend.requests import MemberRequest
from geo.models import Hub
from listings.owners import know_owners

#: Groups that more than a state says: they are counted by themselves.
_BY_DAY = (Group.WEEK, Group.STUCK)


@dataclass(frozen=True)
class Shown:
    """What a hub looks at: of its region, and followed up by whom it asks for."""

    exchanges: ExchangeQuerySet
    agreements: AgreementQuerySet

    def of_group(self, group: Group) -> QuerySet[Any, tuple[Any, ...]]:
        today = timezone.localdate()
        return longest_waiting(self.exchanges.in_group(group, today), self.agreements.in_group(group, today))

    def counts(self) -> dict[Group, int]:
        today = timezone.localdate()
        exchanges, agreements = self.exchanges.counts_by_state(), self.agreements.counts_by_state()
        found = {
            group: _sum(exchanges, STATES_OF[group]) + _sum(agreements, AGREEMENT_STATES_OF[group]) for group in Group
        }
        for group in _BY_DAY:
            found[group] = (
                self.exchanges.in_group(group, today).count() + self.agreements.in_group(group, today).count()
            )
        return found


def _sum(counts: dict[str, int], states: Iterable[str]) -> int:
    return sum(counts.get(state, 0) for state in states)


@login_required
@require_GET
def hub_board(request: MemberRequest, slug: str) -> HttpResponse:
    found = _hub_of(request, slug)
    group, followed = _group(request), _followed(request)
    shown = _shown(found, followed, request.user)
    page = Paginator(shown.of_group(group), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    rows = board_rows(page, found, request.user)
    proposals = list(Proposal.objects.filter(hub=found).waiting(timezone.now()).for_rows()[:ROWS_PER_PAGE])
    know_owners([side for proposal in proposals for side in proposal.sides.values()], request.user)
    counts = shown.counts()
    context = {
        "here": "hubs", "hub": found, "page": page, "rows": rows, "chosen": group.value, "followed": followed,
        "tabs": [{"group": one.value, "label": one.label, "count": counts[one]} for one in Group],
        "calls": calls_of(rows), "taken_up": taken_up_words(found), "proposals": proposals, "mine": set(),
    }  # fmt: skip
    return render(request, "exchanges/board.html", context)


@login_required
@require_GET
def board_table(request: MemberRequest, slug: str) -> HttpResponse:
    """All of a group as a file for a spreadsheet."""
    found, group = _hub_of(request, slug), _group(request)
    rows = board_rows(_shown(found, _followed(request), request.user).of_group(group), found, request.user)
    return csv_answer(f"uitwisselingen-{slug}-{group.value}.csv", lines_of(rows))


def _group(request: MemberRequest) -> Group:
    given = request.GET.get("group", "")
    return Group(given) if given in Group.values else Group.OPEN


def _followed(request: MemberRequest) -> str:
    """Followed up by whom: "ik", "niemand", or "" for anybody."""
    given = request.GET.get("opvolging", "")
    return given if given in ("ik", "niemand") else ""


def _shown(hub: Hub, followed: str, user: User) -> Shown:
    exchanges, agreements = Exchange.objects.in_hub(hub.pk), StandingAgreement.objects.in_hub(hub.pk)
    if not followed:
        return Shown(exchanges, agreements)
    by = user if followed == "ik" else None
    return Shown(exchanges.followed_by(hub.pk, by), agreements.followed_by(hub.pk, by))


def _hub_of(request: MemberRequest, slug: str) -> Hub:
    """Raises PermissionDenied for whoever isn't staff."""
    found = get_object_or_404(Hub, slug=slug)
    check_is_hub_staff(request.user, found)
    return found
