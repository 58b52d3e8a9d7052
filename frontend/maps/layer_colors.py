"""The colours of a layer as people write them: on each line a name in their own language, and a colour.

What is stored has codes (maps/style.py); both are read, and names are shown.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from frontend.components.form_fields import readers_marks
from listings.numbers import number
from maps.enums import FeatureKind, FeatureState, StyleBy
from materials.models import Material
from materials.recognise import SAME_WORDS, recogniser
from materials.search import find_materials

#: A line: a name and its colour.
_LINE = re.compile(r"([^#]+)(#[0-9a-fA-F]{6})")
#: Letters of a line that a refusal repeats, and names that it gives as examples.
_LONGEST_SAID, _MOST_EXAMPLES = 60, 6
_LABELLED = {StyleBy.KIND.value: FeatureKind.choices, StyleBy.STATUS.value: FeatureState.choices}


def read_colors(by: str, text: str) -> dict[str, Any]:
    """What a style says besides its `by` and `color`. Raises ValidationError that says what is wrong, by line."""
    lines = [(place, line.strip()) for place, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if by == StyleBy.SINGLE:
        if lines:
            raise ValidationError(_("Bij één kleur horen geen andere. Laat dit leeg."))
        return {}
    found: list[tuple[Any, str]] = []
    wrong: list[str] = []
    for place, line in lines:
        try:
            name, color = _parts(line)
            found.append((_bound(name) if by == StyleBy.QUANTITY else _code(by, name, found), color))
        except ValidationError as error:
            wrong += [_("Regel %(line)s: %(words)s") % {"line": place, "words": words} for words in error.messages]
    if wrong:
        raise ValidationError(wrong)
    if by == StyleBy.QUANTITY:
        if not found:
            raise ValidationError(
                _("Kleur naar hoeveelheid vraagt minstens één regel: vanaf welk getal, en de kleur. Bv. “0 #8a4b2a”.")
            )
        return {"classes": [{"from": bound, "color": color} for bound, color in found]}
    return {"colors": dict(found)}


def colors_text(style: Mapping[str, Any]) -> str:
    """A style's colours as `read_colors` reads them again in the reader's language."""
    if style["by"] == StyleBy.QUANTITY:
        pairs = [(_as_written(one["from"]), one["color"]) for one in style["classes"]]
    else:
        colors = style.get("colors", {})
        names = _names(style["by"], colors) if colors else {}
        pairs = [(names.get(code, code), color) for code, color in colors.items()]
    return "\n".join(f"{name} {color}" for name, color in pairs)


def _parts(line: str) -> tuple[str, str]:
    match = _LINE.fullmatch(line)
    if match is None:
        said = {"line": line[:_LONGEST_SAID]}
        raise ValidationError(_("Schrijf een naam en een kleur, zoals “voorraad #8a4b2a”, niet “%(line)s”.") % said)
    return match[1].strip().rstrip(":=").rstrip(), match[2]


def _code(by: str, name: str, earlier: list[tuple[Any, str]]) -> str:
    """The code that a name stands for, or the code itself. `earlier` has what stands on other lines."""
    said = name[:_LONGEST_SAID]
    code = _material_code(name) if by == StyleBy.MATERIAL else _labelled_code(by, name)
    if code is None:
        given = {"name": said, "examples": ", ".join(_examples(by, name))}
        raise ValidationError(_("“%(name)s” kennen we hier niet. Dit kan wel: %(examples)s.") % given)
    if any(code == other for other, _color in earlier):
        raise ValidationError(_("“%(name)s” staat er al. Geef het één kleur.") % {"name": said})
    return code


def _labelled_code(by: str, name: str) -> str | None:
    asked = name.casefold()
    return next((code for code, label in _LABELLED[by] if asked in (code, str(label).casefold())), None)


def _material_code(name: str) -> str | None:
    """The material with this code, or the only one that has this name."""
    if name.lower() in recogniser().code_and_above:
        return name.lower()
    named = recogniser().named(name, _language())
    return named[0].code if len(named) == 1 and named[0].likeness >= SAME_WORDS else None


def _examples(by: str, name: str) -> list[str]:
    """What may stand there: what somebody may have meant, else the families of materials; or all there is."""
    if by != StyleBy.MATERIAL:
        return [str(label) for _code, label in _LABELLED[by]]
    meant = [hit.material for hit in find_materials(name, _language(), limit=_MOST_EXAMPLES)]
    return [capfirst(str(one)) for one in meant or Material.objects.families().in_tree_order()[:_MOST_EXAMPLES]]


def _names(by: str, codes: Mapping[str, Any]) -> dict[str, str]:
    """What people call each code. A material whose name means another one too keeps its code."""
    if by != StyleBy.MATERIAL:
        return {code: str(label) for code, label in _LABELLED[by]}
    rows = Material.objects.filter(code__in=list(codes))
    return {row.code: row.name for row in rows if _material_code(row.name) == row.code}


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _bound(name: str) -> float:
    bound = number(name, readers_marks())
    return int(bound) if bound == int(bound) else float(bound)


def _as_written(bound: float) -> str:
    """Where a class begins, as a form reads it back in any language: "0,5", and never "1e-05" or "1,250"."""
    text = format(Decimal(repr(bound)).normalize(), "f").replace(".", ",")
    # Three digits behind a comma may be thousands too.
    return f"{text}0" if len(text.partition(",")[2]) == 3 else text
