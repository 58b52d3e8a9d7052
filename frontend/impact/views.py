"""What exchanges achieved: of a hub, of an organisation; their lines, their files, and how it is reckoned."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from exchanges.impact.totals import hours_of, sums_by_organisation, totals_of
from frontend.components.paging import ROWS_PER_PAGE
from frontend.impact.example import worked_example
from frontend.impact.files import as_book, as_table
from frontend.impact.lines import SHOWN, for_rows, shown_rows, shown_words, table_lines
from frontend.impact.scope import SCOPES, Scope, check_sees_lines
from frontend.impact.tables import (
    material_rows,
    month_rows,
    organisation_cells,
    organisation_header,
    organisation_rows,
)
from frontend.requests import PageRequest

#: Organisations that the page itself shows: the heaviest. The others stand on a page of their own.
ORGANISATIONS_SHOWN = 10
#: Before a material in a list of choices, for each that it lies below.
_INDENT = "\N{EM SPACE}"


@require_GET
def impact(request: PageRequest, kind: str, slug: str) -> HttpResponse:
    """Totals with a plot and a table by month and by material."""
    if not request.user.is_authenticated and (kind == "organisation" or "organisatie" in request.GET):
        return redirect_to_login(request.get_full_path())
    scope = SCOPES[kind](request, slug)
    entries = scope.chosen
    context = {
        "scope": scope,
        "totals": totals_of(entries),
        "hours": hours_of(entries),
        "months": month_rows(scope),
        "materials": material_rows(scope),
        "above": _above(scope),
        "choices": [(one.code, _INDENT * one.depth + one.name) for one in scope.materials],
        "all_materials": scope.address(materiaal="", zelf=""),
        "all_organisations": scope.address(organisatie=""),
        "addresses": _addresses(scope),
        "organisations": [],
    }
    if kind == "hub" and scope.sees_lines:
        heaviest = list(sums_by_organisation(entries)[: ORGANISATIONS_SHOWN + 1])
        context["organisations"] = organisation_rows(scope, heaviest[:ORGANISATIONS_SHOWN])
        context["has_more"] = len(heaviest) > ORGANISATIONS_SHOWN
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
    return as_table(f"impact-{slug}", _lines_of_file(request, kind, slug))


@require_GET
def book(request: PageRequest, kind: str, slug: str) -> HttpResponse:
    """The lines as a workbook."""
    return as_book(f"impact-{slug}", _("impact"), _lines_of_file(request, kind, slug))


@require_GET
def organisations(request: PageRequest, slug: str) -> HttpResponse:
    """Each organisation with its totals in a hub, the heaviest first."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    scope = _with_lines(request, "hub", slug)
    page = Paginator(sums_by_organisation(scope.chosen), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "scope": scope, "page": page, "organisations": organisation_rows(scope, page), "has_more": False,
        "addresses": _addresses(scope),
    }  # fmt: skip
    return render(request, "impact/organisations.html", context | _here(scope))


@require_GET
def organisations_table(request: PageRequest, slug: str) -> HttpResponse:
    """The same as a file of text, with every figure of each."""
    return as_table(f"impact-organisaties-{slug}", _organisations_of_file(request, slug))


@require_GET
def organisations_book(request: PageRequest, slug: str) -> HttpResponse:
    """The same as a workbook."""
    return as_book(f"impact-organisaties-{slug}", _("organisaties"), _organisations_of_file(request, slug))


@require_GET
def method(request: PageRequest) -> HttpResponse:
    """How it is reckoned, with an example that is reckoned anew each time."""
    return render(request, "impact/method.html", worked_example())


def _above(scope: Scope) -> list[tuple[str, str]]:
    """The materials above the one that was chosen, by name, with the address of each."""
    chosen = scope.material
    if chosen is None:
        return []
    return [
        (one.name, scope.address(materiaal=one.code, zelf="") + "#materials")
        for one in scope.materials
        if one.tree_left < chosen.tree_left and one.tree_right >= chosen.tree_right
    ]


def _with_lines(request: PageRequest, kind: str, slug: str) -> Scope:
    """Raises PermissionDenied for who may not see whose lines they are."""
    scope = SCOPES[kind](request, slug)
    check_sees_lines(scope)
    return scope


def _organisations_of_file(request: PageRequest, slug: str) -> Iterator[list[Any]]:
    scope = _with_lines(request, "hub", slug)
    yield organisation_header()
    yield from map(organisation_cells, organisation_rows(scope, sums_by_organisation(scope.chosen)))


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


def _addresses(scope: Scope, toon: str = "") -> dict[str, str]:
    """By total the page of its lines; `lines`, `table` and `book` show all lines, or those of one total."""
    shown = {name.replace("-", "_"): scope.address("lines", toon=name) for name in SHOWN}
    if scope.kind == "hub":
        pages = ("organisations", "organisations-table", "organisations-book")
        shown |= {name.replace("-", "_"): scope.address(name) for name in pages}
    return shown | {name: scope.address(name, toon=toon) for name in ("lines", "table", "book")}


def _here(scope: Scope) -> dict[str, Any]:
    return {"here": "hubs", "hub": scope.owner} if scope.kind == "hub" else {}
