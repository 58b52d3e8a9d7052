"""No query asks for all rows but those of a list that grows.

Every connection has generic plans (docs/adr/0003), and those compare `NOT id = ANY($1)` one by one: a million rows
against four hundred thousand ids take hours. `NOT IN (SELECT unnest($1))` looks each row up by a hash instead.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from tests.house.pages import ROOT

ROOMS = ["marketplace", *(app.label for app in apps.get_app_configs() if Path(app.path).parent == ROOT)]
#: SQL: a parameter's values are compared one by one, and what is among them doesn't count.
_BUT_THESE = re.compile(r"\bNOT\b[^;]{0,80}?= ANY ?\(+%|(<>|!=) ALL ?\(+%", re.S)


def excluded_lists(source: str) -> Iterator[str]:
    """`exclude(…__in=…)` and `~Q(…__in=…)` of values that aren't written out or named as a constant; such SQL."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.expr):
            continue
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
            call = node.operand
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "exclude":
            call = node
        else:
            call = None
        if isinstance(call, ast.Call):
            yield from (
                f"line {node.lineno}: {ast.unparse(keyword)}"
                for keyword in call.keywords
                if keyword.arg and keyword.arg.endswith("__in") and not _is_fixed(keyword.value)
            )
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _BUT_THESE.search(node.value):
            yield f"line {node.lineno}: SQL"


def _is_fixed(value: ast.expr) -> bool:
    """Values that stand there, a constant, and a query, which becomes SQL of its own."""
    match value:
        case ast.List() | ast.Tuple() | ast.Set():
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.isupper()
        case ast.Call(func=ast.Attribute(attr="values")):
            return True
    return False


def test_every_room_is_looked_at() -> None:
    assert {"geo", "accounts", "materials", "listings", "frontend", "marketplace"} <= set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_no_query_excludes_a_list_that_grows(room: str) -> None:
    paths = sorted((ROOT / room).rglob("*.py"))
    assert paths
    found = [f"{path.relative_to(ROOT)}: {one}" for path in paths for one in excluded_lists(path.read_text())]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "Place.objects.exclude(geonameid__in=[place['id'] for place in places])",
        "Hub.objects.filter(a=1).exclude(pk__in=own)",
        "Listing.objects.filter(~Q(pk__in=list(kept)))",
        "cursor.execute('DELETE FROM listing WHERE NOT id = ANY(%s)', [kept])",
        "cursor.execute('DELETE FROM x WHERE NOT coalesce(hub_ids[1] = ANY(%s::int[]), FALSE)', [kept])",
        "cursor.execute('SELECT 1 FROM listing WHERE id <> ALL(%(kept)s)', kept)",
    ],
)
def test_a_list_that_grows_is_found(source: str) -> None:
    assert len(list(excluded_lists(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "Hub.objects.exclude(kind__in=['core', 'shared'])",
        "HubPlan.objects.exclude(state__in=RUNNING)",
        "User.objects.exclude(pk__in=Membership.objects.values('user'))",
        "Listing.objects.filter(pk__in=ids).exclude(reference='')",
        "cursor.execute('DELETE FROM listing WHERE id = ANY(%s)', [gone])",
        "cursor.execute('DELETE FROM listing WHERE id NOT IN (SELECT unnest(%s::bigint[]))', [kept])",
    ],
)
def test_others_are_left_alone(source: str) -> None:
    assert list(excluded_lists(source)) == []
