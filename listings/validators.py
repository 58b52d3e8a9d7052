"""Rules for the fields of a listing together. Each refusal names the field, and says what to do."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.validators import one_line, visible
from listings.declarations import lacking_declarations, wrong_declarations
from listings.enums import HAZARDOUS_MARK, Allergen, CatchmentKind, ListingKind, Precision, PriceBasis, PriceKind
from listings.models import LARGEST_QUANTITY, Listing
from materials.units import check_unit


class StaleListing(ValidationError):
    """Somebody else, or another window, changed the listing since the user read it."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Dit zoekertje is intussen gewijzigd, door iemand anders of door jou in een ander venster; wat hier "
                "staat, is nog niet bewaard. Bekijk eerst hoe het nu is. Bewaar daarna opnieuw om het te vervangen."
            ),
            code="stale",
        )


class Mistakes(dict[str, list[ValidationError]]):
    """What several checks found wrong, by field, so that all of it is named at once. Of a field the first counts."""

    def of(self, check: Callable[..., None], *values: Any, **more: Any) -> None:
        """Run a check, and keep what it refuses."""
        try:
            check(*values, **more)
        except ValidationError as error:
            for name, found in error.error_dict.items():
                self.setdefault(name, found)

    def refuse(self) -> None:
        """Raise ValidationError if anything is wrong."""
        if len(self) > 1:
            # A constraint over several fields says again what those fields say.
            self.pop(NON_FIELD_ERRORS, None)
        if self:
            raise ValidationError(dict(self))


_EURAL = re.compile(rf"([0-9]{{2}})[\s.-]?([0-9]{{2}})[\s.-]?([0-9]{{2}})\s?({re.escape(HAZARDOUS_MARK)}?)")
#: Letters that a EURAL code takes at most as people write it: "17 02 01 *".
LONGEST_EURAL = 12
#: The number of the last chapter in the European list of waste (Commission Decision 2000/532/EC).
_LAST_CHAPTER = 20


def eural_code(text: str) -> str:
    """A EURAL code as it is stored: "17 02 01*" and "17.02.01 *" become "170201*". Raises ValidationError else."""
    parts = _EURAL.fullmatch(text.strip())
    if not parts:
        raise ValidationError(gettext_lazy("Een euralcode heeft zes cijfers, bijvoorbeeld 17 02 01."))
    if not 1 <= int(parts[1]) <= _LAST_CHAPTER:
        raise ValidationError(
            gettext_lazy("Hoofdstuk %(chapter)s van de eurallijst bestaat niet: een code begint met 01 tot 20."),
            params={"chapter": parts[1]},
        )
    return "".join(parts.groups())


#: A date outside these years is a typing error.
FIRST_YEAR, LAST_YEAR = 2000, 2100
#: Figures behind the comma that a quantity and an amount of money may have.
QUANTITY_PLACES, PRICE_PLACES = 3, 2
#: Figures that an amount of money has at most, cents and all; so many euros are too much.
PRICE_DIGITS = 10
TOO_MUCH_EUR = 10 ** (PRICE_DIGITS - PRICE_PLACES)


def check_quantity(amount: Decimal) -> None:
    """Raise ValidationError for a quantity that nobody has, or that we can't store as it is given."""
    if not 0 < amount <= LARGEST_QUANTITY:
        raise ValidationError(gettext_lazy("Geef een hoeveelheid van meer dan 0 en hoogstens een miljard."))
    _check_places(amount, QUANTITY_PLACES)


def check_price(amount: Decimal) -> None:
    """Raise ValidationError for an amount below zero, of too many euros, or of parts of a cent."""
    if amount < 0:
        raise ValidationError(
            gettext_lazy(
                "Een bedrag heeft geen min. Betaal je wie het ophaalt, kies dan “vergoeding voor wie het ophaalt” en "
                "geef het bedrag zonder min."
            )
        )
    if amount >= TOO_MUCH_EUR:
        raise ValidationError(gettext_lazy("Dit bedrag is te groot."))
    _check_places(amount, PRICE_PLACES)


def _check_places(value: Decimal, most: int) -> None:
    """It isn't rounded without a word. Trailing zeros are given too: in "1,250" somebody may mean a thousand."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > most:
        raise ValidationError(gettext_lazy("Geef hoogstens %(most)d cijfers achter de komma."), params={"most": most})


def check_day(day: dt.date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(
            gettext_lazy("Kies een dag tussen %(first)s en %(last)s."),
            params={"first": FIRST_YEAR, "last": LAST_YEAR},
        )


def check_window(start: dt.date | None, end: dt.date | None) -> None:
    if start and end and end < start:
        raise ValidationError(gettext_lazy("De einddatum ligt voor de begindatum. Kies een latere einddatum."))


def check_not_over(end: dt.date | None, today: dt.date) -> None:
    """Raise ValidationError for what ended before today: it isn't published."""
    if end is not None and end < today:
        raise ValidationError(gettext_lazy("De einddatum is voorbij. Kies een latere, of laat ze weg."))


#: A lot of this many euros or more is a typing error: mostly the price of the whole that stands as that of one unit.
MOST_VALUE_EUR = 10**9


def check_value(price: Decimal | None, basis: str, quantity: Decimal | None) -> None:
    """Raise ValidationError for a price per unit that makes more of the whole quantity than any lot is worth."""
    if price is None or quantity is None or basis != PriceBasis.UNIT or price * quantity < MOST_VALUE_EUR:
        return
    raise ValidationError(
        gettext_lazy(
            "Dit is een prijs per eenheid: voor de hele hoeveelheid samen wordt dat een miljard euro of meer. Is dit "
            "het bedrag voor de hele partij, kies dan “voor de hele partij”; geef anders een lager bedrag."
        )
    )


