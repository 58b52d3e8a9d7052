"""Filters of elements between two bounds: days, and amounts."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import gettext as _

from listings.search.filters.reading import date, decimal, one_of
from maps.narrowing.base import Filter, UnknownChoice, Wanted, read_as
from maps.yearly import PerYear, per_year_sql
from materials import figures
from materials.enums import Unit
from materials.units import comparable_units

_UNITS = {unit.value: unit for unit in Unit}


class AvailableFilter(Filter):
    """To be had on at least one day of some: of one day where both are the same. What says no day is there always."""

    names = ("available_from", "available_until")

    def read(self, said: Mapping[str, str]) -> dict[str, Any]:
        days = {name: read_as(name, date, said[name]) if said[name] else None for name in self.names}
        first, last = days["available_from"], days["available_until"]
        if first and last and last < first:
            raise UnknownChoice(
                "available_until", _("De einddatum ligt voor de begindatum. Kies een latere einddatum.")
            )
        return days

    def condition(self, wanted: Wanted, today: dt.date) -> Q:
        found = Q()
        if wanted.available_from:
            found &= Q(available_until__isnull=True) | Q(available_until__gte=wanted.available_from)
        if wanted.available_until:
            found &= Q(available_from__isnull=True) | Q(available_from__lte=wanted.available_until)
        return found

    def sql(self, wanted: Wanted) -> str:
        pieces = []
        if wanted.available_from:
            pieces.append("(available_until IS NULL OR available_until >= %(available_from)s::date)")
        if wanted.available_until:
            pieces.append("(available_from IS NULL OR available_from <= %(available_until)s::date)")
        return " AND ".join(pieces)

    def words(self, wanted: Wanted, named: Mapping[str, str]) -> str:
        first, last = wanted.available_from, wanted.available_until
        said = {"first": figures.long_day(first) if first else "", "last": figures.long_day(last) if last else ""}
        if first == last:
            return _("te krijgen op %(first)s") % said
        if first and last:
            return _("te krijgen tussen %(first)s en %(last)s") % said
        return _("te krijgen vanaf %(first)s") % said if first else _("te krijgen tot en met %(last)s") % said


class _Piece(NamedTuple):
    """A column that is compared, with its bounds: the weight of all elements, or the quantity of those in a unit."""

    column: str
    unit: str
    least: Decimal | None
    most: Decimal | None


class QuantityFilter(Filter):
    """Between two amounts in a unit, or in another of its dimension. Amounts in kilograms and tonnes are compared with
    what an element weighs, also where it is counted in pieces; those of flows by what a year brings.
    """

    names = ("min_quantity", "max_quantity", "unit")

    def is_on(self, wanted: Wanted) -> bool:
        return wanted.min_quantity is not None or wanted.max_quantity is not None

    def read(self, said: Mapping[str, str]) -> dict[str, Any]:
        names = ("min_quantity", "max_quantity")
        bounds = {name: read_as(name, decimal, said[name]) if said[name] else None for name in names}
        least, most = bounds["min_quantity"], bounds["max_quantity"]
        if least is None and most is None:
            # A form says a unit without an amount too.
            return {}
        if not said["unit"]:
            # Pages and the API call it otherwise in their addresses.
            raise UnknownChoice("unit", _("Zeg in welke eenheid de hoeveelheid is, bijvoorbeeld kg."))
        if least is not None and most is not None and most < least:
            raise UnknownChoice("max_quantity", _("De grootste hoeveelheid is kleiner dan de kleinste."))
        unit = read_as("unit", lambda text: one_of(_UNITS, text), said["unit"])
        return {**bounds, "unit": unit.value}

    def condition(self, wanted: Wanted, today: dt.date) -> Q:
        found = Q()
        for piece in _pieces(wanted):
            one = Q(unit=piece.unit) if piece.unit else Q()
            if piece.least is not None:
                one &= Q(GreaterThanOrEqual(PerYear(piece.column), piece.least))
            if piece.most is not None:
                one &= Q(LessThanOrEqual(PerYear(piece.column), piece.most))
            found |= one
        return found

    def sql(self, wanted: Wanted) -> str:
        return " OR ".join(_piece_sql(number, piece) for number, piece in enumerate(_pieces(wanted)))

    def values(self, wanted: Wanted) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for number, piece in enumerate(_pieces(wanted)):
            values |= {f"unit_{number}": piece.unit, f"least_{number}": piece.least, f"most_{number}": piece.most}
        return values

    def words(self, wanted: Wanted, named: Mapping[str, str]) -> str:
        least, most = wanted.min_quantity, wanted.max_quantity
        if least is not None and most is not None:
            said = {"least": figures.number(least, 3), "most": figures.stored_amount(most, wanted.unit)}
            return _("tussen %(least)s en %(most)s (stromen: per jaar)") % said
        if least is not None:
            return _("minstens %(amount)s (stromen: per jaar)") % {"amount": figures.stored_amount(least, wanted.unit)}
        assert most is not None
        return _("hoogstens %(amount)s (stromen: per jaar)") % {"amount": figures.stored_amount(most, wanted.unit)}


def _pieces(wanted: Wanted) -> list[_Piece]:
    unit = Unit(wanted.unit)

    def times(bound: Decimal | None, factor: Decimal) -> Decimal | None:
        return None if bound is None else bound * factor

    if unit.dimension == "mass":
        bounds = (times(bound, unit.factor) for bound in (wanted.min_quantity, wanted.max_quantity))
        return [_Piece("mass_kg", "", *bounds)]
    return [
        _Piece("quantity", other, times(wanted.min_quantity, each), times(wanted.max_quantity, each))
        for other, each in comparable_units(unit)
    ]


def _piece_sql(number: int, piece: _Piece) -> str:
    amount = per_year_sql(piece.column)
    parts = [
        (f"unit = %(unit_{number})s::text", piece.unit),
        (f"{amount} >= %(least_{number})s::numeric", piece.least is not None),
        (f"{amount} <= %(most_{number})s::numeric", piece.most is not None),
    ]
    return f"({' AND '.join(sql for sql, is_asked in parts if is_asked)})"
