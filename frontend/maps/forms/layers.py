"""A layer's form, with how the layer is drawn."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from frontend.components.form_fields import WholeField
from frontend.maps.color_rows import ColorLines
from frontend.maps.forms.choices import NONE_CHOSEN
from frontend.maps.forms.maps import MapForm, map_initial
from frontend.maps.layer_colors import colors_text, read_colors
from maps.enums import GeometryKind, Licence, StyleBy, Visibility
from maps.models import MapLayer
from maps.style import read_style
from materials.enums import Unit


class LayerForm(MapForm):
    #: On the page of its map a layer is moved up and down.
    order = None  # type: ignore[assignment]
    licence = forms.ChoiceField(
        label=gettext_lazy("Licentie"),
        choices=Licence.choices,
        help_text=gettext_lazy(
            "Ziet iedereen de laag, dan is ze open data: iedereen mag ze zo hergebruiken, tenzij je kiest voor "
            "“geen hergebruik zonder toestemming”."
        ),
    )
    geometry_kind = forms.ChoiceField(label=gettext_lazy("Vormen"), choices=GeometryKind.choices)
    visibility = forms.TypedChoiceField(
        label=gettext_lazy("Zichtbaar voor"),
        choices=Visibility.choices,
        coerce=int,
        help_text=gettext_lazy("Geen element van de laag is ruimer zichtbaar dan de laag zelf."),
    )
    verify_every_months = WholeField(
        label=gettext_lazy("Nakijken om de zoveel maanden"),
        min_value=1,
        max_value=60,
        required=False,
        help_text=gettext_lazy("Leeg: niemand wordt eraan herinnerd."),
    )
    style_by = forms.ChoiceField(label=gettext_lazy("Kleur naar"), choices=StyleBy.choices)
    color = forms.CharField(
        label=gettext_lazy("Kleur"),
        max_length=7,
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=gettext_lazy("Bij meer kleuren: die van de rest."),
    )
    colors = forms.CharField(
        label=gettext_lazy("Kleuren"),
        max_length=4_000,
        required=False,
        widget=ColorLines(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Per regel een naam en een kleur. Bij materiaal: “hout #9a6b3f”. Bij soort: voorraad, stroom of plaats. "
            "Bij status: concept, na te kijken, gepubliceerd of ingetrokken. Bij hoeveelheid: een getal waar een "
            "klasse begint; een stroom telt met wat een jaar brengt."
        ),
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Eenheid van die getallen"),
        choices=[NONE_CHOSEN, *Unit.choices],
        required=False,
        help_text=gettext_lazy("Bij kleur naar hoeveelheid. Leeg: elk element in de eigen eenheid."),
    )
    field_order = [
        "title", "description", "geometry_kind", "visibility", "verify_every_months", "style_by", "color", "colors",
        "unit", "licence", "attribution",
    ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = dict(super().clean() or self.cleaned_data)
        by, color = given.pop("style_by", StyleBy.SINGLE), given.pop("color", "")
        unit = given.pop("unit", "")
        given["style"] = {"by": by, "color": color} | ({"unit": unit} if by == StyleBy.QUANTITY else {})
        try:
            given["style"] |= read_colors(by, given.pop("colors", ""))
        except ValidationError as error:
            self.add_error("colors", error)
            return given
        if "color" not in self.errors:
            self._check_style(given["style"])
        return given

    def _check_style(self, style: dict[str, Any]) -> None:
        """Have what a service would refuse of a style stand at the field that says it."""
        name = "color"
        try:
            read_style({"by": StyleBy.SINGLE.value, "color": style["color"]})
            name = "colors"
            read_style(style)
        except ValidationError as error:
            self.add_error(name, error.messages)

    def initial_of(self, row: Any) -> dict[str, Any]:
        return layer_initial(row)


def layer_initial(layer: MapLayer) -> dict[str, Any]:
    style = layer.style
    return map_initial(layer) | {
        "geometry_kind": layer.geometry_kind,
        "visibility": layer.visibility,
        "verify_every_months": layer.verify_every_months,
        "style_by": style["by"],
        "color": style["color"],
        "colors": colors_text(style),
        "unit": style.get("unit", ""),
    }
