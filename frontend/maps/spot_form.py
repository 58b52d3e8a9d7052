"""The form for adding something on the spot: the fields of an element that one knows out there."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.components.form_fields import WholeField
from frontend.maps.forms import ElementForm
from maps.enums import Certainty, QuantityBasis
from maps.models import MapLayer

#: Of the fields of an element, those that this form has.
_KEPT = frozenset(
    {"title", "kind", "description", "place", "lat", "lon", "material", "quantity", "unit", "period", "quantity_basis"}
)
#: What a phone may say of how far off it is: more is no reading.
LARGEST_ACCURACY_M = 100_000


class SpotForm(ElementForm):
    """An element in one of `layers`, of which there is at least one. What isn't asked is as the other form begins."""

    layer = forms.TypedChoiceField(
        label=gettext_lazy("Laag"),
        coerce=int,
        error_messages={
            "invalid_choice": gettext_lazy(
                "In deze laag mag je niets toevoegen. Kies een andere, of vraag het aan de hub."
            )
        },
    )
    accuracy_m = WholeField(min_value=0, max_value=LARGEST_ACCURACY_M, required=False, widget=forms.HiddenInput)
    noted_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    submit = forms.BooleanField(label=gettext_lazy("Leg het meteen voor aan wie publiceert"), required=False)

    def __init__(self, data: Any = None, *, layers: Sequence[MapLayer], layer_id: int | None = None) -> None:
        self._layers = {layer.pk: layer for layer in layers}
        first = self._layers.get(layer_id or 0, layers[0])
        super().__init__(data, layer=first, staff=False)
        for name in [name for name in ElementForm.base_fields if name in self.fields and name not in _KEPT]:
            del self.fields[name]
        self.fields["layer"].choices = _by_map(layers)  # type: ignore[attr-defined]
        self.fields["period"].widget.attrs["data-only-shown"] = True
        self.fields["place"].help_text = _("Of geef hieronder coördinaten, of zet een speld op de kaart.")
        begun = {"key": uuid4(), "layer": first.pk, "quantity_basis": QuantityBasis.ESTIMATED, "submit": True}
        self.initial = {**self.initial, **begun}

    @property
    def layer_chosen(self) -> MapLayer:
        """Once the form is valid."""
        return self._layers[self.cleaned_data["layer"]]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("quantity") is None:
            given["quantity_basis"] = QuantityBasis.UNKNOWN
        return given

    def fields_of_element(self) -> dict[str, Any]:
        """What the service takes of the element, once the form is valid. Who stands beside it is rather sure."""
        names = (_KEPT - {"place", "lat", "lon"}) | {"geometry"}
        return {name: self.cleaned_data[name] for name in names} | {"certainty": Certainty.LIKELY}

    def refusals(self) -> list[dict[str, str]]:
        """What is wrong, by field, in words: for a phone that shows it later."""
        return [
            {"field": name if name in self.fields else "", "label": self._label(name), "words": str(text)}
            for name, texts in self.errors.items()
            for text in texts
        ]

    def _label(self, name: str) -> str:
        field = self.fields.get(name)
        return str(field.label) if field is not None and not field.widget.is_hidden else ""


def _by_map(layers: Sequence[MapLayer]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Layers as a choice, below what their map is called."""
    found: dict[int, tuple[str, list[tuple[int, str]]]] = {}
    for layer in layers:
        title = _("%(map)s, %(hub)s") % {"map": layer.map.title, "hub": layer.map.hub.name}
        found.setdefault(layer.map_id, (title, []))[1].append((layer.pk, layer.title))
    return list(found.values())
