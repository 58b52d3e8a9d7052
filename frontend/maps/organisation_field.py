"""Any organisation by what people call it: the partners of a hub are a list, and all others are too many for one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.validators import enterprise_number

#: Organisations that a refusal names, of those that may be meant.
_MOST_NAMED = 6
_LONGEST = 140


class OrganisationField(forms.CharField):
    """An organisation by its name or enterprise number. Cleans to it; to None where nothing is written."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            max_length=_LONGEST,
            required=False,
            widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
            **more,
        )

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return organisation_called(text) if text else None


def organisation_called(text: str) -> Organisation:
    """The organisation with this number, name or code, or the only one whose name has the text in it.

    Raises ValidationError, which names those that may be meant.
    """
    found = _numbered(text) or list(Organisation.objects.like(text)[: _MOST_NAMED + 1])
    exact = [one for one in found if text.casefold() in (one.name.casefold(), one.slug)]
    exact = exact or list(Organisation.objects.filter(slug=text))
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if not found:
        words = _("Geen organisatie heet “%(text)s” of heeft dat nummer. Geef een deel van de naam, of het nummer.")
        raise ValidationError(words, params={"text": text})
    more = " …" if len(found) > _MOST_NAMED else ""
    named = "; ".join(_told_apart(one, found) for one in found[:_MOST_NAMED]) + more
    words = _("“%(text)s” kan elk van deze zijn: %(named)s. Geef de hele naam, of wat tussen haakjes staat.")
    raise ValidationError(words, params={"text": text, "named": named})


def _numbered(text: str) -> list[Organisation]:
    """Those that give this enterprise number as theirs."""
    try:
        number = enterprise_number(text)
    except ValidationError:
        return []
    return list(Organisation.objects.filter(enterprise_number=number).order_by("name", "pk")[: _MOST_NAMED + 1])


def _told_apart(one: Organisation, among: list[Organisation]) -> str:
    """A name with what says which one it is: the number, or the code where it has none or others give the same."""
    number = one.enterprise_number
    shared = sum(other.enterprise_number == number for other in among) > 1
    return f"{one.name} ({one.slug if not number or shared else one.enterprise_number_display})"
