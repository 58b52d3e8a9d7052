"""Sectors, with what each has over, what it looks for and what it does for others.

`data/sectors.psv`, `items.psv` and `does.psv`.
"""

import random
import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from listings.demo.sense import CONDITIONS
from listings.demo.tables import rows_of, several, texts_of
from listings.enums import Condition, ListingKind, PriceBasis, PriceKind, Recurrence, ServiceKind
from materials.enums import Unit

_OFTEN = {
    "o": Recurrence.ONE_OFF, "w": Recurrence.WEEKLY, "m": Recurrence.MONTHLY, "q": Recurrence.QUARTERLY,
}  # fmt: skip


@dataclass(frozen=True)
class Price:
    """A price, with the span in which its euros are drawn where it has any."""

    kind: PriceKind
    basis: PriceBasis = PriceBasis.LOT
    euro: tuple[float, float] | None = None


@dataclass(frozen=True)
class Item:
    """What a sector has or wants of a material. `condition` of what it wants is the least that it asks, if any."""

    kind: ListingKind
    material: str
    amount: tuple[float, float]
    unit: Unit
    conditions: tuple[Condition | None, ...]
    prices: tuple[Price, ...]
    often: tuple[Recurrence, ...]
    days: tuple[int, int]
    needs: tuple[ServiceKind, ...]
    titles: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Work:
    """What a sector does for others with some materials, and how much of it a week."""

    services: tuple[ServiceKind, ...]
    materials: tuple[str, ...]
    amount: tuple[float, float]
    unit: Unit
    prices: tuple[Price, ...]
    lead_days: tuple[int, int]
    titles: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Sector:
    """A kind of organisation, by the name in `sectors.psv`."""

    name: str
    kind: str
    share: int
    names: tuple[str, ...]
    texts: tuple[str, ...]
    has: tuple[Item, ...]
    wants: tuple[Item, ...]
    does: tuple[Work, ...]


def read_sectors() -> dict[str, Sector]:
    """Every sector by its name."""
    has: dict[str, list[Item]] = defaultdict(list)
    wants: dict[str, list[Item]] = defaultdict(list)
    does: dict[str, list[Work]] = defaultdict(list)
    for row in rows_of("items.psv"):
        {"has": has, "wants": wants}[row["side"]][row["sector"]].append(_item(row))
    for row in rows_of("does.psv"):
        does[row["sector"]].append(_work(row))
    return {
        row["sector"]: Sector(
            row["sector"], row["kind"], int(row["share"]), several(row["names"]), several(row["texts"]),
            tuple(has[row["sector"]]), tuple(wants[row["sector"]]), tuple(does[row["sector"]]),
        )
        for row in rows_of("sectors.psv")
    }  # fmt: skip


def read_names() -> list[str]:
    """What organisations are called, beside what they are: none of them exists."""
    return texts_of("names.txt")


def _item(row: dict[str, str]) -> Item:
    amount, unit = _amount(row["amount"])
    low, high = _span(row["days"])
    supply = row["side"] == "has"
    # What is wanted asks nothing of the condition where the cell is empty.
    conditions: tuple[Condition | None, ...] = tuple(CONDITIONS[letter] for letter in row["condition"].split())
    return Item(
        ListingKind.SUPPLY if supply else ListingKind.DEMAND, row["material"], amount, unit, conditions or (None,),
        _prices(row["price"]), tuple(_OFTEN[letter] for letter in row["often"].split()), (int(low), int(high)),
        tuple(ServiceKind(kind) for kind in row["needs"].split()), several(row["title"]), several(row["text"]),
    )  # fmt: skip


def _work(row: dict[str, str]) -> Work:
    amount, unit = _amount(row["amount"])
    low, high = _span(row["lead"])
    return Work(
        tuple(ServiceKind(kind) for kind in row["services"].split()), tuple(row["materials"].split()), amount, unit,
        _prices(row["price"]), (int(low), int(high)), several(row["title"]), several(row["text"]),
    )  # fmt: skip


def _amount(cell: str) -> tuple[tuple[float, float], Unit]:
    """ "40-200 piece" """
    span, unit = cell.split()
    return _span(span), Unit(unit)


def _span(cell: str) -> tuple[float, float]:
    """ "40-200" """
    low, _, high = cell.partition("-")
    return float(low), float(high)


def _prices(cell: str) -> tuple[Price, ...]:
    return tuple(_price(word) for word in cell.split())


def _price(word: str) -> Price:
    """ "free", "ask", "u2-5" (euros for each unit), "l40-90" (for the lot) or "fee20-60" (for whoever takes it)."""
    if word in ("free", "ask"):
        return Price(PriceKind.FREE if word == "free" else PriceKind.ON_REQUEST)
    found = re.fullmatch(r"(u|l|fee)([\d.]+-[\d.]+)", word)
    if not found:
        raise ValueError(f"items.psv: {word!r} is no price")
    kind = PriceKind.REMOVAL_FEE if found[1] == "fee" else PriceKind.FIXED
    return Price(kind, PriceBasis.UNIT if found[1] == "u" else PriceBasis.LOT, _span(found[2]))


def drawn_euro(source: random.Random, span: tuple[float, float]) -> Decimal:
    """Euros as people ask them: halves up to 5, whole ones up to 50, then fives and tens."""
    euro = source.uniform(*span)
    step = 0.05 if euro < 1 else 0.5 if euro < 5 else 1 if euro < 50 else 5 if euro < 200 else 10
    return Decimal(f"{max(step, round(euro / step) * step):.2f}")


def drawn_amount(source: random.Random, span: tuple[float, float]) -> Decimal:
    """An amount as people count it; small ones come more often than large ones."""
    low, high = span
    amount = low * (high / low) ** source.random()
    step = 1 if amount < 30 else 5 if amount < 150 else 10 if amount < 1000 else 50
    return Decimal(max(1, round(amount / step) * step))
