"""What an amount comes to in a year: by that amounts of flows are compared, for 2 tonnes a day is more than 5 a year.

One rule, said for the database and for what is in memory. What has no period, a stock, is as much as it is. A flow of
three months brings a quarter of what the whole year would; one that says how much a year brings says so of its year.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, Func

from maps.enums import Period

_AMOUNT = DecimalField(max_digits=24, decimal_places=6)
_TIMES = " ".join(f"WHEN '{each.value}' THEN {each.times_a_year}" for each in Period)
#: In twelfths of a year, so that months divide nothing before the end.
_SQL = (
    f"({{amount}} * CASE {{period}} {_TIMES} ELSE 1 END * CASE WHEN {{period}} = '{Period.YEAR.value}' "
    "OR cardinality({months}) = 0 THEN 12 ELSE cardinality({months}) END / 12.0)"
)


def per_year(amount: Decimal, period: str, season_months: Sequence[int]) -> Decimal:
    """How much an amount of an element comes to in a year, or how much of a stock there is."""
    months = len(season_months) if season_months and period != Period.YEAR else 12
    times = Period(period).times_a_year if period else 1
    return amount * times * months / 12


def per_year_sql(column: str, row: str = "") -> str:
    """The same of a column of elements as SQL, with the name of their row in the query where there are others."""
    before = f"{row}." if row else ""
    return _SQL.format(amount=before + column, period=f"{before}period", months=f"{before}season_months")


class PerYear(Func):
    """The same of a column in a queryset of elements."""

    def __init__(self, column: str) -> None:
        super().__init__(F(column), F("period"), F("season_months"), output_field=_AMOUNT)

    def as_sql(self, compiler: Any, connection: Any, *_more: Any, **_said: Any) -> tuple[str, tuple[str | int, ...]]:
        # Columns alone, which have no parameters: each may come more than once.
        amount, period, months = (compiler.compile(one)[0] for one in self.get_source_expressions())
        return _SQL.format(amount=amount, period=period, months=months), ()
