"""A map's own form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from frontend.components.form_fields import WholeField
from frontend.components.seen_form import SeenForm
from maps.enums import Licence
from maps.models import MapLayer, MaterialMap

#: The fields of a form that together say how a layer is drawn.
_OF_STYLE = ("style_by", "color", "colors", "unit")


class MapForm(SeenForm):
    title = forms.CharField(label=gettext_lazy("Titel"), max_length=120)
    description = forms.CharField(
        label=gettext_lazy("Beschrijving"), max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    licence = forms.ChoiceField(label=gettext_lazy("Licentie"), choices=Licence.choices)
    attribution = forms.CharField(label=gettext_lazy("Bronvermelding"), max_length=200, required=False)
    order = WholeField(label=gettext_lazy("Volgorde"), min_value=0, max_value=1_000, required=False)

    def groups(self) -> dict[str, tuple[str, ...]]:
        found = {name: parts for name, parts in super().groups().items() if name not in _OF_STYLE}
        if _OF_STYLE[0] in self.fields:
            found["style"] = _OF_STYLE
        return found

    def initial_of(self, row: Any) -> dict[str, Any]:
        return map_initial(row)

    def clean_order(self) -> int:
        return self.cleaned_data["order"] or 0


def map_initial(row: MaterialMap | MapLayer) -> dict[str, Any]:
    names = ("title", "description", "licence", "attribution", "order", "version")
    return {name: getattr(row, name) for name in names}
