"""Saving by forms: what two people changed comes back field by field, to choose from."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.permissions import is_hub_staff
from frontend.components.form_fields import add_errors
from frontend.components.seen_form import CHOICE
from frontend.maps.forms import ElementForm, given_fields
from frontend.maps.page import conflict_rows
from frontend.maps.roughly import said_of_place
from maps import services
from maps.conflicts import Conflict
from maps.fields import WRITABLE
from maps.models import MapFeature

#: The fields of the form that say where an element is: one of them, the others empty.
_WHERE = ("place", "lat", "lon", "shape")


def tried(form: forms.Form, service: Callable[[], Any]) -> Any:
    """What a service made; None where it refused, with its words in the form."""
    try:
        return service()
    except ValidationError as error:
        add_errors(form, error)
        return None


def place_words(form: ElementForm) -> str:
    """What whoever wrote an address in a valid form hears of where it lies; empty where that is exact."""
    return said_of_place(form.cleaned_data["geometry"]) if "place" in form.changed_data else ""


def save_element(
    by: User, form: ElementForm, feature: MapFeature, *, proposes: bool
) -> tuple[bool, list[dict[str, Any]]]:
    """Change an element as a valid form says, or propose that. Whether it is stored, and rows of what clashes.

    What was refused is in the form, which then names the version that is stored: sent again, it changes that one.
    """
    service = services.propose_change if proposes else services.change_feature
    left = {name for name in WRITABLE if form.data.get(CHOICE + name) == "theirs"}
    fields = {name: value for name, value in given_fields(form, WRITABLE).items() if name not in left}
    try:
        service(by=by, feature=feature, version=form.cleaned_data["version"] or feature.version, **fields)
    except Conflict as error:
        rows = conflict_rows(error)
        form.add_error(None, error)
        _show_theirs(form, error.feature, by, {row["name"] for row in rows if row["is_theirs"]})
        return False, rows
    except ValidationError as error:
        add_errors(form, error)
        return False, []
    return True, []


def _show_theirs(form: ElementForm, stored: MapFeature, by: User, names: set[str]) -> None:
    """Have a form name the version that is stored, and show it where only the other changed something."""
    staff = is_hub_staff(by, stored.layer.map.hub)
    fresh = ElementForm(layer=stored.layer, feature=stored, staff=staff)
    # A place that wasn't touched here is where the other left it.
    untouched = {name for name in _WHERE if name not in form.changed_data}
    places = set(_WHERE) if "geometry" in names else untouched
    for name in ("source_organisation", "site"):
        # The other may have named one that this form didn't offer.
        form.fields[name].queryset = fresh.fields[name].queryset  # type: ignore[attr-defined]
    again = form.data.copy()  # type: ignore[attr-defined] # a QueryDict
    for name in (names - {"geometry"}) | places | {"version"}:
        shown = form.fields[name].widget.format_value(fresh[name].value())
        again.setlist(name, shown if isinstance(shown, list) else ["" if shown is None else str(shown)])
    form.data = again
