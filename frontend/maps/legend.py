"""Legends of layers: what their colours mean, and the signs that tell kinds of elements apart without any colour.

Points are their sign; lines and areas carry it. Dashes are no way to say a kind: they say how far an element stands.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from frontend.components import figures
from maps.enums import FeatureKind, FeatureState, StyleBy
from maps.models import MapLayer

#: A sign per kind, the same on the map (frontend/src/map/kinds.ts): a diamond, a triangle, a circle. As a path of SVG
#: around the place where it begins, in millimetres.
SIGNS: dict[str, str] = {
    FeatureKind.STOCK: "m0-1.9l1.9 1.9l-1.9 1.9l-1.9-1.9z",
    FeatureKind.FLOW: "m2.1 0l-3.15 1.82v-3.64z",
    FeatureKind.PLACE: "m-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0z",
}


class Meant(NamedTuple):
    """A line of a legend: a colour, empty for any, in the shape of a sign or of none, and what it means."""

    color: str
    label: str
    sign: str = ""


def legend_of(
    layer: MapLayer, material_names: Mapping[str, str], kinds: Iterable[FeatureKind] = tuple(FeatureKind)
) -> list[Meant]:
    """What a layer's colours mean, and the signs of these kinds. `material_names` are by their code."""
    style = layer.style
    if style["by"] == StyleBy.KIND:
        return [Meant(style["colors"].get(kind, style["color"]), str(kind.label), SIGNS[kind]) for kind in FeatureKind]
    return _colors(layer, material_names) + [Meant("", str(kind.label), SIGNS[kind]) for kind in kinds]


def _colors(layer: MapLayer, material_names: Mapping[str, str]) -> list[Meant]:
    style = layer.style
    match style["by"]:
        case StyleBy.STATUS:
            said = {str(FeatureState(name).label): color for name, color in style["colors"].items()}
        case StyleBy.MATERIAL:
            names = {code: capfirst(material_names[code]) for code in style["colors"] if code in material_names}
            said = {name: style["colors"][code] for code, name in names.items()}
        case StyleBy.QUANTITY:
            said = {_from(one["from"], style.get("unit")): one["color"] for one in style["classes"]}
        case _:
            return [Meant(style["color"], layer.title)]
    return [*(Meant(color, label) for label, color in said.items()), Meant(style["color"], _("de rest"))]


def _from(bound: float, unit: str | None) -> str:
    """ "vanaf 50 ton (stromen: per jaar)"; where a style counts no unit, each element is in its own."""
    if unit:
        return _("vanaf %(amount)s (stromen: per jaar)") % {"amount": figures.amount(bound, unit)}
    return _("vanaf %(number)s, in de eigen eenheid (stromen: per jaar)") % {"number": figures.number(bound)}
