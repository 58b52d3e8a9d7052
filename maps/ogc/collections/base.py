"""A collection of features: what it is called, what it holds, and how it is asked."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet, Subquery
from django.db.models.expressions import Combinable

from accounts.models import User
from listings.querysets import Box
from maps.ogc.boxes import Area
from maps.ogc.crs import Crs
from maps.ogc.meeting import meets
from maps.ogc.properties import Property, within
from maps.ogc.times import Days

Viewer = User | AnonymousUser
#: Features of a collection without a count of its own are counted up to here; of more, nobody says how many.
MOST_COUNTED = 10_000


class CountOf(Subquery):
    """How many rows a query has."""

    template = "(SELECT count(*) FROM (%(subquery)s) counted)"


@dataclass(frozen=True)
class Facts:
    """What is said of a collection beside its features."""

    title: str
    description: str
    attribution: str = ""
    licence: str = ""
    licence_address: str = ""


class Collection(ABC):
    """Features of one kind, as one person may see them.

    `stored` is the system in which places are kept. `columns` names a column with the place for each system that has
    one; in any other it is moved. `position` is the column in METRIC_SRID by which an index finds what lies somewhere;
    where there is none, there are few features. `key` is the column with the number of a feature, which is never
    another's.
    """

    id: str
    stored: Crs
    columns: Mapping[int, str]
    shape: str
    key = "pk"
    position: str | None = None
    #: The columns between whose days a feature is there; none where time doesn't matter to it.
    time: tuple[str, str] | None = None

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer

    @abstractmethod
    def rows(self) -> QuerySet[Any]:
        """All that the viewer may see."""

    @abstractmethod
    def facts(self) -> Facts: ...

    @abstractmethod
    def extent(self) -> Box | None:
        """A box in degrees that holds all features; None where there are none."""

    @cached_property
    @abstractmethod
    def properties(self) -> Sequence[Property]: ...

    def counted(self) -> Combinable:
        """How many features there are: exact up to MOST_COUNTED, and one more where there are more."""
        return CountOf(self.rows().order_by().values("pk")[: MOST_COUNTED + 1])

    @property
    def counts_all(self) -> bool:
        """Whether counted() is exact however many there are."""
        return False

    @property
    def has_areas(self) -> bool:
        """Whether a feature may be an area."""
        return self.shape in ("geometry-any", "geometry-multipolygon", "geometry-polygon-or-multipolygon")

    def in_area(self, rows: QuerySet[Any], area: Area) -> QuerySet[Any]:
        """Those that touch an area."""
        return rows.filter(meets(area, self.columns))

    def on_days(self, rows: QuerySet[Any], days: Days) -> QuerySet[Any]:
        """Those that are there on one of some days; all where time doesn't matter."""
        return rows.filter(within(days, *self.time)) if self.time else rows

    def column(self, crs: Crs) -> tuple[str, bool]:
        """The column with the place to show in a system, and whether it still has to be moved there."""
        own = self.columns.get(crs.srid)
        return (own, False) if own else (self.columns[self.stored.srid], True)
