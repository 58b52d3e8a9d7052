"""Fictional listings that read like real ones; the same for the same seed."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.demo import DemoOrganisation
from geo.blurring import blurred_all
from geo.hubs import placements_of
from geo.points import WGS84_SRID, metric_all
from listings.demo import words
from listings.enums import Condition, ListingKind, ListingStatus, Packaging, Precision, PriceKind, Recurrence
from listings.models import LONGEST_TITLE
from materials.enums import Unit
from materials.models import Material
from materials.units import allowed_units, unit_mass_kg

#: Shares of supply and demand; the rest are services.
SUPPLY, DEMAND = 0.52, 0.38
#: Share of the organisations that show no exact place.
BLURRED = 0.25
#: Plausible amounts by unit, as the middle of a skewed spread.
TYPICAL = {
    Unit.KG: 400, Unit.TONNE: 6, Unit.PIECE: 40, Unit.METRE: 120, Unit.SQUARE_METRE: 90, Unit.CUBIC_METRE: 15,
    Unit.LITRE: 200, Unit.PALLET: 6, Unit.BOX: 30, Unit.ROLL: 12, Unit.BAG: 25,
}  # fmt: skip


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


@dataclass(frozen=True)
class Traded:
    """A material with what a listing of it needs."""

    pk: int
    name: str
    number: int
    number_end: int
    family: str
    units: tuple[tuple[Unit, Decimal | None], ...]
    weight: float


class Generator:
    """Draws everything from one random source, in one order."""

    def __init__(self, source: random.Random, today: dt.date) -> None:
        self.random = source
        self.today = today
        self.materials = _traded()
        self.material_weights = [material.weight for material in self.materials]
        self.by_family: dict[str, list[Traded]] = {}
        for material in self.materials:
            self.by_family.setdefault(material.family, []).append(material)

    def placed(self, organisations: list[DemoOrganisation]) -> list[Placed]:
        """The organisations, each with the way in which its listings show where they are."""
        exact = [(organisation.lon, organisation.lat) for organisation in organisations]
        hide = [self.random.random() < BLURRED for _organisation in organisations]
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

    def listings(self, count: int, organisations: list[Placed]) -> Iterator[dict[str, Any]]:
        """Rows of listings_listing, plus "taken" (material ids) for services. Asks the database nothing meanwhile."""
        social = [row for row in organisations if row.organisation.kind == "social_enterprise"] or organisations
        for number in range(count):
            draw = self.random.random()
            if draw < SUPPLY:
                yield self._supply(number, self.random.choice(organisations))
            elif draw < SUPPLY + DEMAND:
                yield self._demand(number, self.random.choice(organisations))
            else:
                yield self._service(number, self.random.choice(social))

    def _supply(self, number: int, place: Placed) -> dict[str, Any]:
        material = self._material()
        origin = self.random.choice(words.ORIGINS.get(material.family, words.ORIGINS[""]))
        condition = self.random.choices([5, 4, 3, 2, 1], [10, 25, 45, 14, 6])[0]
        price = self.random.choices(
            [PriceKind.FREE, PriceKind.FIXED, PriceKind.ON_REQUEST, PriceKind.REMOVAL_FEE], [35, 30, 30, 5]
        )[0]
        return self._goods(ListingKind.SUPPLY, number, place, material) | {
            "title": f"{material.name} {origin}"[:LONGEST_TITLE],
            "description": self.random.choice(words.SUPPLY_NOTES),
            "condition": condition,
            "needs_services": ["repair"] if condition == Condition.TO_REPAIR else [],
            "price_kind": price.value,
            "price_eur": self._euro() if price in (PriceKind.FIXED, PriceKind.REMOVAL_FEE) else None,
            "packaging": self.random.choice(["", *Packaging.values]),
            "delivery": self.random.random() < 0.3,
        }

    def _demand(self, number: int, place: Placed) -> dict[str, Any]:
        material = self._material()
        price = self.random.choices([PriceKind.FREE, PriceKind.FIXED, PriceKind.ON_REQUEST], [30, 30, 40])[0]
        return self._goods(ListingKind.DEMAND, number, place, material) | {
            "title": f"{material.name} {self.random.choice(words.PURPOSES)}"[:LONGEST_TITLE],
            "description": self.random.choice(words.DEMAND_NOTES),
            "condition": self.random.choice([None, None, 2, 3, 3, 4]),
            "price_kind": price.value,
            "price_eur": self._euro() if price == PriceKind.FIXED else None,
            "reach_km": self.random.choice([None, 15, 25, 40, 60]),
        }

    def _service(self, number: int, place: Placed) -> dict[str, Any]:
        kind = self.random.choice(list(words.SERVICE_FAMILIES))
        family = self.random.choice(words.SERVICE_FAMILIES[kind])
        nodes = self.by_family[family]
        taken = [nodes[0]] if self.random.random() < 0.5 else self.random.sample(nodes, min(2, len(nodes)))
        unit, per_week = self.random.choice([(Unit.PIECE, 60), (Unit.KG, 800), (Unit.PALLET, 8)])
        named = " en ".join(material.name.lower() for material in taken)
        spans = sorted((material.number, material.number_end + 1) for material in taken)
        return self._shared(ListingKind.SERVICE, number, place) | {
            "title": f"{self.random.choice(words.SERVICE_TITLES[kind])} {named}"[:LONGEST_TITLE],
            "description": self.random.choice(words.SERVICE_NOTES),
            "service_kinds": [kind],
            "material_spans": "{" + ",".join(f"[{first},{last})" for first, last in spans) + "}",
            "capacity_per_week": Decimal(max(1, round(per_week * self.random.uniform(0.3, 2.5)))),
            "capacity_unit": unit.value,
            "lead_time_days": self.random.choice([2, 5, 7, 10, 14]),
            "reach_km": self.random.choice([15, 20, 30, 40, 50]),
            "taken": [material.pk for material in taken],
        }

    def _goods(self, kind: ListingKind, number: int, place: Placed, material: Traded) -> dict[str, Any]:
        unit, each_kg = self.random.choice(material.units)
        quantity = Decimal(max(1, round(TYPICAL[unit] * self.random.lognormvariate(0, 0.9))))
        recurrence = self.random.choices(Recurrence.values, [85, 5, 8, 2])[0]
        return self._shared(kind, number, place) | {
            "material_id": material.pk,
            "material_number": material.number,
            "material_spans": f"{{[{material.number},{material.number + 1})}}",
            "quantity": quantity,
            "unit": unit.value,
            "mass_kg": quantity * each_kg if each_kg is not None else None,
            "splittable": self.random.random() < 0.7,
            "recurrence": recurrence,
        }

    def _shared(self, kind: ListingKind, number: int, place: Placed) -> dict[str, Any]:
        organisation = place.organisation
        shown = place.shown
        starts = self.today + dt.timedelta(days=self.random.randint(-20, 25))
        until = starts + dt.timedelta(days=self.random.randint(30, 240)) if self.random.random() < 0.7 else None
        published = dt.datetime.combine(self.today, dt.time(8), dt.UTC) - dt.timedelta(
            minutes=self.random.randint(0, 40_000)
        )
        return {
            "organisation_id": organisation.pk,
            "site_id": organisation.site_id,
            "reference": f"demo-{number}",
            "is_fictional": True,
            "kind": kind.value,
            "status": ListingStatus.PUBLISHED.value,
            "location": f"SRID={WGS84_SRID};POINT({organisation.lon} {organisation.lat})",
            "shown_location": shown.ewkt,
            "municipality_id": shown.municipality_id,
            "hub_ids": shown.hub_ids,
            "precision": place.precision,
            "available_from": starts,
            "available_until": until,
            "published_at": published,
            "created_at": published,
            "updated_at": published,
        }

    def _material(self) -> Traded:
        return self.random.choices(self.materials, self.material_weights)[0]

    def _euro(self) -> Decimal:
        return Decimal(round(self.random.lognormvariate(4, 1.1)) + 1)


def _traded() -> list[Traded]:
    """Every material; families themselves are listed seldom, what people know often."""
    rows = []
    family = ""
    for material in Material.objects.in_tree_order():
        family = material.code if material.parent_id is None else family
        units = tuple((unit, unit_mass_kg(material, unit)) for unit in allowed_units(material)[:3])
        weight = 0.3 if material.parent_id is None else 1.0
        if family in ("wood", "furniture", "building", "textile", "ict", "packaging"):
            weight *= 2
        rows.append(
            Traded(material.pk, material.name_nl, material.tree_left, material.tree_right, family, units, weight)
        )
    return rows
