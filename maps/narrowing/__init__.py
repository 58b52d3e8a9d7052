"""Which elements of a layer are asked for. The table, the map's tiles, files and what is done with many share it.

Each filter is one object; what they come to together is a condition of a queryset, and of a tile's SQL.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from maps.narrowing.base import Filter, UnknownChoice, Wanted, read_as
from maps.narrowing.bounds import AvailableFilter, QuantityFilter
from maps.narrowing.properties import (
    NOBODY,
    CertaintyFilter,
    KindFilter,
    MaterialFilter,
    MunicipalityFilter,
    OverdueFilter,
    OwnerFilter,
    SourceFilter,
    StateFilter,
    TextFilter,
)

__all__ = ["EVERYTHING", "NAMES", "NOBODY", "Narrowed", "UnknownChoice", "narrowed_by", "read_as"]

FILTERS: tuple[Filter, ...] = (
    KindFilter(), StateFilter(), MaterialFilter(), SourceFilter(), MunicipalityFilter(), AvailableFilter(),
    QuantityFilter(), CertaintyFilter(), OwnerFilter(), OverdueFilter(), TextFilter(),
)  # fmt: skip
#: How addresses name each choice.
NAMES = tuple(name for each in FILTERS for name in each.names)


class Narrowed(Wanted):
    """Those of one kind, in one state, of a material and all below it, from one organisation, in a municipality, to be
    had on some days, so much of it, so sure, looked after by somebody, too long not verified, with these words in a
    text; nothing is all.
    """

    @property
    def filters(self) -> list[Filter]:
        """Those that are on."""
        return [each for each in FILTERS if each.is_on(self)]

    @property
    def asked(self) -> dict[str, str]:
        """What an address says of it."""
        said = {name: getattr(self, name) for each in self.filters for name in each.names}
        return {name: _written(value) for name, value in said.items() if value not in ("", None)}

    def words(self, named: Mapping[str, str]) -> list[str]:
        """What it asks for, as people read it, each on its own: "soort: Plaats"; `named` as Filter.words() has it."""
        return [each.words(self, named) for each in self.filters]

    @property
    def is_finer(self) -> bool:
        """Whether it asks for more than a kind and a state, by which elements are counted."""
        return any(not each.is_counted for each in self.filters)

    @property
    def is_for_editors(self) -> bool:
        """Whether it asks for what only who edits in a layer sees."""
        return any(each.for_editors for each in self.filters)

    def for_everyone(self) -> "Narrowed":
        """The same but for what only who edits in a layer sees, and for a state: others see what is published."""
        hidden = [name for each in FILTERS if each.for_editors for name in each.names]
        return replace(self, **{name: getattr(EVERYTHING, name) for name in ("state", *hidden)})

    def condition(self, today: dt.date) -> Q:
        """The same for a queryset of elements."""
        found = Q()
        for each in self.filters:
            found &= each.condition(self, today)
        return found

    def finer_sql(self) -> str:
        """The same, but for kind and state, as SQL over the columns of an element, with names for `values`."""
        return " AND ".join(f"({each.sql(self)})" for each in self.filters if not each.is_counted) or "TRUE"

    def indexed_sql(self) -> list[str]:
        """Those of its parts that an index of a layer brings, each as SQL."""
        return [each.sql(self) for each in self.filters if each.is_indexed]

    def values(self) -> dict[str, Any]:
        """What the names in the SQL of a tile stand for."""
        values: dict[str, Any] = {"kind": self.kind, "state": self.state, "today": timezone.localdate()}
        for each in self.filters:
            values |= each.values(self)
        return values


EVERYTHING = Narrowed()


def narrowed_by(given: Mapping[str, str], *, edits: bool, names: Mapping[str, str] | None = None) -> Narrowed:
    """What an address asks for. `names` says how it calls each choice, `edits` whether the reader edits in the layer.

    Raises UnknownChoice for one that there is none of, and for what others don't see: when something was verified, and
    who looks after it.
    """
    said = {name: given.get((names or {}).get(name, name), "").strip() for name in NAMES}
    read: dict[str, Any] = {}
    for each in FILTERS:
        if not any(said[name] for name in each.names):
            continue
        read |= each.read(said)
        if each.for_editors and not edits:
            raise UnknownChoice(each.names[0], str(each.for_editors))
    return Narrowed(**read)


def _written(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return "1" if value is True else str(value)
