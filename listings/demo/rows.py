"""Rows of listings_listing for the demo: what follows from where a listing is and of what it is."""

import itertools
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.demo import DemoOrganisation
from geo.blurring import blurred_all
from geo.hubs import placements_of
from geo.points import WGS84_SRID, metric_all
from listings.enums import ListingKind, ListingStatus, Precision, ServiceKind
from materials.enums import Unit
from materials.models import Material, MaterialUnit

#: Share of the drawn organisations that show no exact place.
BLURRED = 0.25
#: Of so many of these one has only its hub know it, where there is one.
HUB_ONLY = 4


@dataclass(frozen=True)
class Shown:
    """A point as a listing shows it, with what follows from it."""

    ewkt: str
    municipality_id: int | None
    hub_ids: list[int]


@dataclass(frozen=True)
class Placed:
    """An organisation with the point that its listings show: all of them exactly or all of them blurred.

    One exact listing would tell where the blurred ones beside it lie; one with a name, whose the hub-only ones are.
    """

    organisation: DemoOrganisation
    shown: Shown
    precision: Precision
    hub_only: bool = False


def placed(source: random.Random, organisations: Sequence[DemoOrganisation], blur: float) -> list[Placed]:
    """The organisations, each with how its listings show where they are; `blur` is the share of those that blur it."""
    if not organisations:
        return []
    exact = [(organisation.lon, organisation.lat) for organisation in organisations]
    hide = [source.random() < blur for _organisation in organisations]
    hidden_so_far = list(itertools.accumulate(hide))
    places = [near if hides else at for at, near, hides in zip(exact, blurred_all(exact), hide, strict=True)]
    return [
        Placed(
            organisation,
            Shown(f"SRID={WGS84_SRID};POINT({lon!r} {lat!r})", *placement),
            Precision.BLURRED if hides else Precision.EXACT,
            hub_only=hides and number % HUB_ONLY == 0 and bool(placement.hub_ids),
        )
        for organisation, hides, number, (lon, lat), placement in zip(
            organisations, hide, hidden_so_far, places, placements_of(metric_all(places)), strict=True
        )
    ]


@dataclass(frozen=True)
class Known:
    """A material with what a listing of it needs."""

    pk: int
    name: str
    above: str
    number: int
    number_end: int
    #: What one unit weighs, of its own units or else of those of the nearest material above it that has any.
    weights: dict[str, Decimal | None]
    #: What the law has somebody declare of it (materials.enums.Asks), and the first EURAL code that may be its.
    asks: str
    eural: str

    def mass_kg(self, unit: Unit) -> Decimal | None:
        """What one such unit weighs; None where nobody says. Raises KeyError for one in which it can't be listed."""
        return unit.factor if unit.dimension == "mass" else self.weights[unit]


class Materials:
    """Materials by their code, and what a unit of each weighs. Asks the database at once, and nothing afterwards."""

    def __init__(self) -> None:
        units: dict[int, dict[str, Decimal | None]] = defaultdict(dict)
        for unit in MaterialUnit.objects.all():
            units[unit.material_id][unit.unit] = unit.mass_kg
        self._known: dict[str, Known] = {}
        for row in Material.objects.in_tree_order().select_related("parent"):
            above = self._known[row.parent.code] if row.parent else None
            weights = units[row.pk] or (above.weights if above else {})
            self._known[row.code] = Known(
                row.pk, row.name_nl, row.parent.code if row.parent else "", row.tree_left, row.tree_right, weights,
                row.asks, next(iter(row.eural_codes), ""),
            )  # fmt: skip

    def __getitem__(self, code: str) -> Known:
        return self._known[code]


def goods_row(
    place: Placed, materials: Materials, kind: ListingKind, code: str, quantity: Decimal, unit: Unit
) -> dict[str, Any]:
    """What follows for supply or demand of a material."""
    material = materials[code]
    each_kg = material.mass_kg(unit)
    return _shared(place, kind) | {
        "material_id": material.pk,
        "material_number": material.number,
        "material_spans": f"{{[{material.number},{material.number + 1})}}",
        "quantity": quantity,
        "unit": unit.value,
        "mass_kg": quantity * each_kg if each_kg is not None else None,
    }


def service_row(
    place: Placed, materials: Materials, services: Sequence[ServiceKind], codes: Sequence[str]
) -> dict[str, Any]:
    """What follows for a service that takes some materials; "taken" are their ids."""
    taken = [materials[code] for code in codes]
    spans = sorted((material.number, material.number_end + 1) for material in taken)
    return _shared(place, ListingKind.SERVICE) | {
        "service_kinds": [kind.value for kind in services],
        "material_spans": "{" + ",".join(f"[{first},{last})" for first, last in spans) + "}",
        "taken": [material.pk for material in taken],
    }


def _shared(place: Placed, kind: ListingKind) -> dict[str, Any]:
    organisation, shown = place.organisation, place.shown
    return {
        "organisation_id": organisation.pk,
        "site_id": organisation.site_id,
        "is_fictional": True,
        "kind": kind.value,
        "status": ListingStatus.PUBLISHED.value,
        "location": f"SRID={WGS84_SRID};POINT({organisation.lon} {organisation.lat})",
        "shown_location": shown.ewkt,
        "municipality_id": shown.municipality_id,
        "hub_ids": shown.hub_ids,
        "precision": place.precision,
        "hub_only": place.hub_only,
    }
