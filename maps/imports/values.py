"""Reads the columns of a file as the fields of an element: words as people write them, or a refusal in words."""

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache, partial
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.validators import visible
from listings.amounts import Amount, marks_in
from listings.days import MONTH_BY_NAME
from listings.imports import values
from listings.imports.rows import unknown_material
from listings.numbers import Marks
from listings.validators import QUANTITY_PLACES, check_quantity
from listings.words import word
from maps.enums import Certainty, FeatureKind, Period, QuantityBasis, Visibility
from maps.fields import column
from maps.files.mapping import FIELDS
from maps.imports.places import PLACE_WORDS
from maps.models import MapLayer
from materials.models import Material
from materials.recognise import SAME_WORDS, recogniser

Choice = TypeVar("Choice", bound=Enum)
#: What a column may hold: its rows are known by their own ids, which the reading of the file says.
COLUMN_FIELDS = tuple(field for field in FIELDS if field != "source_reference")
#: Values of a column that are remembered with what they mean.
_REMEMBERED = 10_000
#: Signs between the months of one cell, and the words before the last.
_BETWEEN = str.maketrans(dict.fromkeys(",;/|", " "))
_AND = frozenset({"en", "and", "et"})


def _by_word(names: Mapping[Choice, tuple[str, ...]]) -> dict[str, Choice]:
    """Choices by what people write, and by the codes that exports write."""
    said = {word(name): choice for choice, options in names.items() for name in options}
    return said | {word(str(choice.value)): choice for choice in names}


_KINDS_BY_NAME = _by_word({
    FeatureKind.STOCK: ("voorraad", "stock", "stocks", "partij"),
    FeatureKind.FLOW: ("stroom", "flow", "flux"),
    FeatureKind.PLACE: ("plaats", "plek", "lieu"),
})  # fmt: skip
_KINDS = _KINDS_BY_NAME | dict.fromkeys(PLACE_WORDS, FeatureKind.PLACE)
_PERIODS = _by_word({
    Period.DAY: ("dag", "per dag", "dagelijks", "per day", "daily", "jour", "par jour"),
    Period.WEEK: ("week", "per week", "wekelijks", "weekly", "semaine", "par semaine"),
    Period.MONTH: ("maand", "per maand", "maandelijks", "per month", "monthly", "mois", "par mois"),
    Period.YEAR: ("jaar", "per jaar", "jaarlijks", "per year", "yearly", "an", "année", "par an"),
})  # fmt: skip
_BASES = _by_word({
    QuantityBasis.ESTIMATED: ("geschat", "schatting", "estimate", "estimé", "estimée", "estimation"),
    QuantityBasis.MEASURED: ("gemeten", "meting", "gewogen", "weighed", "mesuré", "mesurée"),
    QuantityBasis.UNKNOWN: ("onbekend", "inconnu", "inconnue"),
})  # fmt: skip
_CERTAINTIES = _by_word({
    Certainty.CONFIRMED: (
        "bevestigd", "bevestigd door de bron", "confirmed by the source", "confirmé", "confirmée",
        "confirmé par la source",
    ),
    Certainty.LIKELY: ("waarschijnlijk", "probable"),
    Certainty.UNSURE: ("onzeker", "uncertain", "incertain", "incertaine"),
})  # fmt: skip
_VISIBILITIES = {word(choice.slug): choice for choice in Visibility} | {
    word(name): choice
    for choice, names in {
        Visibility.OWNER: (
            "eigenaar", "alleen de eigenaar en de beheerders van de hub",
            "only the owner and the managers of the hub", "seulement le responsable et les gestionnaires du hub",
        ),
        Visibility.HUB: (
            "de hub, en wie er een recht op heeft", "the hub, and whoever has a right to it",
            "le hub, et ceux qui y ont un droit",
        ),
        Visibility.PARTNERS: (
            "partner", "de partners van de hub", "the partners of the hub", "les partenaires du hub",
        ),
        Visibility.PUBLIC: ("iedereen", "publiek", "openbaar", "everybody", "tout le monde"),
    }.items()
    for name in names
}  # fmt: skip


def names_kind(text: str) -> bool:
    """Whether a text is what people call a kind of element; what a sort of place is called, may be said of a shop."""
    return word(text) in _KINDS_BY_NAME


