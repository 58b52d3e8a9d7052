"""A hub's board: which exchanges, standing agreements and proposals of its region wait for whom, and how long. For its
staff.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.permissions import check_is_hub_staff
from exchanges.enums import AGREEMENT_STATES_OF, STATES_OF, Group
from exchanges.querysets import longest_waiting
from frontend.components.csv_table import csv_answer
from frontend.components.paging import ROWS_PER_PAGE
from frontend.enquiries.figures import taken_up_words
from frontend.exchanges.board_filters import Look, look_of
from frontend.exchanges.board_rows import board_rows, calls_of, lines_of, notes_on
from frontend.requests import MemberRequest
from geo.models import Hub

#: Groups that more than a state says: they are counted by themselves.
_BY_DAY = (Group.WEEK, Group.EXPIRING, Group.STUCK)
#: A file has no more rows: more come in parts.
ROWS_PER_FILE = 2_000


def _of_group(look: Look, at: dt.datetime) -> QuerySet[Any, tuple[Any, ...]]:
    exchanges, agreements = look.exchanges.in_group(look.group, at), look.agreements.in_group(look.group, at)
    return longest_waiting(exchanges, agreements, look.proposals.in_group(look.group, at).as_waiting(at), at)


def _counts(look: Look, at: dt.datetime) -> dict[Group, int]:
    exchanges, agreements = look.exchanges.counts_by_state(), look.agreements.counts_by_state()
    found = {
        group: _sum(exchanges, STATES_OF[group]) + _sum(agreements, AGREEMENT_STATES_OF[group]) for group in Group
    }
    for group in _BY_DAY:
        found[group] = look.exchanges.in_group(group, at).count() + look.agreements.in_group(group, at).count()
    for group, count in look.proposals.counts_by_group(at).items():
        found[group] += count
    return found


def _sum(counts: dict[str, int], states: Iterable[str]) -> int:
    return sum(counts.get(state, 0) for state in states)


@login_required
@require_GET
def hub_board(request: MemberRequest, slug: str) -> HttpResponse:
    found, at = _hub_of(request, slug), timezone.now()
    look = look_of(request.GET, found, request.user)
    page = Paginator(_of_group(look, at), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    rows = board_rows(page, found, request.user, at)
    counts = _counts(look, at)
    files = -(-page.paginator.count // ROWS_PER_FILE)
    context = {
        "here": "hubs", "hub": found, "page": page, "rows": rows, "chosen": look.group.value, "look": look,
        "tabs": [{"group": one.value, "label": one.label, "count": counts[one]} for one in Group],
        "calls": calls_of(rows), "taken_up": taken_up_words(found),
        "files": range(1, files + 1) if files > 1 else (), "rows_per_file": ROWS_PER_FILE,
    }  # fmt: skip
    return render(request, "exchanges/board.html", context)


@login_required
@require_GET
def board_table(request: MemberRequest, slug: str) -> HttpResponse:
    """A group as a file for a spreadsheet, so many rows at a time; where a filter is wrong, the board says how."""
    found, at = _hub_of(request, slug), timezone.now()
    look = look_of(request.GET, found, request.user)
    if look.is_wrong:
        return redirect(f"{reverse('hub-board', args=[slug])}?{request.GET.urlencode()}")
    part = Paginator(_of_group(look, at), ROWS_PER_FILE).get_page(request.GET.get("deel"))
    number = f"-{part.number}" if part.has_other_pages() else ""
    rows = board_rows(part, found, request.user, at)
    return csv_answer(f"uitwisselingen-{slug}-{look.group.value}{number}.csv", lines_of(rows, notes_on(rows, found)))


def _hub_of(request: MemberRequest, slug: str) -> Hub:
    """Raises PermissionDenied for whoever isn't staff."""
    found = get_object_or_404(Hub, slug=slug)
    check_is_hub_staff(request.user, found)
    return found
