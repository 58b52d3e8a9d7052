"""Fictional listings that read like real ones: each is what an organisation of its sector would have, want or do.

The same for the same seed: everything is drawn from one random source, in one order.
"""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Any

from accounts.demo import Profile
from listings.demo.declared import declare
from listings.demo.pictures import picture_of_material, picture_of_service
from listings.demo.practical import Practical
from listings.demo.profiles import Item, Sector, Work, drawn_amount, drawn_euro, read_names, read_sectors
from listings.demo.rows import Materials, Placed, goods_row, service_row
from listings.demo.sense import read_sense
from listings.enums import Condition, ListingKind, PriceKind, Recurrence

#: Shares of supply and demand; the rest are services.
SUPPLY, DEMAND = 0.52, 0.38
#: Share of supply and of services that have a picture.
WITH_PICTURE = 0.6
#: Share of goods that are called by their material alone, which every reader reads in their own language.
CALLED_BY_MATERIAL = 0.5
#: Share of what may stay long that stays until somebody takes it.
OPEN_END = 0.2


def drawn_profiles(source: random.Random, count: int) -> list[Profile]:
    """So many organisations, each of a sector that is drawn by its share."""
    sectors, names = list(read_sectors().values()), read_names()
    shares = [sector.share for sector in sectors]
    rows = []
    for number in range(count):
        (sector,) = source.choices(sectors, shares)
        name = source.choice(sector.names).replace("{naam}", source.choice(names))
        text = source.choice(sector.texts)
        rows.append(Profile(str(number), sector.kind, sector.name, name, text))
    return rows


class Generator:
    """Draws listings for organisations."""

    def __init__(self, source: random.Random, today: dt.date, materials: Materials) -> None:
        self.random = source
        self.today = today
        self.materials = materials
        self.practical = Practical(source)
        self.sense = read_sense()

    def listings(self, first: int, count: int, organisations: Sequence[Placed]) -> Iterator[dict[str, Any]]:
        """Rows as of listings.demo.rows, numbered from `first`. Asks the database nothing meanwhile: a COPY runs."""
        sectors = read_sectors()
        of = [(place, sectors[place.organisation.sector]) for place in organisations]
        have, want = [(p, s) for p, s in of if s.has], [(p, s) for p, s in of if s.wants]
        do = [(p, s) for p, s in of if s.does]
        for number in range(first, first + count):
            draw = self.random.random()
            # Few organisations may have nobody who does something for others.
            if draw >= SUPPLY + DEMAND and do:
                yield self._service(number, *self._pick(do))
            elif draw < SUPPLY:
                place, sector = self._pick(have)
                yield self._supply(number, place, self.random.choice(sector.has))
            else:
                place, sector = self._pick(want)
                yield self._goods(number, place, self.random.choice(sector.wants))

    def _pick(self, of: Sequence[tuple[Placed, Sector]]) -> tuple[Placed, Sector]:
        return self.random.choice(of)

    def _supply(self, number: int, place: Placed, item: Item) -> dict[str, Any]:
        row = self._goods(number, place, item)
        if row["condition"] == Condition.TO_REPAIR and not row["needs_services"]:
            row["needs_services"] = ["repair"]
        row["delivery"] = self.random.random() < 0.25
        if self.random.random() < WITH_PICTURE:
            row["picture"] = picture_of_material(item.material, self.materials, self.random)
        declare(row, item.material, self.materials[item.material], self.today)
        return row

    def _goods(self, number: int, place: Placed, item: Item) -> dict[str, Any]:
        often = self.random.choice(item.often)
        return goods_row(
            place, self.materials, item.kind, item.material, drawn_amount(self.random, item.amount), item.unit
        ) | {
            **self._dates(item, often),
            **self._priced(item),
            "reference": f"demo-{number}",
            "title": self._title(item),
            "description": self._text(item.texts, item.kind),
            "condition": self.random.choice(item.conditions),
            "needs_services": [kind.value for kind in item.needs],
            "recurrence": often.value,
            "splittable": self.random.random() < 0.7,
            "reach_km": self.random.choice([None, 15, 25, 40, 60]) if item.kind == ListingKind.DEMAND else None,
        }

    def _title(self, item: Item) -> str:
        if not item.titles or self.random.random() < CALLED_BY_MATERIAL:
            return self.materials[item.material].name
        return self.random.choice(item.titles)

    def _text(self, texts: Sequence[str], kind: ListingKind) -> str:
        return f"{self.random.choice(texts)} {self.practical.sentence(kind, self.today)}".strip()

    def _priced(self, item: Item | Work) -> dict[str, Any]:
        price = self.random.choice(item.prices)
        return {
            "price_kind": price.kind.value,
            "price_eur": drawn_euro(self.random, price.euro) if price.euro else None,
            "price_basis": price.basis.value,
        }

    def _dates(self, item: Item, often: Recurrence) -> dict[str, Any]:
        """What is gone within days was put on the market today or yesterday; what stays, up to a month ago."""
        length = self.random.randint(*item.days)
        brief = often == Recurrence.ONE_OFF and length < 15
        starts = self.today + dt.timedelta(days=self.random.randint(0, 2) if brief else self.random.randint(-20, 12))
        if often != Recurrence.ONE_OFF:
            length = self.random.randint(90, 300)
        spoils = item.kind == ListingKind.SUPPLY and self.sense[item.material].days is not None
        stays = item.days[1] > 60 and not spoils and self.random.random() < OPEN_END
        # What is on the market hasn't ended yet.
        starts = max(starts, self.today - dt.timedelta(days=length))
        ends = None if stays else starts + dt.timedelta(days=length)
        return {"available_from": starts, "available_until": ends} | self._published(1_400 if brief else 40_000)

    def _published(self, most_minutes: int = 40_000) -> dict[str, Any]:
        at = dt.datetime.combine(self.today, dt.time(8), dt.UTC) - dt.timedelta(
            minutes=self.random.randint(0, most_minutes)
        )
        return {"published_at": at, "created_at": at, "updated_at": at}

    def _service(self, number: int, place: Placed, sector: Sector) -> dict[str, Any]:
        work = self.random.choice(sector.does)
        taken = self.random.sample(work.materials, min(len(work.materials), self.random.choice([1, 2, 2])))
        row = service_row(place, self.materials, work.services, taken) | {
            **self._priced(work),
            **self._published(),
            "reference": f"demo-{number}",
            "title": self.random.choice(work.titles),
            "description": self._text(work.texts, ListingKind.SERVICE),
            "capacity_per_week": drawn_amount(self.random, work.amount),
            "capacity_unit": work.unit.value,
            "lead_time_days": self.random.randint(*work.lead_days),
            "reach_km": self.random.choice([15, 20, 30, 40, 50]),
            "available_from": self.today - dt.timedelta(days=self.random.randint(0, 20)),
        }
        if row["price_kind"] == PriceKind.REMOVAL_FEE:
            raise ValueError(f"does.psv: whoever does a service asks a price for it: {work.titles}")
        if self.random.random() < WITH_PICTURE:
            row["picture"] = picture_of_service(work.services[0])
        return row
