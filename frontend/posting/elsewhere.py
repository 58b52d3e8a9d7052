"""What a form holds beside what another window stored meanwhile: both in words, for whoever has to choose."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from frontend.log.fields import UNIT_OF, in_words, label
from frontend.posting.forms import ListingForm
from listings.models import Listing

_KIND = "listings.listing"
_POINT = ("lat", "lon")


@dataclass(frozen=True)
class Difference:
    label: str
    here: str
    stored: str


def differences(listing: Listing, form: ListingForm) -> list[Difference]:
    """Each field in which the form differs from the stored listing; what is empty is said to be."""
    names = form.changes()
    found = [_of_field(listing, form, name) for name in names if name not in _POINT]
    if set(names) & set(_POINT):
        here, stored = _("de plek op deze kaart"), str(listing.municipality or "")
        found.append(Difference(capfirst(label(_KIND, "location")), here, stored or _("leeg")))
    return found


def _of_field(listing: Listing, form: ListingForm, name: str) -> Difference:
    unit = UNIT_OF.get(name, "")
    if name in form.cleaned_data:
        here = _said(name, form.cleaned_data[name], form.cleaned_data.get(unit, ""))
    else:
        # A mistake stands there as it was typed.
        here = str(form[name].value() or "")
    before = listing.material if name == "material" else form.initial[name]
    stored = _said(name, before, getattr(listing, unit) if unit else "")
    return Difference(capfirst(label(_KIND, name)), here or _("leeg"), stored or _("leeg"))


def _said(name: str, value: Any, unit: str) -> str:
    """A value of a form in words."""
    if isinstance(value, QuerySet):
        value = list(value)
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, list) and value and isinstance(value[0], Model):
        return ", ".join(map(str, value))
    return in_words(_KIND, name, value.isoformat() if isinstance(value, dt.date) else value, unit)
