"""In which order tests run, and which of them stay together where several workers share them."""

import os
from pathlib import PurePosixPath

import pytest
from xdist.scheduler.loadscope import LoadScopeScheduling

#: These tests share nothing, and each takes long: they need not wait for each other.
APART = "tests/house/test_server.py"
#: Of those in a browser the first: it tells what people find who come to the demo as it is, before others post in it.
FIRST = "tests/browser/test_user_story.py"


def turn(item: pytest.Item) -> int:
    """What needs no database, what does, what needs a browser, what starts all that there is."""
    if item.get_closest_marker("server"):
        return 3
    if item.get_closest_marker("browser"):
        return 2
    return 1 if item.get_closest_marker("django_db") else 0


def in_turn(items: list[pytest.Item]) -> None:
    """Fast first, to hear soon of a mistake; but several workers begin with the slow, so that they end together."""
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))
    items.sort(key=turn, reverse="PYTEST_XDIST_WORKER" in os.environ)


class ByFile(LoadScopeScheduling):
    """A file's tests go to one worker: what the file made once, such as thousands of rows, serves all of them.

    All tests in a browser go to one worker too, for they share a site that runs.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::")[0]
        if PurePosixPath(path).is_relative_to("tests/browser"):
            return "tests/browser"
        return nodeid if path == APART else path
