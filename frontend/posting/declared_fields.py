"""The fields of the form that only some goods have: the reuse checklist of electrical goods, the dates of food."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components.form_fields import DateField
from listings.declarations import CHECKLIST, asked_fields
from listings.enums import Allergen, FoodDate, FoodStorage
from listings.models import Listing
from listings.validators import check_day
from materials.enums import Asks
from materials.models import Material

#: Fields that the form doesn't mark as optional: publishing asks for them, always or with some choices.
NEEDED = {"food_date_kind", "food_date", "food_storage", "allergens"}
_HELP = {
    "reuse_works": _("Getest: alle functies doen het."),
    "reuse_safe": _("Snoer, stekker en behuizing zijn heel; de elektrische veiligheid is gemeten."),
    "reuse_complete": _("Alle onderdelen zijn er, zonder noemenswaardige roest of schade."),
    "reuse_no_cfc": _("Geen koelmiddel of schuim met cfk of hcfk, zoals in oude koelkasten."),
    "reuse_no_crt": _("Geen scherm met een beeldbuis (CRT)."),
}


def _yes(value: Any) -> bool:
    """What is sent is a text, what is stored is no text."""
    return str(value) == "True"


def declared_fields(listing: Listing, material: Material | None) -> dict[str, forms.Field]:
    """The fields for what a listing of this material declares, in the order in which they are asked."""
    asked = asked_fields(listing.kind, material)
    fields = {name: _check_field(name) for name in asked if name in CHECKLIST}
    if material is not None and "food_date" in asked:
        fields |= _food_fields(undated=material.asks == Asks.FOOD_UNDATED)
    for name in NEEDED & fields.keys():
        fields[name].is_needed = True  # type: ignore[attr-defined]
    return fields


def _check_field(name: str) -> forms.Field:
    return forms.TypedChoiceField(
        label=str(Listing._meta.get_field(name).verbose_name).capitalize(),  # type: ignore[union-attr]
        help_text=_HELP[name],
        choices=[("True", _("ja")), ("False", _("nee")), ("", _("niet nagekeken"))],
        coerce=_yes,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


def _food_fields(*, undated: bool) -> dict[str, forms.Field]:
    kinds = [choice for choice in FoodDate.choices if undated or choice[0] != FoodDate.NONE_NEEDED]
    day = DateField(label=_("De datum die erop staat"), required=False, validators=[check_day])
    # What comes back has a date at each delivery, and none here.
    day.widget.attrs["data-only-shown"] = True
    return {
        "food_date_kind": forms.ChoiceField(
            label=_("Welke datum staat erop?"), choices=kinds, required=False, widget=forms.RadioSelect
        ),
        "food_date": day,
        "food_storage": forms.ChoiceField(
            label=_("Hoe bewaren en vervoeren?"),
            choices=FoodStorage.choices,
            required=False,
            widget=forms.RadioSelect,
        ),
        "allergens": forms.MultipleChoiceField(
            label=_("Welke allergenen zitten erin?"),
            choices=Allergen.choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        ),
    }
