"""The field for a layer's colours. A script draws rows over it, each a choice and a colour; without it one types."""

import json
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from maps.enums import FeatureKind, FeatureState, StyleBy
from maps.style import MOST_CLASSES, MOST_COLORS
from materials.models import Material

#: One choice: the code that is written for it, what it is called, and what it stands under; empty for none.
Choice = tuple[str, str, str]


class ColorLines(forms.Textarea):
    """A line for each colour (frontend/maps/layer_colors.py). `data-colors` has what the rows offer, as JSON."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        offered = {"choices": _choices(), "most": MOST_COLORS, "most_classes": MOST_CLASSES, "words": _words()}
        context["widget"]["attrs"]["data-colors"] = json.dumps(offered, ensure_ascii=False)
        return context


def _choices() -> dict[str, list[Choice]]:
    """By what the colour goes, all that may have one. Quantities aren't chosen: where a class begins is typed."""
    return {
        StyleBy.MATERIAL.value: _materials(),
        StyleBy.KIND.value: [(code, str(label), "") for code, label in FeatureKind.choices],
        StyleBy.STATUS.value: [(code, str(label), "") for code, label in FeatureState.choices],
    }


def _materials() -> list[Choice]:
    """All materials, each below its family."""
    found, family = [], ""
    for row in Material.objects.in_tree_order():
        if row.parent_id is None:
            family = capfirst(row.name)
        found.append((row.code, capfirst(row.name), family))
    return found


def _words() -> dict[str, str]:
    """What stands at the rows."""
    return {
        "help": _("Kies per regel waarvoor de kleur is. Al het andere krijgt de kleur hierboven."),
        "help_quantity": _("Kies per regel vanaf welk getal de kleur geldt. Al het andere krijgt de kleur hierboven."),
        "what": _("Waarvoor"),
        "from": _("Vanaf welk getal"),
        "color": _("Kleur"),
        "remove": _("Weg"),
        "add": _("Nog een kleur"),
    }