class ValueReader:
    """Reads the rows of one file. What many rows share, such as materials, is looked up once.

    `columns` says which column holds a field, `given` what counts where a row says nothing of it. Of the fields in
    `kept` a blank cell says nothing at all, so that what is there stays. `amounts` are all texts in the column of
    quantities: "1.125" means what the rest of its column says. `language` is that in which materials are looked for
    first; unless said, the active one.
    """

    def __init__(
        self,
        columns: Mapping[str, str],
        given: Mapping[str, str],
        amounts: Iterable[str] = (),
        language: str | None = None,
        kept: Collection[str] = (),
    ) -> None:
        for name in (*columns, *given):
            if name not in COLUMN_FIELDS:
                raise ValidationError(
                    _("“%(name)s” is geen veld van een element. Kies uit: %(known)s."),
                    params={"name": name, "known": ", ".join(COLUMN_FIELDS)},
                )
        self.columns, self.given, self._kept = dict(columns), dict(given), frozenset(kept)
        self._language = language or get_language() or "nl"
        #: Fields that this file says something about.
        self.names = tuple(name for name in COLUMN_FIELDS if name in columns or name in given)
        self._materials = {material.code: material for material in Material.objects.all()}
        self._material = cache(self._find_material)
        self._readers: dict[str, Callable[[str], Any]] = {
            "kind": partial(values.named, names=_KINDS, choices=FeatureKind),
            "material": self._material,
            "unit": values.unit,
            "quantity_basis": partial(values.named, names=_BASES, choices=QuantityBasis),
            "period": partial(values.named, names=_PERIODS, choices=Period),
            "season_months": _months,
            "declared_status": values.declared_status,
            "source_organisation": _organisation,
            "available_from": values.first_day,
            "available_until": values.last_day,
            "certainty": partial(values.named, names=_CERTAINTIES, choices=Certainty),
            "visibility": partial(values.named, names=_VISIBILITIES, choices=Visibility),
        }
        self._marks = marks_in(amounts) if "quantity" in columns else Marks()
        # Of what many rows say in the same words, it is understood once; what is refused is asked each time.
        self._said = {name: lru_cache(_REMEMBERED, typed=True)(partial(self._value, name)) for name in self._readers}

    def read(self, attributes: Mapping[str, Any], empty: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a row. `empty` is what stands where neither the row nor `given` says anything.

        A field that is kept isn't among them where its cell is blank. Raises ValidationError that names each wrong
        field.
        """
        found, wrong = dict[str, Any](), dict[str, ValidationError]()
        for name in self.names:
            value = attributes.get(self.columns[name]) if name in self.columns else None
            if isinstance(value, str):
                # What nobody sees is blank too.
                value = value.strip() if visible(value) else ""
            if value in (None, ""):
                if name in self._kept:
                    continue
                value = self.given.get(name, "")
            try:
                found[name] = empty[name] if value == "" else self._understood(name, value)
            except ValidationError as error:
                wrong[name] = error
        amount = found.get("quantity")
        if isinstance(amount, Amount):
            found["quantity"] = amount.number
            if amount.unit is not None:
                if found.get("unit") not in (None, "", amount.unit):
                    wrong["unit"] = ValidationError(
                        _("De hoeveelheid noemt een andere eenheid. Kies één van de twee.")
                    )
                found["unit"] = amount.unit
        if wrong:
            raise ValidationError(wrong)
        return found

    def _understood(self, name: str, value: Any) -> Any:
        said = self._said.get(name)
        return said(value) if said is not None and isinstance(value, Hashable) else self._value(name, value)

    def _value(self, name: str, value: Any) -> Any:
        if name == "quantity":
            return _number(value) if _is_number(value) else values.quantity(str(value), self._marks)
        text = _text(value)
        if text.startswith(values.ERRORS_START):
            values.check_is_no_error(text)
        return self._readers[name](text) if name in self._readers else text

    def _find_material(self, text: str) -> Material:
        """The material with this code, or the only one that has this name."""
        if found := self._materials.get(text):
            return found
        named = recogniser().named(text, self._language)
        meant = [self._materials[one.code] for one in named]
        if len(named) != 1 or named[0].likeness < SAME_WORDS:
            raise unknown_material(text[:60], meant)
        return meant[0]


def _organisation(text: str) -> Organisation:
    """The organisation with this code, as exports write it."""
    found = Organisation.objects.filter(slug=text).first()
    if found is None:
        raise ValidationError(
            _("Geen organisatie heeft hier de code “%(text)s”. Lees de kolom als naam van de bron, of laat ze weg."),
            params={"text": text[:60]},
        )
    return found


def empty_values(names: Iterable[str], layer: MapLayer) -> dict[str, Any]:
    """What stands in a field of which neither a row nor anybody says anything."""
    return {name: column(name).get_default() for name in names} | {"visibility": layer.visibility}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: float) -> Decimal:
    """A number that the file itself has as one: no mark in it can mean two things."""
    number = Decimal(str(value))
    check_quantity(number)
    return round(number, QUANTITY_PLACES)


def _text(value: Any) -> str:
    """A value as text: 12.0 of a column of numbers is "12"."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _months(text: str) -> list[int]:
    """ "3, 4, 10", or "maart, april en oktober" as a form calls them: numbers of months."""
    words = [said for one in text.strip("[]").translate(_BETWEEN).split() if (said := word(one)) not in _AND]
    found = {int(said) if re.fullmatch("[0-9]{1,2}", said) else MONTH_BY_NAME.get(said, 0) for said in words}
    if not all(1 <= month <= 12 for month in found):
        raise ValidationError(_("Schrijf maanden als getallen van 1 tot 12, bijvoorbeeld 3, 4, 10."))
    return sorted(found)