#: The rules of one field, whatever the others hold.
_OF_ONE_FIELD: dict[str, Callable[[Any], None]] = {
    "quantity": check_quantity,
    "capacity_per_week": check_quantity,
    "price_eur": check_price,
    "available_from": check_day,
    "available_until": check_day,
    "food_date": check_day,
    "status_until": check_day,
}


def check_fields(listing: Listing) -> None:
    """Check what has to hold for drafts too. Raises ValidationError by field.

    Title, description, EURAL code and the number of evidence are put in the form in which they are stored.
    """
    errors: dict[str, list[str]] = {}

    def hold(name: str, check: Callable[..., None], *values: Any) -> None:
        try:
            check(*values)
        except ValidationError as error:
            errors.setdefault(name, error.messages)

    def store_eural() -> None:
        listing.eural_code = eural_code(listing.eural_code)

    listing.title = one_line(listing.title)
    listing.description = visible(listing.description)
    listing.status_number = one_line(listing.status_number)
    if set(listing.allergens) <= set(Allergen.values):
        # What isn't one of them, its field refuses.
        listing.allergens = [one.value for one in Allergen if one in listing.allergens]
    if listing.eural_code:
        hold("eural_code", store_eural)
    for name, check in _OF_ONE_FIELD.items():
        if (value := getattr(listing, name)) is not None:
            hold(name, check, value)
    if listing.site and listing.site.organisation_id != listing.organisation_id:
        errors["site"] = [_("Deze vestiging is van een andere organisatie. Kies een eigen vestiging.")]
    if listing.material and listing.unit:
        hold("unit", check_unit, listing.material, listing.unit)
    hold("available_until", check_window, listing.available_from, listing.available_until)
    if "price_eur" not in errors and "quantity" not in errors:
        hold("price_eur", check_value, listing.price_eur, listing.price_basis, listing.quantity)
    if listing.hub_only and listing.precision != Precision.BLURRED:
        errors["precision"] = [_("De exacte plek verraadt wie je bent. Toon alleen de omgeving.")]
    for name, words in wrong_declarations(listing).items():
        errors.setdefault(name, [words])
    if errors:
        raise ValidationError(dict(errors))


def check_complete(listing: Listing, sets: Mapping[str, Collection[Any]] | None = None) -> None:
    """Check that a listing has what others need to know. Raises ValidationError that names every field that lacks.

    `sets` holds what is about to be stored in fields of many rows, such as `materials`; of other such fields the rows
    that are stored count.
    """
    lacking = _lacking_service(listing, sets or {}) if listing.kind == ListingKind.SERVICE else _lacking_goods(listing)
    if not visible(listing.title):
        lacking["title"] = _("Geef het zoekertje een titel.")
    if listing.available_from is None:
        lacking["available_from"] = _("Kies vanaf wanneer dit geldt.")
    if listing.price_kind in (PriceKind.FIXED, PriceKind.REMOVAL_FEE) and listing.price_eur is None:
        lacking["price_eur"] = _("Geef het bedrag, of kies een andere prijs.")
    lacking |= lacking_declarations(listing)
    if listing.location is None:
        lacking["location"] = _("Zeg waar het is: kies een vestiging of zet een punt op de kaart.")
    if lacking:
        raise ValidationError(dict(lacking))


def check_known_to_hub(listing: Listing) -> None:
    """Raise ValidationError for a listing that only its hub may know the organisation of, where there is no hub. Needs
    the hubs that its place is shown by.
    """
    if listing.hub_only and listing.location is not None and not listing.hub_ids:
        raise ValidationError({"hub_only": unknown_to_hubs()})


def unknown_to_hubs() -> str:
    return _("Deze plek ligt in geen hubregio: geen hub kent er je organisatie. Toon wie je bent.")


def _lacking_goods(listing: Listing) -> dict[str, str]:
    lacking: dict[str, str] = {}
    if listing.material is None:
        lacking["material"] = _("Kies een materiaal.")
    if listing.quantity is None:
        lacking["quantity"] = _("Zeg hoeveel het is.")
    if not listing.unit:
        lacking["unit"] = _("Kies een eenheid.")
    if listing.kind == ListingKind.SUPPLY:
        if listing.condition is None:
            lacking["condition"] = _("Kies in welke staat het materiaal is.")
        if not (listing.pickup or listing.delivery):
            lacking["pickup"] = _("Kies afhalen, leveren of allebei.")
    return lacking


def _lacking_service(listing: Listing, sets: Mapping[str, Collection[Any]]) -> dict[str, str]:
    def has(name: str) -> bool:
        return bool(sets[name]) if name in sets else getattr(listing, name).exists()

    lacking: dict[str, str] = {}
    if not listing.service_kinds:
        lacking["service_kinds"] = _("Kies minstens één dienst.")
    if not has("materials"):
        lacking["materials"] = _("Kies welke materialen je aanneemt.")
    if listing.capacity_per_week is None:
        lacking["capacity_per_week"] = _("Zeg hoeveel je per week aankunt.")
    elif not listing.capacity_unit:
        lacking["capacity_unit"] = _("Kies een eenheid voor je capaciteit.")
    if listing.catchment_kind == CatchmentKind.RADIUS and listing.reach_km is None:
        lacking["reach_km"] = _("Zeg tot hoe ver je werkt.")
    if listing.catchment_kind == CatchmentKind.MUNICIPALITIES and not has("catchment_municipalities"):
        lacking["catchment_municipalities"] = _("Kies minstens één gemeente.")
    if listing.catchment_kind == CatchmentKind.REGIONS and not has("catchment_regions"):
        lacking["catchment_regions"] = _("Kies minstens één hubregio.")
    return lacking
