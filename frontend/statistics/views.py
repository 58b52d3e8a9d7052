"""Figures of a hub, for everybody: a page, a file of text for each table, and a workbook of all."""

import io
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from openpyxl import Workbook

from exchanges.permissions import sees_ledger_lines
from frontend.components.csv_table import csv_answer, safe_cell
from frontend.components.kept import or_later
from frontend.impact.files import XLSX, as_text
from frontend.requests import PageRequest
from frontend.statistics import tables
from frontend.statistics.reading import Figures, read_figures
from geo.hubs import bounds_of
from geo.models import Hub
from maps.standing import standing_of
from materials.models import Material


@require_GET
@or_later
def statistics(request: PageRequest, slug: str) -> HttpResponse:
    """Stock and flow, supply against demand, what nothing serves, free capacity, and what became exchanges."""
    read = _figures(request, slug)
    exchanged, of_staff = read.counts.exchanged, sees_ledger_lines(request.user, read.hub)
    bounds = bounds_of(read.hub)
    context = {
        "here": "hubs",
        "hub": read.hub,
        "counts": read.counts,
        "family": read.family,
        "families": read.families,
        "query": f"?materiaal={read.family.code}" if read.family else "",
        "today": read.today,
        "by_material": tables.by_material(read),
        "by_municipality": tables.by_municipality(read),
        "trade": tables.trade(read),
        "unmet_by_material": tables.unmet_by_material(read),
        "unmet_by_municipality": tables.unmet_by_municipality(read),
        "unmet_places": tables.places_of_unmet(read),
        "bounds": ",".join(map(str, bounds)) if bounds else "",
        "capacity": tables.capacity(read),
        "capacity_plots": tables.capacity_plots(read),
        "sources": tables.sources(read),
        "taken_up": tables.taken_up(read),
        "with_listing": len(exchanged),
        "with_exchange": sum(1 for one in exchanged if one.going or one.completed),
        "completed": sum(1 for one in exchanged if one.completed),
        "handed_over_kg": read.counts.handed_over_kg,
        "exchanged": tables.exchanged(read) if of_staff else None,
        "files": [name for name in tables.FILES if of_staff or name != tables.OF_STAFF],
    }
    return render(request, "statistics/statistics.html", context)


@require_GET
@or_later
def table(request: PageRequest, slug: str, name: str) -> HttpResponse:
    """One table as a file of text, by material and municipality."""
    read = _figures(request, slug)
    if name not in _files(request, read):
        raise Http404
    made = tables.FILES[name][1](read)
    lines = [[column.label for column in made.columns], *([as_text(cell) for cell in row.cells] for row in made.rows)]
    return csv_answer(f"{name}-{slug}-{_moment(read)}.csv", lines)


@require_GET
@or_later
def book(request: PageRequest, slug: str) -> HttpResponse:
    """All tables as a workbook, a sheet each: numbers are numbers there."""
    read = _figures(request, slug)
    workbook = Workbook(write_only=True)
    for name in _files(request, read):
        title, make = tables.FILES[name]
        made, sheet = make(read), workbook.create_sheet(str(title))
        sheet.append([column.label for column in made.columns])
        for row in made.rows:
            sheet.append([safe_cell(cell) if isinstance(cell, str) else cell for cell in row.cells])
    kept = io.BytesIO()
    workbook.save(kept)
    name = _("cijfers")
    headers = {"Content-Disposition": f'attachment; filename="{name}-{slug}-{_moment(read)}.xlsx"'}
    return HttpResponse(kept.getvalue(), content_type=XLSX, headers=headers)


def _moment(read: Figures) -> str:
    """When they were counted, as it stands in a file's name: "2026-12-03-1432"."""
    return timezone.localtime(read.counts.counted_at).strftime("%Y-%m-%d-%H%M")


def _files(request: PageRequest, read: Figures) -> list[str]:
    of_staff = sees_ledger_lines(request.user, read.hub)
    return [name for name in tables.FILES if of_staff or name != tables.OF_STAFF]


def _figures(request: PageRequest, slug: str) -> Figures:
    """Of the hub in the address, of one family where the address names one. Raises Http404 for what isn't there."""
    hub, code = get_object_or_404(Hub, slug=slug), request.GET.get("materiaal", "")
    if "\0" in code:
        raise Http404
    family: Any = get_object_or_404(Material.objects.families(), code=code[:60]) if code else None
    return read_figures(hub, standing_of(request.user), timezone.localdate(), family)
