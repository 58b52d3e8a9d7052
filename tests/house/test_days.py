"""On which day something is, clocks in Belgium say: from 22:00 or 23:00 on, the day in UTC is another.

Moments are kept in UTC. `moment.date()` is the day there, and `date.today()` that of the machine: the day here is
`timezone.localdate(moment)`, and today `timezone.localdate()`.
"""

import ast
import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.utils import timezone

from materials import figures
from tests.house.pages import ROOT
from tests.house.test_queries import ROOMS

#: A cell of a workbook is a day and a time of no zone, as it is written there.
_OF_NO_ZONE = {"listings/imports/workbook.py": "cell.date()"}
#: What a database calls today is a day in UTC.
_IN_SQL = re.compile(r"\bcurrent_date\b|\bnow\(\)\s*::\s*date\b|_at\s*::\s*date\b", re.IGNORECASE)


def days_elsewhere(source: str) -> Iterator[str]:
    """Code that takes a day by another clock than ours."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _IN_SQL.search(node.value):
            yield node.value.strip()[:80]
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name, zoneless = node.func.attr, not node.args and not node.keywords
        if (name in ("date", "today", "now") and zoneless and _is_of_datetime(node.func)) or name == "utcnow":
            yield ast.unparse(node)


def _is_of_datetime(called: ast.Attribute) -> bool:
    """Whether it is a method of a day or a moment: `timezone.now()` and `transaction.now` are something else."""
    return called.attr == "date" or ast.unparse(called.value).split(".")[-1] in ("date", "datetime")


def test_no_room_takes_a_day_by_another_clock() -> None:
    looked_at, found = 0, []
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            looked_at += 1
            name = str(path.relative_to(ROOT))
            found += [f"{name}: {code}" for code in days_elsewhere(path.read_text()) if _OF_NO_ZONE.get(name) != code]
    assert looked_at > 500
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "day = round.due_at.date()", "day = timezone.now().date()", "day = dt.date.today()", "at = datetime.now()",
        "at = dt.datetime.utcnow()", 'sql = "WHERE available_until < CURRENT_DATE"', 'sql = "SELECT begun_at::date"',
    ],
)  # fmt: skip
def test_such_code_is_found(code: str) -> None:
    assert len(list(days_elsewhere(code))) == 1


@pytest.mark.parametrize(
    "code",
    ["day = timezone.localdate(at)", "at = timezone.now()", "at = dt.datetime.now(dt.UTC)", "day = dt.date(1, 2, 3)"],
)
def test_and_no_other(code: str) -> None:
    assert not list(days_elsewhere(code))


def test_an_hour_before_midnight_in_utc_is_the_next_day_here() -> None:
    late = dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC)
    assert timezone.localdate(late) == dt.date(2026, 7, 2)
    # What ends with a day here ends on that day.
    assert figures.until(dt.datetime(2026, 7, 1, 22, tzinfo=dt.UTC)).startswith("woensdag 1 juli")
