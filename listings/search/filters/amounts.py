"""How much, and for how much."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from listings.enums import PriceKind
from listings.models import Listing
from listings.querysets import ListingQuerySet
from listings.search.facets import powers_from, powers_up_to
from listings.search.filters.base import Filter, OneParameter, Parameter
from listings.search.filters.reading import Given, decimal, one_of
from materials import figures
from materials.enums import Unit
from materials.units import comparable_units


@dataclass(frozen=True, kw_only=True)
class AskedAmounts:
    min_quantity: Decimal | None = None
    unit: Unit | None = None
    max_price: Decimal | None = None
    max_mass: Decimal | None = None


class Amount(NamedTuple):
    quantity: Decimal
    unit: Unit


class QuantityFilter(Filter[AskedAmounts, Amount]):
    """At least so much free, in any unit of the same dimension: who asks for 2 tonnes also finds 3,000 kg."""

    parameters = (
        Parameter("min_quantity", "At least this much is free. Needs unit.", Decimal),
        Parameter("unit", "Unit of min_quantity; units of the same dimension compare.", choices=Unit.values),
    )
    narrows = True

    def read(self, given: Given) -> None:
        quantity, unit = given.read("min_quantity", _more_than_nothing), given.read("unit", _unit)
        if quantity is not None and unit is None and not given.is_wrong("unit"):
            given.errors["unit"] = _("Zeg in welke eenheid de hoeveelheid is, bijvoorbeeld unit=kg.")
        given.values |= {"min_quantity": quantity, "unit": unit}

    def of(self, asked: AskedAmounts) -> Amount | None:
        if asked.min_quantity is None or asked.unit is None:
            return None
        return Amount(asked.min_quantity, asked.unit)

    def written(self, value: Amount) -> dict[str, Any]:
        return {"min_quantity": value.quantity, "unit": value.unit.value}

    def checked(self, found: ListingQuerySet, value: Amount, asked: AskedAmounts) -> ListingQuerySet:
        condition = Q()
        for unit, per_asked in comparable_units(value.unit):
            condition |= Q(unit=unit, free_quantity__gte=value.quantity * per_asked)
        return found.filter(condition)

    def tokens(self, value: Amount, asked: AskedAmounts) -> list[str]:
        return [
            f"q:{unit}:{power}"
            for unit, per_asked in comparable_units(value.unit)
            for power in powers_from(value.quantity * per_asked)
        ]

    def holds(self, listing: Listing, value: Amount, asked: AskedAmounts) -> bool:
        free, factors = listing.free_quantity, dict(comparable_units(value.unit))
        per_asked = factors.get(listing.unit)
        return free is not None and per_asked is not None and bool(free >= value.quantity * per_asked)

    def words(self, value: Amount, called: Mapping[str, str]) -> str:
        return _("minstens %(amount)s") % {"amount": figures.amount(value.quantity, value.unit)}


class PriceFilter(OneParameter[AskedAmounts, Decimal]):
    """Free, at a fee for who takes it, or at a fixed price up to this. "On request" is left out: it is unknown."""

    parameter = Parameter("max_price", "Euro. Leaves out prices on request.", Decimal)
    narrows = True

    def parse(self, text: str) -> Decimal:
        price_eur = decimal(text)
        if price_eur < 0:
            raise ValidationError(_("Een prijs is 0 of meer."))
        return price_eur

    def checked(self, found: ListingQuerySet, value: Decimal, asked: AskedAmounts) -> ListingQuerySet:
        return found.filter(
            Q(price_kind__in=[PriceKind.FREE, PriceKind.REMOVAL_FEE])
            | Q(price_kind=PriceKind.FIXED, price_eur__lte=value)
        )

    def holds(self, listing: Listing, value: Decimal, asked: AskedAmounts) -> bool:
        if listing.price_kind == PriceKind.FIXED:
            return listing.price_eur is not None and listing.price_eur <= value
        return listing.price_kind in (PriceKind.FREE, PriceKind.REMOVAL_FEE)

    def tokens(self, value: Decimal, asked: AskedAmounts) -> list[str]:
        return ["p:free", *(f"p:{power}" for power in powers_up_to(value))]

    def words(self, value: Decimal, called: Mapping[str, str]) -> str:
        return _("tot %(price)s") % {"price": figures.euro(value)} if value else _("gratis")


class MassFilter(OneParameter[AskedAmounts, Decimal]):
    """At most so heavy, all that is free of it. A lot whose mass isn't known is left out: it may be heavier."""

    parameter = Parameter("max_mass", "Kilograms, of all that is free. Leaves out what has no known mass.", Decimal)
    narrows = True

    def parse(self, text: str) -> Decimal:
        return _more_than_nothing(text)

    def checked(self, found: ListingQuerySet, value: Decimal, asked: AskedAmounts) -> ListingQuerySet:
        return found.filter(free_mass_kg__lte=value)

    def holds(self, listing: Listing, value: Decimal, asked: AskedAmounts) -> bool:
        return listing.free_mass_kg is not None and bool(listing.free_mass_kg <= value)

    def tokens(self, value: Decimal, asked: AskedAmounts) -> list[str]:
        return [f"w:{power}" for power in powers_up_to(value)]

    def words(self, value: Decimal, called: Mapping[str, str]) -> str:
        return _("hoogstens %(mass)s, massa bekend") % {"mass": figures.amount(value, Unit.KG)}


FILTERS = (QuantityFilter(), PriceFilter(), MassFilter())


def _more_than_nothing(text: str) -> Decimal:
    amount = decimal(text)
    if amount <= 0:
        raise ValidationError(_("Geef een getal groter dan 0."))
    return amount


def _unit(text: str) -> Unit:
    return one_of({unit.value: unit for unit in Unit}, text)
