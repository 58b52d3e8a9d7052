"""Where several workers share the tests, what shares a server stays together; and the coverage is told by room."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.coverage_by_room import by_room
from tests.schedule import ByFile, in_turn


@pytest.mark.parametrize(
    ("test", "unit"),
    [
        ("tests/browser/test_journeys.py::test_a[x::y]", "tests/browser"),
        ("tests/browser/test_basemap.py::test_b", "tests/browser"),
        ("tests/house/test_replica.py::test_c", "tests/house/test_replica.py"),
        ("tests/accounts/test_services.py::TestHubs::test_d", "tests/accounts/test_services.py"),
        ("tests/house/test_server.py::test_e", "tests/house/test_server.py::test_e"),
    ],
)
def test_tests_that_share_something_go_to_one_worker(test: str, unit: str) -> None:
    assert ByFile._split_scope(None, test) == unit  # type: ignore[arg-type] # it asks nothing of itself


@pytest.mark.parametrize(
    ("worker", "order"), [(None, "plain, database, browser, server"), ("gw0", "server, browser, database, plain")]
)
def test_one_process_begins_with_the_fast_and_several_with_the_slow(
    monkeypatch: pytest.MonkeyPatch, worker: str | None, order: str
) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    if worker:
        monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
    marks = {"plain": [], "database": ["django_db"], "browser": ["django_db", "browser"], "server": ["server"]}
    items: list[Any] = [
        SimpleNamespace(name=name, nodeid=name, get_closest_marker=lambda mark, of=of: mark in of)
        for name, of in marks.items()
    ]
    in_turn(items)
    assert ", ".join(item.name for item in items) == order


def test_of_those_in_a_browser_the_story_of_the_demo_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    names = ["tests/browser/test_board.py::test_a", "tests/browser/test_user_story.py::test_b"]
    items: list[Any] = [
        SimpleNamespace(nodeid=name, get_closest_marker=lambda mark: mark == "browser") for name in names
    ]
    in_turn(items)
    assert [item.nodeid for item in items] == names[::-1]


def test_coverage_is_told_by_room_and_as_a_whole() -> None:
    names = ("covered_lines", "missing_lines", "covered_branches", "missing_branches")

    def row(*counts: int) -> dict[str, dict[str, int]]:
        return {"summary": dict(zip(names, counts, strict=True))}

    found = by_room({"geo/a.py": row(3, 1, 0, 2), "geo/api/b.py": row(3, 1, 1, 1), "accounts/c.py": row(2, 0, 0, 0)})
    assert list(found) == ["accounts", "geo", "all"]
    assert found == {"accounts": (1, 1), "geo": (0.75, 0.25), "all": (0.8, 0.25)}
