"""Rows of listings_listing for the demo: what follows from where a listing is and of what it is."""

import random
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
from materials.models import Material
from materials.units import check_unit, unit_mass_kg

#: Share of the drawn organisations that show no exact place.
BLURRED = 0.25


@dataclass(frozen=True)
class Shown:
    """A point as a listing shows it, with what follows from it."""

    ewkt: str
    municipality_id: int | None
    hub_ids: list[int]


@dataclass(frozen=True)
class Placed:
    """An organisation with the point that its listings show: all of them exactly or all of them blurred.

    One exact listing would tell where the blurred ones beside it lie.
    """

    organisation: DemoOrganisation
    shown: Shown
    precision: Precision


def placed(source: random.Random, organisations: Sequence[DemoOrganisation], blur: float) -> list[Placed]:
    """The organisations, each with how its listings show where they are; `blur` is the share of those that blur it."""
    exact = [(organisation.lon, organisation.lat) for organisation in organisations]
    hide = [source.random() < blur for _organisation in organisations]
    places = [near if hides else at for at, near, hides in zip(exact, blurred_all(exact), hide, strict=True)]
    return [
        Placed(
            organisation,
            Shown(f"SRID={WGS84_SRID};POINT({lon!r} {lat!r})", *placement),
            Precision.BLURRED if hides else Precision.EXACT,
        )
        for organisation, hides, (lon, lat), placement in zip(
            organisations, hide, places, placements_of(metric_all(places)), strict=True
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


class Materials:
    """Materials by their code, and what a unit of each weighs: asked once."""

    def __init__(self) -> None:
        self._rows = {material.code: material for material in Material.objects.select_related("parent")}
        self._known = {
            code: Known(row.pk, row.name_nl, row.parent.code if row.parent else "", row.tree_left, row.tree_right)
            for code, row in self._rows.items()
        }
        self._masses: dict[tuple[str, Unit], Decimal | None] = {}

    def __getitem__(self, code: str) -> Known:
        return self._known[code]

    def mass_kg(self, code: str, unit: Unit) -> Decimal | None:
        """What one such unit weighs. Raises ValidationError for a unit in which the material can't be listed."""
        if (code, unit) not in self._masses:
            check_unit(self._rows[code], unit)
            self._masses[code, unit] = unit_mass_kg(self._rows[code], unit)
        return self._masses[code, unit]


def goods_row(
    place: Placed, materials: Materials, kind: ListingKind, code: str, quantity: Decimal, unit: Unit
) -> dict[str, Any]:
    """What follows for supply or demand of a material."""
    material, each_kg = materials[code], materials.mass_kg(code, unit)
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
    }
