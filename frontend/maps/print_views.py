"""A material map on paper: a PDF with the map as vectors, its legend, its scale and its sources (WeasyPrint)."""

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from frontend.components import figures
from frontend.maps.legend import SIGNS
from frontend.maps.narrowed import layers_asked, mended_in, named_for
from frontend.maps.page import drawn_layers, layer_rows, layers_of, quantity_words
from frontend.maps.views import chosen_layers, find_map
from frontend.requests import PageRequest
from geo.boundaries import current_quality
from geo.hubs import bounds_of
from geo.points import FLANDERS
from listings.querysets import Box, part_near_belgium
from maps.enums import FeatureState
from maps.models import MapFeature, MapLayer, MaterialMap
from maps.sheet import Drawn, Frame, elements_in, frame_around, ground_of
from maps.sight import sight_of
from maps.standing import Standing, standing_of
from maps.style import color_of
from maps.yearly import per_year
from sandbox.limited import Limits, Stopped, run_limited

#: Up to so many elements each has a number on the map and a line in the list behind it.
MOST_NUMBERED = 150
#: How long a scale bar may be, in millimetres.
_LONGEST_BAR_MM = 50


class Paper(NamedTuple):
    """A size of paper, lying or standing, and how large the map on it is, in millimetres."""

    width_mm: int
    height_mm: int
    map_width_mm: int
    map_height_mm: int

    @property
    def stands(self) -> bool:
        """The legend is below the map then, not beside it."""
        return self.height_mm > self.width_mm


PAPERS = {
    "a4": Paper(297, 210, 205, 164),
    "a4-staand": Paper(210, 297, 189, 190),
    "a3": Paper(420, 297, 320, 250),
    "a3-staand": Paper(297, 420, 276, 290),
}
#: How wide a letter of a place's name and how high its line is, and how far an element with its number reaches.
_LETTER_MM, _LINE_MM, _MARK_MM = 1.4, 3.2, 3.0
#: What setting a page may take; 2,000 elements with their list take about three seconds.
_LIMITS = Limits(memory_bytes=2_000_000_000, cpu_s=5, answer_bytes=100_000_000)
#: Sheets that are made at once in all, for how long a turn is kept for one whose maker is gone, and when to come back.
MOST_AT_ONCE, _KEPT_S, _AGAIN_S = 2, 90, 15
#: The faces of the house, which the PDF carries with it.
_FONTS = {f"font:{weight}": f"build/fonts/ibm-plex-sans-latin-{weight}-normal.woff2" for weight in (400, 600)}


@require_GET
def printed_map(request: PageRequest, hub_slug: str, slug: str) -> HttpResponse:
    """The chosen layers of a map on A4 or A3, lying or standing. A page says what can't be drawn, with 400; with
    503, to come back.
    """
    standing = standing_of(request.user)
    found = find_map(standing, hub_slug, slug)
    layers = layers_of(found, standing)
    chosen = chosen_layers(request, layers)
    context: dict[str, Any] = {"here": "maps", "map": found, "hub": found.hub, "busy": False, "mistakes": []}
    with _turn() as is_free:
        if not is_free:
            later = render(request, "maps/not_printed.html", context | {"busy": True}, status=503)
            later["Retry-After"] = str(_AGAIN_S)
            return later
        try:
            pdf = _printed(request, found, layers, chosen, standing)
        except ValidationError as error:
            return render(request, "maps/not_printed.html", context | {"mistakes": error.messages}, status=400)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{slugify(found.title) or "kaart"}.pdf"'
    answer["Cache-Control"] = "private, no-cache"
    return answer


@contextmanager
def _turn() -> Iterator[bool]:
    """Hold one of the turns to make a sheet, if one is free; says whether it does."""
    turns = (f"map-print:{number}" for number in range(MOST_AT_ONCE))
    held = next((turn for turn in turns if cache.add(turn, True, _KEPT_S)), None)
    try:
        yield held is not None
    finally:
        if held is not None:
            cache.delete(held)


def _printed(
    request: PageRequest, found: MaterialMap, layers: list[MapLayer], chosen: list[MapLayer], standing: Standing
) -> bytes:
    """The PDF of the chosen ones of a map's layers. Raises ValidationError for what can't be drawn."""
    paper, bbox = _asked_paper(request), _asked_box(request) or bounds_of(found.hub) or FLANDERS
    frame = frame_around(bbox, width_mm=paper.map_width_mm, height_mm=paper.map_height_mm)
    narrowed, wrong = mended_in(request.GET.dict(), layers, standing)
    if wrong:
        raise ValidationError(wrong)
    shown = layers_asked(narrowed, chosen, standing)
    drawn = elements_in(frame, shown, {layer.pk: sight_of(standing, layer) for layer in shown}, narrowed)
    only = ", ".join(narrowed.words(named_for(narrowed, layers=layers, drawn=shown, standing=standing)))
    context = _head(found, paper, only) | _sheet(frame, shown, drawn, standing, found.hub_id)
    return _set(render_to_string("maps/print.html", context, request))


def _head(found: MaterialMap, paper: Paper, only: str) -> dict[str, Any]:
    return {
        "map": found,
        "hub": found.hub,
        "paper": paper,
        "only": only,
        "today": figures.long_day(timezone.localdate()),
        "address": settings.SITE_URL + reverse("map", args=[found.hub.slug, found.slug]),
        "approximate": current_quality() != "official",
    }


