"""What exchanges achieved: of a hub, of an organisation; their lines, their files, and how it is reckoned."""

import datetime as dt
import io
from collections.abc import Iterator
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
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from exchanges.impact.totals import Totals, hours_of, totals_by_family, totals_by_month, totals_of
from frontend.components.csv_table import csv_answer
from frontend.components.paging import ROWS_PER_PAGE
from frontend.impact.example import worked_example
from frontend.impact.lines import SHOWN, as_text, for_rows, shown_rows, shown_words, table_lines
from frontend.impact.scope import SCOPES, UNKNOWN_MATERIAL, Scope, in_address
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
        "months": [
            (month, row, _opened(scope, row, van=in_address(month), tot=in_address(month)))
            for month, row in totals_by_month(entries)
        ],
        "families": [
            (family, row, _opened(scope, row, materiaal=family.code if family else UNKNOWN_MATERIAL))
            for family, row in totals_by_family(entries)
        ],
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
    shown = _shown(request)
    entries = for_rows(scope.chosen.filter(SHOWN.get(shown, Q())))
    page = Paginator(entries, ROWS_PER_PAGE).get_page(request.GET.get("page"))
    nothing = entries.of_nothing().count()
    context = {
        "scope": scope, "page": page, "rows": shown_rows(page, request.user), "shown": shown_words(shown),
        "nothing": nothing, "count": page.paginator.count - nothing,
    }  # fmt: skip
    return render(request, "impact/lines.html", context | {"addresses": _addresses(scope, toon=shown)} | _here(scope))


@require_GET
def table(request: PageRequest, kind: str, slug: str) -> HttpResponse:
    """The lines as a file of text."""
    found = _lines_of_file(request, kind, slug)
    return csv_answer(f"impact-{slug}.csv", ([as_text(cell) for cell in line] for line in found))


@require_GET
def book(request: PageRequest, kind: str, slug: str) -> HttpResponse:
    """The lines as a workbook: numbers and days are numbers and days there."""
    found = _lines_of_file(request, kind, slug)
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(_("impact"))
    for line in found:
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


def _lines_of_file(request: PageRequest, kind: str, slug: str) -> Iterator[list[Any]]:
    """The same lines as the page at the same address."""
    scope = _with_lines(request, kind, slug)
    assert request.user.is_authenticated, "who sees lines has logged in"
    return table_lines(scope.chosen.filter(SHOWN.get(_shown(request), Q())), request.user)


def _shown(request: PageRequest) -> str:
    """The total whose lines the address asks for; empty for all lines."""
    shown = request.GET.get("toon", "")
    if shown and shown not in SHOWN:
        raise Http404
    return shown


def _opened(scope: Scope, row: Totals, **filters: str) -> str:
    """Where the lines of a row of a table stand; empty where there are none, or they aren't for this reader."""
    return scope.address("lines", **filters, toon="afgerond") if scope.sees_lines and row.handed_over else ""


def _addresses(scope: Scope, toon: str = "") -> dict[str, str]:
    """By total the page of its lines; `lines`, `table` and `book` show all lines, or those of one total."""
    shown = {name.replace("-", "_"): scope.address("lines", toon=name) for name in SHOWN}
    return shown | {name: scope.address(name, toon=toon) for name in ("lines", "table", "book")}


def _here(scope: Scope) -> dict[str, Any]:
    return {"here": "hubs", "hub": scope.owner} if scope.kind == "hub" else {}


def _cell(value: Any) -> Any:
    return value if isinstance(value, int | Decimal | dt.date | None) else ILLEGAL_CHARACTERS_RE.sub("", str(value))
