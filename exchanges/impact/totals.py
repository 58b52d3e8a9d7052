"""What ledger lines add up to. What isn't known is counted, never guessed."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, TruncMonth

from exchanges.enums import Confirmation, UnknownReason
from exchanges.impact_querysets import ImpactEntryQuerySet
from exchanges.models import HoursStatement
from materials.models import Material

#: What a service worked on counts apart: whoever gets it afterwards counts its weight and what that avoids.
WORKED_ON = Q(unknown=UnknownReason.SERVICE)
HANDED_OVER = ~WORKED_ON & ~Q(confirmation=Confirmation.NOTHING)
#: What the hub found stands as firm as what both said. Only this is in the figures of weight, emissions and price.
CONFIRMED = ~WORKED_ON & Q(confirmation__in=[Confirmation.BOTH, Confirmation.HUB])
#: What one side alone stated has figures of its own, beside those.
ONE_SIDED = ~WORKED_ON & Q(confirmation=Confirmation.ONE_SIDED)
#: What is in dispute stands for nothing yet.
DISPUTED = ~WORKED_ON & Q(confirmation=Confirmation.DISPUTED)


@dataclass(frozen=True)
class Totals:
    """Weights are in kg, emissions in kg CO2e, the value in euro: what is confirmed, and apart what one side alone
    stated. `with_emissions` counts the lines that each range was added up from.
    """

    handed_over: int
    kg_confirmed: Decimal
    kg_one_sided: Decimal
    kg_disputed: Decimal
    without_weight: int
    co2e_low_kg: Decimal
    co2e_avoided_kg: Decimal
    co2e_high_kg: Decimal
    with_emissions: int
    co2e_one_sided_low_kg: Decimal
    co2e_one_sided_kg: Decimal
    co2e_one_sided_high_kg: Decimal
    with_emissions_one_sided: int
    without_emissions: int
    asked_eur: Decimal
    asked_one_sided_eur: Decimal
    without_value: int
    worked_on: int
    kg_worked_on: Decimal


def _sum(name: str, only: Q = CONFIRMED) -> Coalesce:
    return Coalesce(Sum(name, filter=only), Value(Decimal(0)), output_field=DecimalField())


def _count(only: Q) -> Count:
    return Count("pk", filter=only & ~WORKED_ON)


_SUMS: dict[str, Any] = {
    "handed_over": _count(HANDED_OVER),
    "kg_confirmed": _sum("kg"),
    "kg_one_sided": _sum("kg", ONE_SIDED),
    "kg_disputed": _sum("kg", DISPUTED),
    "without_weight": _count(Q(kg=None)),
    "co2e_low_kg": _sum("low_kg_co2e"),
    "co2e_avoided_kg": _sum("avoided_kg_co2e"),
    "co2e_high_kg": _sum("high_kg_co2e"),
    "with_emissions": _count(CONFIRMED & Q(unknown="")),
    "co2e_one_sided_low_kg": _sum("low_kg_co2e", ONE_SIDED),
    "co2e_one_sided_kg": _sum("avoided_kg_co2e", ONE_SIDED),
    "co2e_one_sided_high_kg": _sum("high_kg_co2e", ONE_SIDED),
    "with_emissions_one_sided": _count(ONE_SIDED & Q(unknown="")),
    "without_emissions": _count(~Q(unknown="")),
    "asked_eur": _sum("value_eur"),
    "asked_one_sided_eur": _sum("value_eur", ONE_SIDED),
    "without_value": _count(Q(value_eur=None)),
    "worked_on": Count("pk", filter=WORKED_ON),
    "kg_worked_on": _sum("kg", WORKED_ON),
}


def totals_of(entries: ImpactEntryQuerySet) -> Totals:
    """Of lines that count: see `current`."""
    return Totals(**entries.order_by().aggregate(**_SUMS))


def _totals(row: Mapping[str, Any]) -> Totals:
    return Totals(**{name: row[name] for name in _SUMS})


def totals_by_month(entries: ImpactEntryQuerySet) -> list[tuple[dt.date, Totals]]:
    """Each month in which something was completed, in order, with its totals."""
    rows = entries.order_by().annotate(month=TruncMonth("completed_on")).values("month").annotate(**_SUMS)
    return [(row["month"], _totals(row)) for row in rows.order_by("month")]


def totals_by_material(
    entries: ImpactEntryQuerySet, within: Material | None = None
) -> list[tuple[Material | None, Totals]]:
    """Each material just below `within`, with all that lies below it, the heaviest first; of the families where
    `within` is None. A line about `within` itself stands at `within`, one without a material at None. Two queries.
    """
    branches = list(Material.objects.filter(parent=within))
    rows = entries.order_by().values("material__tree_left").annotate(**_SUMS)
    found: dict[Material | None, list[Totals]] = {}
    for row in rows:
        number = row["material__tree_left"]
        branch = next((one for one in branches if number and one.tree_left <= number <= one.tree_right), within)
        found.setdefault(branch, []).append(_totals(row))
    return sorted(((branch, _added(parts)) for branch, parts in found.items()), key=lambda row: -_heaviness(row[1]))


def _added(parts: list[Totals]) -> Totals:
    return Totals(**{name: sum(getattr(part, name) for part in parts) for name in _SUMS})


def _heaviness(row: Totals) -> Decimal:
    return row.kg_confirmed + row.kg_one_sided


def sums_by_organisation(entries: ImpactEntryQuerySet) -> QuerySet[Any, dict[str, Any]]:
    """A row for each organisation that gave or received: its key as `party`, and the same sums as of Totals; the
    heaviest first. A line counts for its giver and for its receiver: the rows add up to more than the lines do.
    """
    parties = Func(F("giver_id"), F("receiver_id"), template="unnest(ARRAY[%(expressions)s])", set_returning=True)
    rows: Any = entries.order_by().annotate(party=ExpressionWrapper(parties, BigIntegerField())).values("party")
    heavy = F("kg_confirmed") + F("kg_one_sided")
    sums: QuerySet[Any, dict[str, Any]] = rows.annotate(**_SUMS)
    return sums.order_by(heavy.desc(), F("kg_worked_on").desc(), "party")


def totals_by_organisation(rows: Iterable[Mapping[str, Any]]) -> list[tuple[int, Totals]]:
    """Some rows of sums_by_organisation(): the key of each organisation with its totals."""
    return [(row["party"], _totals(row)) for row in rows]


def hours_of(entries: ImpactEntryQuerySet) -> Decimal:
    """The hours that maatwerkbedrijven worked on these, by what each last said."""
    total = last_hours(entries.values("leg")).aggregate(total=Sum("hours"))["total"]
    return total or Decimal(0)


def last_hours(legs: Iterable[int] | QuerySet[Any]) -> QuerySet[HoursStatement]:
    """What each organisation last said of each of these legs."""
    later = HoursStatement.objects.filter(leg=OuterRef("leg"), organisation_id=OuterRef("organisation_id")).order_by(
        "-revision"
    )
    rows = HoursStatement.objects.filter(leg__in=legs).annotate(last=Subquery(later.values("revision")[:1]))
    return rows.filter(revision=F("last"))


def is_worked_on_by_hours() -> Q:
    """Lines on which a maatwerkbedrijf says that it worked: `hours_of` adds up theirs."""
    later = HoursStatement.objects.filter(
        leg=OuterRef("leg"), organisation_id=OuterRef("organisation_id"), revision__gt=OuterRef("revision")
    )
    last = HoursStatement.objects.filter(~Exists(later), leg=OuterRef("leg"), hours__gt=0)
    return Q(Exists(last))


def hours_by_organisation(entries: ImpactEntryQuerySet, organisations: Collection[int]) -> dict[int, Decimal]:
    """The hours that each of these organisations worked on these, by what it last said. One query."""
    rows = last_hours(entries.order_by().values("leg")).filter(organisation_id__in=organisations)
    return dict(rows.order_by().values_list("organisation_id").annotate(Sum("hours")))


def hours_by_leg(legs: Iterable[int]) -> dict[int, Decimal]:
    """Of each of these legs the hours that were worked on it, by what each organisation last said. One query."""
    worked: dict[int, Decimal] = {}
    for statement in last_hours(list(legs)):
        worked[statement.leg_id] = worked.get(statement.leg_id, Decimal(0)) + statement.hours
    return worked


def months_of(entries: ImpactEntryQuerySet) -> list[dt.date]:
    """The first day of each month in which something was completed, the newest first."""
    return list(entries.order_by().dates("completed_on", "month", order="DESC"))


def numbers_of(entries: ImpactEntryQuerySet) -> set[int]:
    """Where in the tree the materials of these stand."""
    known = entries.order_by().exclude(material=None)
    return set(known.values_list("material__tree_left", flat=True).distinct())
