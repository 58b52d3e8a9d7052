"""Reads services into columns: NumPy arrays of one length, with what chains need of many services."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import FloatField, Func, QuerySet

from listings.capacity.weeks import Week, free_capacity
from listings.enums import CatchmentKind
from listings.models import Listing
from matching.pairs.columns import DIMENSIONS, NO_END, SERVICE_BITS, Floats, HubBits, Integers
from matching.rules import CHAIN_WEEKS
from materials.enums import Unit

_VALUES = (
    "id", "organisation_id", "px", "py", "reach_km", "catchment_kind", "hub_ids", "service_kinds", "material_spans",
    "available_from", "available_until", "lead_time_days", "capacity_unit",
)  # fmt: skip
#: Bits for the municipality in a key that is made of a service's id and a municipality's id.
_AREA_BITS = 20


@dataclass(frozen=True)
class ServiceColumns:
    """One row per service, in order of id. Days are numbers as date.toordinal() gives them.

    - today: the first week is the one that holds this day.
    - x, y: its position, in METRIC_SRID. reach_m: infinite where its catchment is no radius.
    - by_area: whether its catchment is municipalities. `areas` has those of all services, as sorted keys made of the
      ids of service and municipality.
    - hubs: as HubBits has them. kinds: what it does, as SERVICE_BITS.
    - takes: a row per service and a column per material number, True where it takes that material.
    - starts, ends: its first and last day; NO_END where it has no end. lead_days: 0 where it doesn't say.
    - dimension: that of its capacity, -1 where it names no unit.
    - free: a row per service and a column per week, what is left in the base unit of `dimension`; NaN where the
      service doesn't say. Nothing is left before its first day plus the lead time, nor after its last day.
    """

    today: int
    id: Integers
    organisation: Integers
    x: Floats
    y: Floats
    reach_m: Floats
    by_area: npt.NDArray[np.bool_]
    areas: Integers
    hubs: Integers
    kinds: Integers
    takes: npt.NDArray[np.bool_]
    starts: Integers
    ends: Integers
    lead_days: Integers
    dimension: Integers
    free: Floats

    def __len__(self) -> int:
        return len(self.id)

    @property
    def mondays(self) -> Integers:
        """The day number of each week's Monday."""
        first = self.today - (self.today - 1) % 7
        return np.asarray(first + 7 * np.arange(self.free.shape[1]), dtype=np.int64)

    def in_area(self, rows: Integers, municipality: Integers) -> npt.NDArray[np.bool_]:
        """Whether the catchment of services, given by their rows, holds these municipalities (ids)."""
        if not len(self.areas):
            return np.zeros(len(rows), dtype=np.bool_)
        keys = (self.id[rows] << _AREA_BITS) | municipality
        places = np.minimum(np.searchsorted(self.areas, keys), len(self.areas) - 1)
        return np.asarray(self.areas[places] == keys)


def load_services(
    services: QuerySet[Listing], bits: HubBits, today: dt.date, weeks: int = CHAIN_WEEKS
) -> ServiceColumns:
    """Read services into columns, with what is free in `weeks` weeks from the one of today on. Four queries."""
    rows = list(
        services.annotate(
            px=Func("position", function="ST_X", output_field=FloatField()),
            py=Func("position", function="ST_Y", output_field=FloatField()),
        )
        .order_by("id")
        .values_list(*_VALUES)
    )
    ids = [row[0] for row in rows]
    (pk, organisation, x, y, reach_km, catchment, hub_ids, kinds, spans, starts, ends, lead_days, units) = (
        zip(*rows, strict=True) if rows else [()] * len(_VALUES)
    )
    by_area = [kind != CatchmentKind.RADIUS for kind in catchment]
    return ServiceColumns(
        today=today.toordinal(),
        id=_integers(pk),
        organisation=_integers(organisation),
        x=np.array(x, dtype=np.float64),
        y=np.array(y, dtype=np.float64),
        reach_m=np.array(
            [np.inf if area or km is None else km * 1000.0 for area, km in zip(by_area, reach_km, strict=True)],
            dtype=np.float64,
        ),
        by_area=np.array(by_area, dtype=np.bool_),
        areas=_areas([service_id for service_id, area in zip(ids, by_area, strict=True) if area]),
        hubs=_integers(bits.pack(some) for some in hub_ids),
        kinds=_integers(sum(SERVICE_BITS[kind] for kind in set(some)) for some in kinds),
        takes=_takes(spans),
        starts=_integers(day.toordinal() for day in starts),
        ends=_integers(NO_END if day is None else day.toordinal() for day in ends),
        lead_days=_integers(days or 0 for days in lead_days),
        dimension=_integers(DIMENSIONS[Unit(unit).dimension] if unit else -1 for unit in units),
        free=_free(ids, units, today, weeks),
    )


def _integers(values: Any) -> Integers:
    return np.array(list(values), dtype=np.int64)


def _takes(spans: Any) -> npt.NDArray[np.bool_]:
    """Which material numbers each service takes, from its multirange."""
    last = max((part.upper for multirange in spans for part in multirange), default=0)
    takes = np.zeros((len(spans), last + 1), dtype=np.bool_)
    for row, multirange in enumerate(spans):
        for part in multirange:
            takes[row, part.lower : part.upper] = True
    return takes


def _areas(service_ids: list[int]) -> Integers:
    """The sorted keys of services that name municipalities or regions, with every municipality in these."""
    chosen = Listing.objects.filter(pk__in=service_ids).order_by()
    named = chosen.filter(catchment_kind=CatchmentKind.MUNICIPALITIES).values_list("pk", "catchment_municipalities")
    regions = chosen.filter(catchment_kind=CatchmentKind.REGIONS)
    in_regions = regions.values_list("pk", "catchment_regions__municipalities")
    pairs = [*named, *in_regions]
    return np.unique(_integers((pk << _AREA_BITS) | place for pk, place in pairs if place is not None))


def _free(ids: list[int], units: tuple[str, ...], today: dt.date, weeks: int) -> Floats:
    by_id = free_capacity(ids, today, weeks)
    free = np.full((len(ids), weeks), np.nan)
    for row, (service_id, unit) in enumerate(zip(ids, units, strict=True)):
        free[row] = [_left(week, unit) for week in by_id[service_id]]
    return free


def _left(week: Week, unit: str) -> float:
    """What is left of a week in the base unit; NaN where the service doesn't say."""
    if not week.is_open:
        return 0.0
    return float(week.free) * float(Unit(unit).factor) if week.free is not None and unit else np.nan
