"""How a layer is drawn, as JSON that is checked whole: no colour that isn't one, no class out of order.

    {"by": "single", "color": "#2f6f5e"}
    {"by": "kind", "color": "#7a7a72", "colors": {"stock": "#8a4b2a", "flow": "#2b6a8f", "place": "#2f6f5e"}}
    {"by": "quantity", "color": "#7a7a72", "unit": "tonne", "classes": [{"from": 0, "color": "#f0d9b5"}, …]}

`color` is that of what no other colour is said for. `unit` is in what classes count: what comes in another has no
class. Without it each element counts in its own, as where all have the same. Flows count by what a year brings
(maps.yearly), so that those of a day and of a month are told apart. Colours by material are said by the codes
of materials, and count for all below them; colours by status by the names of states.
"""

import math
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from maps.enums import FeatureKind, FeatureState, StyleBy
from materials.enums import Unit
from materials.models import Material

DEFAULT_COLOR = "#2f6f5e"
#: Colours and classes of one style, at most: nobody reads a longer legend.
MOST_COLORS, MOST_CLASSES = 40, 9
_COLOR = re.compile(r"#[0-9a-f]{6}")
_CODE = re.compile(r"[a-z0-9-]{1,60}")


def default_style() -> dict[str, Any]:
    return {"by": StyleBy.SINGLE.value, "color": DEFAULT_COLOR}


def read_style(given: Any) -> dict[str, Any]:
    """A style in the form in which it is stored. Raises ValidationError at the field `style`."""
    if not isinstance(given, Mapping):
        raise _wrong(_("Geef de stijl als een object met “by” en “color”."))
    by = given.get("by", StyleBy.SINGLE.value)
    if by not in StyleBy.values:
        raise _wrong(_("Kies waarnaar de kleur verwijst: %(known)s.") % {"known": ", ".join(StyleBy.values)})
    style: dict[str, Any] = {"by": by, "color": _color(given.get("color", DEFAULT_COLOR))}
    known = {"by", "color"}
    if by == StyleBy.QUANTITY:
        known |= {"classes", "unit"}
        if unit := given.get("unit"):
            style["unit"] = _unit(unit)
        style["classes"] = _classes(given.get("classes"))
    elif by != StyleBy.SINGLE:
        known.add("colors")
        style["colors"] = _colors(by, given.get("colors", {}))
    if unknown := sorted(str(name)[:40] for name in given if name not in known):
        raise _wrong(_("Dit hoort niet bij deze stijl: %(names)s.") % {"names": ", ".join(unknown[:5])})
    return style


def color_of(
    style: Mapping[str, Any], *, kind: str, state: str, material: str, per_year: float | None, unit: str = ""
) -> str:
    """The colour of an element, as the map in the browser has it (frontend/src/map/paint.ts).

    `per_year` is how much there is or, of a flow, comes in a year (maps.yearly). `material` is a code, empty for none;
    colours by material have to name every material (`_spread` of the pages).
    """
    by = style["by"]
    if by == StyleBy.QUANTITY:
        counts = per_year is not None and style.get("unit", unit) == unit
        fits = [one["color"] for one in style["classes"] if counts and per_year >= one["from"]]
        return str(fits[-1] if fits else style["color"])
    value = {StyleBy.KIND: kind, StyleBy.STATUS: state, StyleBy.MATERIAL: material}.get(by, "")
    return str(style.get("colors", {}).get(value, style["color"]))


def _colors(by: str, given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping) or len(given) > MOST_COLORS:
        raise _wrong(_("Geef hoogstens %(most)d kleuren, elk bij een naam.") % {"most": MOST_COLORS})
    names: Collection[str] | None = {
        StyleBy.KIND: FeatureKind.values, StyleBy.STATUS: FeatureState.values,
    }.get(StyleBy(by))  # fmt: skip
    if names is None:
        names = _materials_among(given)
    for name in given:
        if name not in names:
            raise _wrong(_("“%(name)s” is geen naam waarbij een kleur hoort.") % {"name": str(name)[:40]})
    return {name: _color(color) for name, color in given.items()}


def _materials_among(given: Iterable[Any]) -> set[str]:
    """Those of some codes that a material has. A colour for another would show nowhere, not even in the legend."""
    codes = [name for name in given if isinstance(name, str) and _CODE.fullmatch(name)]
    return set(Material.objects.filter(code__in=codes).values_list("code", flat=True)) if codes else set()


def _classes(given: Any) -> list[dict[str, Any]]:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_CLASSES:
        raise _wrong(_("Geef 1 tot %(most)d klassen.") % {"most": MOST_CLASSES})
    classes = [_class(one) for one in given]
    bounds = [one["from"] for one in classes]
    if bounds != sorted(set(bounds)):
        raise _wrong(_("Elke klasse begint hoger dan de vorige."))
    return classes


def _unit(given: Any) -> str:
    if given not in Unit.values:
        raise _wrong(_("Kies een eenheid uit: %(known)s.") % {"known": ", ".join(Unit.values)})
    return str(given)


def _class(given: Any) -> dict[str, Any]:
    bound = given.get("from") if isinstance(given, Mapping) else None
    is_number = isinstance(bound, int | float) and not isinstance(bound, bool) and math.isfinite(bound)
    if not is_number or set(given) != {"from", "color"}:
        raise _wrong(_("Een klasse heeft een getal “from” en een kleur “color”."))
    return {"from": bound, "color": _color(given["color"])}


def _color(given: Any) -> str:
    color = given.lower() if isinstance(given, str) else ""
    if not _COLOR.fullmatch(color):
        raise _wrong(_("Geef een kleur als #rrggbb."))
    return color


def _wrong(words: str) -> ValidationError:
    return ValidationError({"style": words})
