"""A map's own form, and how what two people changed of it is put side by side."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from frontend.components.form_fields import WholeField
from maps.enums import Licence
from maps.models import MapLayer, MaterialMap

#: The fields of a form that together say how a layer is drawn.
_OF_STYLE = ("style_by", "color", "colors", "unit")


class MapForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Titel"), max_length=120)
    description = forms.CharField(
        label=gettext_lazy("Beschrijving"), max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    licence = forms.ChoiceField(label=gettext_lazy("Licentie"), choices=Licence.choices)
    attribution = forms.CharField(label=gettext_lazy("Bronvermelding"), max_length=200, required=False)
    order = WholeField(label=gettext_lazy("Volgorde"), min_value=0, max_value=1_000, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for name, field in self.fields.items():
            # What somebody saw goes along: what they left as it was isn't theirs to change.
            field.show_hidden_initial = name != "version"

    def show_stored(self, row: MaterialMap | MapLayer) -> None:
        """Name the version that is stored, and show how it is now what somebody left as it was."""
        touched, again = set(self.changed_data), self.data.copy()  # type: ignore[attr-defined] # a QueryDict
        for name, value in self.initial_of(row).items():
            if name == "version" or name not in touched:
                for key in (self.add_prefix(name), self.add_initial_prefix(name)):
                    again[key] = "" if value is None else str(value)
        self.data = again

    def beside(self, row: MaterialMap | MapLayer) -> list[dict[str, Any]]:
        """What somebody changed here, or somebody else meanwhile, as maps/conflict.html shows it: how it was, is and
        would become. Where both changed it, whoever saves chooses.
        """
        stored, rows = self.initial_of(row), list[dict[str, Any]]()
        for name, parts in self.groups().items():
            was = self._words(parts, {part: self.data.get(self.add_initial_prefix(part)) for part in parts})
            theirs = self._words(parts, stored)
            mine = self._words(parts, {part: self.data.get(self.add_prefix(part)) for part in parts})
            asked, moved = any(part in self.changed_data for part in parts), theirs != was
            if asked or moved:
                rows.append(
                    {
                        "name": name, "label": str(self.fields[parts[0]].label), "before": was, "theirs": theirs,
                        "mine": mine, "clashes": asked and moved and theirs != mine, "is_theirs": not asked,
                        "shapes_theirs": None, "shapes_mine": None,
                    }
                )  # fmt: skip
        return rows

    def groups(self) -> dict[str, tuple[str, ...]]:
        """The fields that together say one thing, by the name under which a service takes it."""
        names = [name for name in self.fields if name != "version"]
        found: dict[str, tuple[str, ...]] = {name: (name,) for name in names if name not in _OF_STYLE}
        if _OF_STYLE[0] in names:
            found["style"] = _OF_STYLE
        return found

    def _words(self, parts: Iterable[str], values: Mapping[str, Any]) -> str:
        """Values as people read them: what is chosen by its label."""
        said = []
        for part in parts:
            text = "" if values[part] is None else str(values[part]).replace("\r\n", "\n").strip()
            choices = getattr(self.fields[part], "choices", ())
            labels = {str(value): str(label) for value, label in choices if value != ""}
            said.append(labels.get(text, text))
        return " · ".join(filter(None, said))

    def initial_of(self, row: Any) -> dict[str, Any]:
        return map_initial(row)

    def clean_order(self) -> int:
        return self.cleaned_data["order"] or 0

    def written(self) -> dict[str, Any]:
        """What a service takes of a valid form that makes something."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def changed(self) -> dict[str, Any]:
        """Of that, what differs from what somebody saw."""
        touched = set(self.changed_data)
        names = {name for name, parts in self.groups().items() if touched & set(parts)}
        return {name: value for name, value in self.written().items() if name in names}


def map_initial(row: MaterialMap | MapLayer) -> dict[str, Any]:
    names = ("title", "description", "licence", "attribution", "order", "version")
    return {name: getattr(row, name) for name in names}
