"""What owners of the demo declare: fictional answers that fit what it is and its condition.

They are drawn by the reference of each lot, so that they change nothing of what else is drawn.
"""

import datetime as dt
import random
from typing import Any

from listings.declarations import CHECKLIST, DATED
from listings.demo.rows import Known
from listings.enums import (
    Allergen,
    Condition,
    DeclaredStatus,
    FoodDate,
    FoodStorage,
    ListingKind,
    Recurrence,
    StatusEvidence,
)
from materials.enums import Asks

#: Of a food: its date, how it is kept, and its allergens. Others are as prepared meals.
_FOODS: dict[str, tuple[FoodDate, FoodStorage, list[str]]] = {
    "food-bread": (FoodDate.NONE_NEEDED, FoodStorage.AMBIENT, [Allergen.GLUTEN.value]),
    "food-fruit-vegetables": (FoodDate.NONE_NEEDED, FoodStorage.AMBIENT, [Allergen.NONE.value]),
    "food-dairy": (FoodDate.USE_BY, FoodStorage.CHILLED, [Allergen.MILK.value]),
    "food-dry": (FoodDate.BEST_BEFORE, FoodStorage.AMBIENT, [Allergen.ON_LABEL.value]),
    "food-drinks": (FoodDate.BEST_BEFORE, FoodStorage.AMBIENT, [Allergen.NONE.value]),
}
_MEALS = (FoodDate.USE_BY, FoodStorage.CHILLED, [Allergen.ON_LABEL.value])
#: Materials of which one in two drawn lots is declared as waste, with a EURAL code.
_WASTE = {"cooking-oil": "200125", "building-rubble": "170107", "glass-cullet": "191205", "plastic-film": "150102"}
#: A best-before date lies so long after the last day.
_KEEPS = dt.timedelta(days=20)
#: The share of usable electrical goods that went through the whole checklist.
_CHECKED = 0.7


def declare(row: dict[str, Any], code: str, material: Known, today: dt.date) -> None:
    """Add to the row of a supply what its owner declares."""
    if row["kind"] != ListingKind.SUPPLY:
        return
    source = random.Random(row["reference"])
    row.setdefault("declared_status", DeclaredStatus.UNSURE.value)
    if code in _WASTE and row["declared_status"] == DeclaredStatus.UNSURE and source.random() < 1 / 2:
        row["declared_status"] = DeclaredStatus.WASTE.value
    if row["declared_status"] == DeclaredStatus.WASTE:
        row["eural_code"] = _WASTE.get(code) or material.eural
    if row["declared_status"] == DeclaredStatus.BY_PRODUCT:
        row |= _evidence(source, today)
    if material.asks == Asks.ELECTRICAL:
        row |= _checklist(source, row["condition"])
    elif material.asks:
        row |= _food(code, row)


def _evidence(source: random.Random, today: dt.date) -> dict[str, Any]:
    if source.random() < 1 / 2:
        return {"status_evidence": StatusEvidence.SELF_TEST.value}
    number = f"FICTIEF-{source.randrange(1000, 9999)}"
    until = today + dt.timedelta(days=source.randrange(200, 900))
    return {"status_evidence": StatusEvidence.RAW_MATERIAL.value, "status_number": number, "status_until": until}


def _checklist(source: random.Random, condition: Condition) -> dict[str, bool | None]:
    answers: dict[str, bool | None] = dict.fromkeys(CHECKLIST, None)
    if condition <= Condition.TO_REPAIR:
        whole = condition == Condition.TO_REPAIR
        return answers | {"reuse_works": False, "reuse_complete": whole, "reuse_no_cfc": True, "reuse_no_crt": True}
    return dict.fromkeys(CHECKLIST, True) if source.random() < _CHECKED else answers


def _food(code: str, row: dict[str, Any]) -> dict[str, Any]:
    kind, storage, allergens = _FOODS.get(code, _MEALS)
    last = row["available_until"] if row["recurrence"] == Recurrence.ONE_OFF and kind in DATED else None
    day = last + _KEEPS if last and kind == FoodDate.BEST_BEFORE else last
    return {
        "food_date_kind": kind.value, "food_date": day, "food_storage": storage.value, "allergens": allergens,
    }  # fmt: skip
