"""What was written by hand: organisations of the twelve hubs, their listings, and the stories that these tell.

`data/organisations.psv`, `goods.psv`, `services.psv` and `stories.psv`.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.demo import Profile
from listings.demo.declared import declare
from listings.demo.pictures import picture_of_material, picture_of_service
from listings.demo.rows import Materials, Placed, goods_row, service_row
from listings.demo.tables import rows_of
from listings.enums import Condition, ListingKind, Packaging, PriceBasis, PriceKind, Recurrence, ServiceKind
from materials.enums import Unit

_FLAGS: dict[str, dict[str, Any]] = {
    "whole": {"splittable": False},
    "delivery": {"delivery": True},
    "forklift": {"needs_forklift": True},
    "dock": {"has_loading_dock": True},
    "by_product": {"declared_status": "by_product"},
    "product": {"declared_status": "product"},
    "waste": {"declared_status": "waste"},
}
#: What people count as being put on the market a few days ago.
_PUBLISHED_DAYS = 21


@dataclass(frozen=True)
class Story:
    """How material went from one to another, in a hub; `service` did something with it in between, where it is given.

    The three are references of listings.
    """

    hub: str
    title: str
    supply: str
    service: str
    demand: str

    @property
    def references(self) -> list[str]:
        return [reference for reference in (self.supply, self.service, self.demand) if reference]


def read_stories() -> list[Story]:
    return [Story(**row) for row in rows_of("stories.psv")]


@dataclass(frozen=True)
class Written:
    """A choice of what was written, with the organisations that it needs."""

    profiles: list[Profile]
    goods: list[dict[str, str]]
    services: list[dict[str, str]]

    def __len__(self) -> int:
        return len(self.goods) + len(self.services)


def read_written(most: int, *, always: Sequence[str] = ()) -> Written:
    """At most so many of the listings: first those of stories, then of each hub as many as of any other.

    Organisations come with their listings; those of `always`, by key, come in any case.
    """
    organisations = rows_of("organisations.psv")
    hub_of = {row["key"]: row["hub"] for row in organisations}
    of_stories = {reference for story in read_stories() for reference in story.references}
    goods, services = rows_of("goods.psv"), rows_of("services.psv")
    seen: Counter[str] = Counter()
    ranked = []
    for row in (*goods, *services):
        hub = hub_of[row["organisation"]]
        seen[hub] += 1
        ranked.append((row["key"] not in of_stories, seen[hub], row))
    chosen = [row for *_rank, row in sorted(ranked, key=lambda one: one[:2])[:most]]
    keys = {row["key"] for row in chosen}
    needed = {row["organisation"] for row in chosen} | set(always)
    # Who is a neighbour of another needs to know where that one lives.
    needed |= {row["near"].lstrip("=") for row in organisations if row["key"] in needed and row["near"]}
    return Written(
        [_profile(row) for row in organisations if row["key"] in needed],
        [row for row in goods if row["key"] in keys],
        [row for row in services if row["key"] in keys],
    )


def written_rows(
    written: Written, places: Mapping[str, Placed], materials: Materials, today: dt.date
) -> Iterator[dict[str, Any]]:
    """Rows as of listings.demo.rows; `places` are by the key of their organisation."""
    for number, row in enumerate(written.goods):
        yield _goods(row, places[row["organisation"]], materials, today) | _published(number, today)
    for number, row in enumerate(written.services):
        yield _service(row, places[row["organisation"]], materials, today) | _published(number, today)


def _profile(row: dict[str, str]) -> Profile:
    return Profile(
        key=row["key"], kind=row["kind"], sector="", name=row["name"], description=row["description"],
        town=row["town"], near=row["near"].lstrip("="), shares_building=row["near"].startswith("="),
    )  # fmt: skip


def _goods(row: dict[str, str], place: Placed, materials: Materials, today: dt.date) -> dict[str, Any]:
    kind = ListingKind(row["kind"])
    quantity, unit = row["amount"].split()
    made = goods_row(place, materials, kind, row["material"], Decimal(quantity), Unit(unit)) | {
        **_words(row),
        **_window(row["days"], today),
        **_price(row["price"]),
        "recurrence": Recurrence(row["often"]).value,
        "condition": Condition.from_slug(row["condition"]) if row["condition"] else None,
        "needs_services": [],
    }
    for word in row["more"].split():
        made |= _more(word, made)
    if kind == ListingKind.SUPPLY:
        made["picture"] = picture_of_material(row["material"], materials)
        if made["condition"] == Condition.TO_REPAIR and not made["needs_services"]:
            made["needs_services"] = [ServiceKind.REPAIR.value]
        declare(made, row["material"], materials[row["material"]], today)
    return made


def _service(row: dict[str, str], place: Placed, materials: Materials, today: dt.date) -> dict[str, Any]:
    kinds = [ServiceKind(kind) for kind in row["services"].split()]
    quantity, unit = row["a_week"].split()
    return service_row(place, materials, kinds, row["materials"].split()) | {
        **_words(row),
        **_price(row["price"]),
        "capacity_per_week": Decimal(quantity),
        "capacity_unit": Unit(unit).value,
        "lead_time_days": int(row["lead"]),
        "reach_km": int(row["reach"]),
        "available_from": today - dt.timedelta(days=7),
        "picture": picture_of_service(kinds[0]),
    }


def _words(row: dict[str, str]) -> dict[str, str]:
    return {"reference": row["key"], "title": row["title"], "description": row["description"]}


def _window(cell: str, today: dt.date) -> dict[str, dt.date | None]:
    """ "-5..40": from five days ago until in forty days; without an end where nothing follows."""
    first, _, last = cell.partition("..")
    return {
        "available_from": today + dt.timedelta(days=int(first)),
        "available_until": today + dt.timedelta(days=int(last)) if last else None,
    }


def _price(cell: str) -> dict[str, Any]:
    """ "free", "ask", "4 each", "120 lot" or "40 fee"; euros all."""
    if cell in ("free", "ask"):
        return {"price_kind": (PriceKind.FREE if cell == "free" else PriceKind.ON_REQUEST).value}
    euro, _, of = cell.partition(" ")
    basis = PriceBasis.UNIT if of == "each" else PriceBasis.LOT
    kind = {"each": PriceKind.FIXED, "lot": PriceKind.FIXED, "fee": PriceKind.REMOVAL_FEE}[of]
    return {"price_kind": kind.value, "price_eur": Decimal(euro), "price_basis": basis.value}


def _more(word: str, made: dict[str, Any]) -> dict[str, Any]:
    """What a word of the column "more" adds: a flag, "reach=30", "in=pallet", or a service that is needed first."""
    if word in _FLAGS:
        return _FLAGS[word]
    if reach := re.fullmatch(r"reach=(\d+)", word):
        return {"reach_km": int(reach[1])}
    if packed := re.fullmatch(r"in=(\w+)", word):
        return {"packaging": Packaging(packed[1]).value}
    return {"needs_services": [*made["needs_services"], ServiceKind(word).value]}


def _published(number: int, today: dt.date) -> dict[str, dt.datetime]:
    """Spread over the last weeks."""
    ago = dt.timedelta(days=number * 7 % _PUBLISHED_DAYS, minutes=number * 37 % 600)
    at = dt.datetime.combine(today, dt.time(7), dt.UTC) - ago
    return {"published_at": at, "created_at": at, "updated_at": at}
