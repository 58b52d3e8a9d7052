"""How much there was and became, in one: a figure says nothing without its unit, nor of a flow without its time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from frontend.components import figures
from maps.conflicts import FieldConflict
from maps.enums import Period
from maps.fields import label_of
from maps.history import AMOUNT, FieldChange


@dataclass(frozen=True)
class Amount:
    """The fields of AMOUNT together, each as stored or as JSON holds it; empty where it isn't known or isn't said."""

    quantity: Decimal | str | None
    unit: str | None
    period: str | None

    @property
    def words(self) -> str:
        """ "2,49 ton per week", "2,49" without a unit, "per week" of a flow of which nobody knows how much."""
        period = str(Period(self.period).label) if self.period else ""
        if self.quantity is None:
            return period
        number = Decimal(self.quantity)
        amount = figures.stored_amount(number, self.unit) if self.unit else figures.number(number, 3)
        return f"{amount} {period}".rstrip()


def told_together(fields: Iterable[FieldChange], kept: Mapping[str, Any]) -> list[FieldChange]:
    """Changes with those of an amount as one, each side an Amount; `kept` has the parts of it that stayed the same.

    Where neither side knows how much, they stay as they are: "per week" became "per maand".
    """
    fields = list(fields)
    changed = {one.name: one for one in fields if one.name in AMOUNT}
    if not changed:
        return fields
    before, after = (
        Amount(**{name: getattr(changed[name], side) if name in changed else kept[name] for name in AMOUNT})
        for side in ("before", "after")
    )
    if before.quantity is None and after.quantity is None:
        return fields
    first = next(iter(changed))
    whole = FieldChange("quantity", label_of("quantity"), before, after)
    return [whole if one.name == first else one for one in fields if one.name not in changed or one.name == first]


def beside_each_other(fields: Iterable[FieldConflict], kept: Mapping[str, Any]) -> list[FieldConflict]:
    """The same of fields of which whoever saves chooses one by one: the figure has its unit and its time with it, but
    those that are chosen by themselves.
    """
    fields = list(fields)
    names = {one.name for one in fields}
    unit = "" if "unit" in names else kept["unit"]
    period = "" if names & {"unit", "period"} else kept["period"]

    def whole(quantity: Any) -> Amount | None:
        return None if quantity is None else Amount(quantity, unit, period)

    return [
        replace(one, before=whole(one.before), theirs=whole(one.theirs), mine=whole(one.mine))
        if one.name == "quantity"
        else one
        for one in fields
    ]
