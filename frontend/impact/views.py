"""What exchanges achieved: of a hub, of an organisation; their lines, their files, and how it is reckoned."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from openpyxl import Workbook

from exchanges.impact.totals import hours_of, totals_by_family, totals_by_month, totals_of
from frontend.components.csv_table import csv_answer
from frontend.components.paging import ROWS_PER_PAGE
from frontend.impact.example import worked_example
from frontend.impact.lines import SHOWN, as_text, for_rows, shown_rows, shown_words, table_lines
from frontend.impact.scope import SCOPES, Scope
from frontend.requests import PageRequest
from materials.models import Material

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def impact(request: PageRequest, kind: str, slug: str) -> HttpResponse:
    """Totals with a plot and a table by month and by material."""
    if kind == "organisation" and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    scope = SCOPES[kind](request, slug)
    entries = scope.chosen
    context = {
        "scope": scope,
        "totals": totals_of(entries),
        "hours": hours_of(entries),
        "months": totals_by_month(entries),
        "families": totals_by_family(entries),
        "materials": Material.objects.families(),
        "addresses": _addresses(scope),
    }
    return render(request, "impact/impact.html", context | _here(scope))


@require_GET
def lines(request: PageRequest, kind: str, slug: str) -> HttpResponse:
    """The lines that a total was added up from."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    scope = _with_lines(request, kind, slug)
    shown = request.GET.get("toon", "")
    if shown and shown not in SHOWN:
        raise Http404
    entries = for_rows(scope.chosen.filter(SHOWN.get(shown, Q())))
    page = Paginator(entries, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    nothing = entries.of_nothing().count()
    context = {
        "scope": scope, "page": page, "rows": shown_rows(page, request.user), "shown": shown_words(shown),
        "nothing": nothing, "count": page.paginator.count - nothing,
    }  # fmt: skip
    return render(request, "impact/lines.html", context | {"addresses": _addresses(scope)} | _here(scope))


@require_GET
def table(request: PageRequest, kind: str, slug: str) -> HttpResponse:
    """The lines as a file of text."""
    scope = _with_lines(request, kind, slug)
    return csv_answer(f"impact-{slug}.csv", ([as_text(cell) for cell in line] for line in table_lines(scope.chosen)))


@require_GET
def book(request: PageRequest, kind: str, slug: str) -> HttpResponse:
    """The lines as a workbook: numbers and days are numbers and days there."""
    scope = _with_lines(request, kind, slug)
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(_("impact"))
    for line in table_lines(scope.chosen):
        sheet.append([_cell(value) for value in line])
    kept = io.BytesIO()
    workbook.save(kept)
    headers = {"Content-Disposition": f'attachment; filename="impact-{slug}.xlsx"'}
    return HttpResponse(kept.getvalue(), content_type=XLSX, headers=headers)


@require_GET
def method(request: PageRequest) -> HttpResponse:
    """How it is reckoned, with an example that is reckoned anew each time."""
    return render(request, "impact/method.html", worked_example())


def _with_lines(request: PageRequest, kind: str, slug: str) -> Scope:
    """Raises PermissionDenied for who may not see whose lines they are."""
    scope = SCOPES[kind](request, slug)
    if not scope.sees_lines:
        raise PermissionDenied(_("Alleen medewerkers van %(hub)s mogen dit.") % {"hub": scope.owner.name})
    return scope


def _addresses(scope: Scope) -> dict[str, str]:
    shown = {name.replace("-", "_"): scope.address("lines", toon=name) for name in SHOWN}
    return shown | {name: scope.address(name) for name in ("lines", "table", "book")}


def _here(scope: Scope) -> dict[str, Any]:
    return {"here": "hubs", "hub": scope.owner} if scope.kind == "hub" else {}


def _cell(value: Any) -> Any:
    return value if isinstance(value, int | Decimal | dt.date | None) else str(value)
