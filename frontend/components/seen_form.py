"""A form of something that two people may change at once: whose came second sees both versions, and chooses.

What somebody saw goes along as hidden fields, with the version: what they left as it was isn't theirs to change.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from frontend.components.form_fields import add_errors
from maps.conflicts import CuratedConflict

#: What a form says of a field that both changed: “mine”, or “theirs” for what is stored.
CHOICE = "kies-"


class SeenForm(forms.Form):
    """A subclass says in `initial_of` how a stored row fills it, and in `groups` which fields say one thing."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        for name, field in self.fields.items():
            field.show_hidden_initial = name != "version"

    def initial_of(self, row: Any) -> dict[str, Any]:
        """What the form shows of a row, by field, the version among them."""
        raise NotImplementedError

    def groups(self) -> dict[str, tuple[str, ...]]:
        """The fields that together say one thing, by the name under which a service takes it."""
        return {name: (name,) for name in self.fields if name != "version"}

    def show_stored(self, row: Any) -> None:
        """Name the version that is stored, and show how it is now what somebody left as it was."""
        touched, again = set(self.changed_data), self.data.copy()  # type: ignore[attr-defined] # a QueryDict
        for name, value in self.initial_of(row).items():
            if name == "version" or name not in touched:
                for key in (self.add_prefix(name), self.add_initial_prefix(name)):
                    again.setlist(key, _texts(value))
        self.data = again

    def beside(self, row: Any) -> list[dict[str, Any]]:
        """What somebody changed here, or somebody else meanwhile, as maps/conflict.html shows it: how it was, is and
        would become. Where both changed it, whoever saves chooses.
        """
        stored, rows = self.initial_of(row), list[dict[str, Any]]()
        for name, parts in self.groups().items():
            was = self._words(parts, {part: self._sent(self.add_initial_prefix(part)) for part in parts})
            theirs = self._words(parts, {part: _texts(stored[part]) for part in parts})
            mine = self._words(parts, {part: self._sent(self.add_prefix(part)) for part in parts})
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

    def _sent(self, key: str) -> list[str]:
        sent: list[str] = self.data.getlist(key)  # type: ignore[attr-defined] # a QueryDict
        return sent

    def _words(self, parts: Iterable[str], values: Mapping[str, list[str]]) -> str:
        """Values as people read them: what is chosen by its label."""
        said = []
        for part in parts:
            choices = getattr(self.fields[part], "choices", ())
            labels = {str(value): str(label) for value, label in choices if value != ""}
            texts = [text.replace("\r\n", "\n").strip() for text in values[part]]
            said.append(", ".join(labels.get(text, text) for text in texts))
        return " · ".join(filter(None, said))

    def written(self) -> dict[str, Any]:
        """What a service takes of a valid form that makes something."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.groups()}

    def changed(self) -> dict[str, Any]:
        """Of that, what differs from what somebody saw."""
        touched = set(self.changed_data)
        names = {name for name, parts in self.groups().items() if touched & set(parts)}
        return {name: value for name, value in self.written().items() if name in names}


def save_seen(form: SeenForm, service: Callable[..., Any]) -> tuple[bool, list[dict[str, Any]]]:
    """Change a row as a valid form says. Whether it is stored, and rows of what two people changed.

    `service` takes the version that was seen and the fields that differ from it. What was refused is in the form,
    which then names the version that is stored.
    """
    left = {name for name in form.groups() if form.data.get(CHOICE + name) == "theirs"}
    fields = {name: value for name, value in form.changed().items() if name not in left}
    try:
        service(version=form.cleaned_data["version"], **fields)
    except CuratedConflict as error:
        form.add_error(None, error)
        rows = form.beside(error.row)
        form.show_stored(error.row)
        return False, rows
    except ValidationError as error:
        add_errors(form, error)
        return False, []
    return True, []


def _texts(value: Any) -> list[str]:
    """A value as a form sends it: each of several, or one, which is empty for None."""
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return ["" if value is None else str(value)]