def _set(html: str) -> bytes:
    """The page as a PDF. Raises ValidationError where that takes more than it may."""
    fonts = {address: finders.find(name) for address, name in _FONTS.items()}
    with tempfile.TemporaryFile() as page:
        page.write(html.encode())
        page.flush()
        try:
            return run_limited("frontend.maps.print_child:set_page", page, _LIMITS, arguments={"fonts": fonts})
        except Stopped as stopped:
            raise ValidationError(
                _("Dit blad werd te zwaar om te maken. Kies minder lagen, of een kleiner stuk kaart.")
            ) from stopped


def _asked_paper(request: PageRequest) -> Paper:
    name = request.GET.get("papier", "a4")
    if name not in PAPERS:
        raise ValidationError(_("Kies A4 of A3 als papier."))
    return PAPERS[name]


def _asked_box(request: PageRequest) -> Box | None:
    """The part of the map that is asked for, "west,south,east,north" in degrees, as far as it lies around Belgium;
    None for all of the hub's region.
    """
    text = request.GET.get("vak", "")
    if not text:
        return None
    unread = _("Dit stuk kaart begrijpen we niet. Ga terug naar de kaart en probeer opnieuw.")
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        raise ValidationError(unread) from None
    if not all(map(math.isfinite, (west, south, east, north))) or not (west < east and south < north):
        raise ValidationError(unread)
    # The map pans further than anything is drawn.
    near = part_near_belgium((west, south, east, north))
    if near is None:
        raise ValidationError(_("Dit stuk kaart ligt niet in België. Ga terug naar de kaart en probeer opnieuw."))
    return near


def _sheet(
    frame: Frame, layers: list[MapLayer], drawn: dict[int, list[Drawn]], standing: Standing, hub_id: int
) -> dict[str, Any]:
    """What the template draws: the ground, each layer with its elements, the legend, the scale and the list."""
    ground, language = ground_of(frame, hub_id), get_language() or settings.LANGUAGE_CODE
    styles = {one["id"]: one["style"] for one in drawn_layers(layers)}
    total = sum(map(len, drawn.values()))
    numbered = total <= MOST_NUMBERED
    by_layer, listed, number = [], [], 0
    for row in layer_rows(layers, standing):
        layer = row["layer"]
        shapes, lines = [], []
        for one in drawn[layer.pk]:
            number += 1
            shapes.append(_shape(one, styles[layer.pk], number if numbered else None))
            lines.append((number, one.feature, quantity_words(one.feature)))
        by_layer.append(shapes)
        listed.append((row, lines))
    states = {one.feature.state for ones in drawn.values() for one in ones}
    marks = [place for ones in drawn.values() for one in ones for place in one.points]
    # The first layer lies on top; of all of them areas lie below lines, and those below points.
    upwards = [shape for shapes in reversed(by_layer) for shape in shapes]
    metres, words = _bar(frame)
    return {
        "municipalities": ground.municipalities,
        "region": ground.region,
        "places": _apart([(names.get(language, names["nl"]), x, y) for names, x, y in ground.places], marks),
        "shapes": sorted(upwards, key=lambda shape: (not shape["is_area"], not shape["path"])),
        "listed": listed,
        "numbered": numbered,
        "total": total,
        "unpublished": states - {FeatureState.PUBLISHED.value},
        "scale": figures.number(frame.scale),
        "bar_mm": _mm(metres * frame.mm_per_m),
        "bar": words,
    }


def _apart(names: list[tuple[str, float, float]], marks: list[tuple[float, float]]) -> list[tuple[str, str, str]]:
    """The names of places that cover neither an element nor a name before them: those of the largest come first."""
    kept: list[tuple[float, float, float]] = [(x, y, _MARK_MM) for x, y in marks]
    written = []
    for name, x, y in names:
        half = len(name) * _LETTER_MM / 2
        if all(abs(x - there) > half + width or abs(y - down) > _LINE_MM for there, down, width in kept):
            kept.append((x, y, half))
            written.append((name, _mm(x), _mm(y)))
    return written


def _shape(one: Drawn, style: dict[str, Any], number: int | None) -> dict[str, Any]:
    feature = one.feature
    color = color_of(
        style, kind=feature.kind, state=feature.state, material=feature.material.code if feature.material else "",
        per_year=_per_year(feature), unit=feature.unit,
    )  # fmt: skip
    places = [(_mm(x), _mm(y)) for x, y in one.points]
    return {
        "color": color, "state": feature.state, "path": one.path, "is_area": one.is_area,
        "sign": SIGNS[feature.kind], "points": places,
        "label": (number, *places[0]) if number and places else None,
    }  # fmt: skip


def _per_year(feature: MapFeature) -> float | None:
    """How much of it there is or comes in a year; None where nobody knows how much."""
    if feature.quantity is None:
        return None
    return float(per_year(feature.quantity, feature.period, feature.season_months))


def _bar(frame: Frame) -> tuple[float, str]:
    """How many metres the scale bar is long, the roundest that fit, and how that is written."""
    longest = _LONGEST_BAR_MM / frame.mm_per_m
    power = 10 ** math.floor(math.log10(longest))
    metres = max(step * power for step in (1, 2, 5) if step * power <= longest)
    return metres, figures.distance(metres)


def _mm(value: float) -> str:
    """As SVG writes a number, whatever the reader's language."""
    return f"{value:.2f}"
