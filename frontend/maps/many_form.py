"""What somebody changes in many elements at once: only what is filled in, or said to become empty."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.maps.forms import ElementForm
from maps.fields import label_of
from maps.models import MapLayer

#: Fields that many elements may have alike, in the order of the form.
SHARED = (
    "material", "quantity", "unit", "quantity_basis", "kind", "period", "form", "destination", "available_from",
    "available_until", "certainty", "declared_status", "eural_code", "source_organisation", "source_name", "owner",
    "visibility",
)  # fmt: skip
#: Those that may be emptied, each with what stands there then.
_EMPTY: dict[str, Any] = {
    "material": None, "quantity": None, "form": "", "destination": "", "available_from": None,
    "available_until": None, "eural_code": "", "source_organisation": None, "source_name": "", "owner": None,
}  # fmt: skip


class ManyForm(ElementForm):
    """The fields of an element, none of which has to be filled in."""

    empty = forms.MultipleChoiceField(
        label=gettext_lazy("Maak leeg"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, layer: MapLayer, staff: bool) -> None:
        super().__init__(data, layer=layer, staff=staff)
        self.initial = {}
        names = [name for name in SHARED if name in self.fields]
        # Any organisation may be their source: beside the list of partners stands a field for all others.
        names.insert(names.index("source_organisation") + 1, "other_source")
        self.fields = {name: _optional(self.fields[name]) for name in (*names, "empty")}
        choices = [(name, capfirst(label_of(name))) for name in _EMPTY if name in self.fields]
        self.fields["empty"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = dict(forms.Form.clean(self) or self.cleaned_data)
        self._take_other_source(given)
        emptied = given.pop("empty", [])
        found = {name: value for name, value in given.items() if value not in (None, "")}
        for name in emptied:
            if name in found:
                self.add_error(name, _("Vul iets in, of maak het leeg: niet allebei."))
        if not found and not emptied and not self.errors:
            self.add_error(None, _("Vul in wat je wilt wijzigen."))
        return found | {name: _EMPTY[name] for name in emptied}


def _optional(field: forms.Field) -> forms.Field:
    """A field that stays as it is unless something is chosen or filled in."""
    stays = _("blijft zoals het is")
    field.required, field.initial = False, None
    # Every field may stay: no label has to say so.
    field.is_needed = True  # type: ignore[attr-defined] # components/field.html reads it
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = stays
    elif isinstance(field, forms.ChoiceField) and not isinstance(field, forms.MultipleChoiceField):
        choices: list[Any] = [choice for choice in list(field.choices) if choice[0] != ""]  # type: ignore[arg-type, index]
        field.widget = forms.Select()
        field.choices = [("", stays), *choices]
    return field
