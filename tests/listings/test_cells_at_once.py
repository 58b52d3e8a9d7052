"""Cells are counted right when several count and others write at the same time, each over a connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from listings import services
from listings.models import Listing, ListingCell, ListingCellChange
from listings.search import cells
from tests.makers import published

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """What each returned; the first error of any is raised."""
    start, outcomes, errors = threading.Barrier(len(tasks)), list[Any](), list[Exception]()

    def run(task: Callable[[], Any]) -> None:
        try:
            start.wait(timeout=10)
            outcomes.append(task())
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    if errors:
        raise errors[0]
    return outcomes


def counts() -> set[tuple[Any, ...]]:
    fields = ("hub_id", "material_spans", "cell", "kind", "count", "sum_id", "sum_x", "sum_y")
    return {tuple(map(str, row)) for row in ListingCell.objects.values_list(*fields)}


def test_two_folds_at_once_count_each_change_once() -> None:
    for step in range(6):
        published(at=(51.0 + step / 100, 3.7))
    taken = at_once(cells.fold_cells, cells.fold_cells)
    assert sorted(taken) == [0, 6]
    assert sum(cell.count for cell in ListingCell.objects.filter(hub_id=0, material_spans="{}")) == 6 * len(
        cells.LEVELS
    )


def test_folds_miss_nothing_of_what_is_written_meanwhile() -> None:
    listings = [published(at=(51.0 + step / 100, 3.7)) for step in range(6)]

    def withdraw(some: list[Listing]) -> None:
        for listing in some:
            services.withdraw_listing(by=listing.maker, listing=listing)  # type: ignore[attr-defined]

    def fold_often() -> None:
        for _number in range(5):
            cells.fold_cells()

    at_once(fold_often, fold_often, lambda: withdraw(listings[:2]), lambda: withdraw(listings[2:4]))
    cells.fold_cells()
    assert not ListingCellChange.objects.exists()
    folded = counts()
    assert cells.recount_cells() == 2
    assert counts() == folded
