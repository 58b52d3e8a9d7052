"""What the page of a file for a layer shows, and how it reads what somebody decided there."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from frontend.components import figures
from frontend.maps.page import values_in_words
from geo.points import LAMBERT_72_SRID, MERCATOR_SRID, METRIC_SRID, WGS84_SRID, metres_per_degree
from maps.enums import Fate, FeatureKind, Visibility
from maps.fields import label_of
from maps.files.refusals import FORMAT_NAMES, Said
from maps.imports.between import Pair
from maps.imports.choice import decided
from maps.imports.finding import proposals_of
from maps.imports.rows import Drawn, RowSeen, extent_of
from maps.imports.values import COLUMN_FIELDS
from maps.models import MapImport

#: The source's own number: a column that says which element a row is, and not a field of it.
ID = "source_reference"
#: Systems that files here are in, as people call them.
SYSTEMS = (
    (LAMBERT_72_SRID, "Lambert 72"), (METRIC_SRID, "Lambert 2008"), (WGS84_SRID, "WGS 84"),
    (MERCATOR_SRID, "Web Mercator"),
)  # fmt: skip
ENCODINGS = (("utf-8", "UTF-8"), ("cp1252", "Windows"), ("cp850", "MS-DOS"), ("mac_roman", "Macintosh"))
COLORS = {Fate.ADDED: "#2f6f5e", Fate.CHANGED: "#b0632a", Fate.GONE: "#6a5298"}
#: Columns that aren't read that are named at once.
_MOST_NAMED = 20
#: Metres within which nobody sees on a map that something moved.
_SAME_SPOT_M = 5
TABS = (
    (Fate.ADDED, gettext_lazy("Nieuw")), (Fate.CHANGED, gettext_lazy("Gewijzigd")),
    (Fate.GONE, gettext_lazy("Verdwenen")), (Fate.WRONG, gettext_lazy("Fouten")),
)  # fmt: skip


def reading_context(found: MapImport) -> dict[str, Any]:
    """How a file was read, and what may be decided about that."""
    reading, choice = found.reading, decided(found.choice)
    layer = found.layer
    return {
        "proposals": proposals_of(found),
        "format_name": FORMAT_NAMES.get(reading.get("format", ""), ""),
        "file_layers": reading.get("layers", []),
        "file_layer": reading.get("layer"),
        "columns": _columns(reading),
        "unread": _unread(reading),
        "fields": [(ID, _("het nummer bij de bron")), *((name, label_of(name)) for name in COLUMN_FIELDS)],
        "has_ids": bool(reading.get("id_column")) or reading.get("own_ids", False),
        "lacks_title": "columns" in reading and not any(one["field"] == "title" for one in reading["columns"]),
        "kind_column": not choice.pasted and any(one["field"] == "kind" for one in reading.get("columns", [])),
        "pasted": choice.pasted,
        "address": reading.get("address", []),
        "kinds": FeatureKind.choices,
        "given": {"kind": "", "visibility": ""} | reading.get("given", {}) | choice.given,
        "visibilities": [(one.slug, one.label) for one in Visibility if one <= layer.visibility],
        "systems": _systems(choice.srid),
        "encodings": ENCODINGS if reading.get("format") == "shp" else (),
        "choice": choice,
        "declared": reading.get("declared"),
        "srid": reading.get("srid"),
        "mendable": reading.get("mendable", 0),
        "system": reading.get("system", ""),
        "notes": [Said(code, values).text for code, values in reading.get("notes", [])],
    }


def _systems(chosen: int | None) -> list[tuple[int, str]]:
    """The systems to choose from; with the one that was chosen by another way."""
    known = dict(SYSTEMS)
    return [*known.items(), *([(chosen, "")] if chosen is not None and chosen not in known else [])]


def _columns(reading: dict[str, Any]) -> list[dict[str, Any]]:
    """Each column with the number of its choice in the form, and as what it is read."""
    return [
        {**column, "number": number, "field": ID if column["name"] == reading["id_column"] else column["field"]}
        for number, column in enumerate(reading.get("columns", []))
    ]


def _unread(reading: dict[str, Any]) -> str:
    """The names of the columns that nothing is read from, as far as somebody reads them on."""
    read_too = {reading.get("id_column"), *reading.get("address", [])}
    names = [one["name"] for one in reading.get("columns", []) if not one["field"] and one["name"] not in read_too]
    said, more = ", ".join(f"“{name}”" for name in names[:_MOST_NAMED]), len(names) - _MOST_NAMED
    if more <= 0:
        return said
    words = ngettext("%(names)s en %(count)s andere", "%(names)s en %(count)s andere", more)
    return words % {"names": said, "count": figures.number(more)}


def read_choices(form: QueryDict, found: MapImport) -> dict[str, Any]:
    """What was decided: a proposal that was taken, that shapes are mended, or all that the form asks.

    Raises ValidationError.
    """
    if proposal := form.get("proposal", ""):
        srid, _sign, swapped = proposal.partition(":")
        return {"srid": _number(srid), "swapped": swapped == "1"}
    if "mend" in form:
        return {"repair": True}
    choices: dict[str, Any] = {}
    if "file-layer" in form:
        choices["layer"] = form["file-layer"] or None
    if "srid" in form:
        srid, other = form.get("srid", ""), form.get("epsg", "").strip()
        choices |= {
            "srid": _epsg(other) if other else _number(srid) if srid else None,
            "swapped": "swapped" in form, "repair": "repair" in form, "encoding": form.get("encoding", ""),
        }  # fmt: skip
    columns = {
        column["name"]: str(form[name])
        for column in _columns(found.reading)
        if (name := f"column-{column['number']}") in form
    }
    if columns:
        known_by = [name for name, field in columns.items() if field == ID]
        if len(known_by) > 1:
            raise ValidationError(_("Kies één kolom als nummer bij de bron."))
        choices["id_column"] = known_by[0] if known_by else ""
        choices["columns"] = {name: "" if field == ID else field for name, field in columns.items()}
    given = {name: str(form[f"given-{name}"]) for name in ("kind", "visibility") if form.get(f"given-{name}")}
    if any(name.startswith("given-") for name in form):
        choices["given"] = decided(found.choice).given | {"kind": "", "visibility": ""} | given
        choices["given"] = {name: value for name, value in choices["given"].items() if value}
    return choices


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 6:
        raise ValidationError(_("Kies een coördinatenstelsel uit de lijst."))
    return int(text)


def _epsg(text: str) -> int:
    """A number that is in no list: "3035" or "EPSG:3035". Whether there is such a system, who reads the file says."""
    number = text.upper().removeprefix("EPSG").lstrip(": ")
    if not re.fullmatch(r"[0-9]{1,6}", number) or not int(number):
        words = _("“%(text)s” is geen EPSG-nummer. Geef het getal alleen, zoals 3035.")
        raise ValidationError(words, params={"text": text[:40]})
    return int(number)


def tabs_of(found: MapImport, seen: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """What somebody sees of each fate, with its name. Of wrong rows there may be more than are kept."""
    counts = {**seen, Fate.WRONG.value: found.counts.get(Fate.WRONG, 0)}
    return [(fate.value, str(label), counts.get(fate, 0)) for fate, label in TABS]


def drawn_rows(found: MapImport, beside: MapImport | None = None) -> list[dict[str, Any]]:
    """What the map in the browser draws of the rows, or of what differs from another file."""
    tiles = reverse("map-import-tile", args=[found.pk, 0, 0, 0]).replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt")
    tiles += f"?beside={beside.pk}" if beside is not None else ""
    colors = {fate.value: color for fate, color in COLORS.items()}
    style = {"by": "kind", "color": "#5a6570", "colors": colors}
    return [{"id": f"import-{found.pk}", "title": found.name, "tiles": tiles, "style": style}]


def bounds_of_rows(drawn: Drawn) -> str:
    """The box around the rows that somebody sees, as the map reads it; empty where there is none."""
    box = extent_of(drawn)
    return ",".join(f"{side:.6f}" for side in box) if box else ""


def row_words(rows: Sequence[RowSeen]) -> list[dict[str, Any]]:
    """Rows of the table, each field with both values in words."""
    said = values_in_words([value for seen in rows for one in seen.fields for value in (one.before, one.after)])
    return [
        {
            "row": seen.row,
            "moved": seen.moved,
            "mistakes": seen.mistakes,
            "fields": [
                {
                    "label": capfirst(one.label),
                    "before": said(one.name, one.before),
                    "after": said(one.name, one.after) + _further(seen, one.name),
                }
                for one in seen.fields
                if seen.row.fate != Fate.ADDED or (one.name != "title" and said(one.name, one.after))
            ],
            "number": str(seen.row.number) if seen.row.number else "–",
        }
        for seen in rows
    ]


def pair_words(pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    """What two files say of elements, each field in words as both have it."""
    said = values_in_words([value for pair in pairs for one in pair.fields for value in (one.before, one.after)])
    return [
        {
            "pair": pair,
            "fields": [
                {
                    "label": capfirst(one.label),
                    "before": said(one.name, one.before),
                    "after": said(one.name, one.after),
                }
                for one in pair.fields
                if pair.fate != Fate.ADDED or (one.name != "title" and said(one.name, one.after))
            ],
        }
        for pair in pairs
    ]


def _further(seen: RowSeen, name: str) -> str:
    """How far a shape moved, from its middle to its middle; nothing for other fields."""
    if name != "geometry" or seen.row.feature is None or seen.row.geometry is None:
        return ""
    old, new = seen.row.feature.geometry.centroid, seen.row.geometry.centroid
    east, north = metres_per_degree(new.y)
    metres = math.hypot((new.x - old.x) * east, (new.y - old.y) * north)
    if metres < _SAME_SPOT_M:
        return _(", bijna op dezelfde plek")
    return _(", %(distance)s verder") % {"distance": figures.distance(metres)}
