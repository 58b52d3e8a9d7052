"""Several workers and people at the same moment, each with a connection of their own: nothing is told twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection

from alerts import services
from alerts.digests import send_due
from alerts.enums import Topic
from alerts.models import Alert, SavedSearch, WaitingListing
from alerts.telling import tell_of
from listings import services as listings
from tests.alerts.makers import NOON, letters_to, saved, told, waits
from tests.makers import published

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_waits() -> None:
    """What earlier tests left behind: no constraint takes it along."""
    WaitingListing.objects.all().delete()


def at_once(tasks: list[Callable[[], Any]]) -> list[Any]:
    """Do all of it at the same moment."""
    start = Barrier(len(tasks))

    def do(task: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return task()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(do, tasks))


def tell(listing_id: int) -> int:
    return tell_of(listing_id=listing_id, topic=Topic.SEARCHES, at=NOON)


def test_two_workers_tell_of_one_listing_once() -> None:
    owners = [saved().owner for _number in range(20)]
    listing = published()
    counts = at_once([lambda: tell(listing.pk)] * 4)
    assert sorted(counts) == [0, 0, 0, 20]
    assert all(told(owner) == [listing.pk] for owner in owners)


def test_workers_that_write_letters_together_write_each_once() -> None:
    owners = [saved().owner for _number in range(30)]
    for _number in range(4):
        tell(published().pk)
    at_once([lambda: send_due(at=NOON)] * 4)
    while send_due(at=NOON):
        pass
    assert [len(letters_to(owner)) for owner in owners] == [1] * 30
    assert not Alert.objects.unsent().exists()


def test_what_changes_while_it_is_told_waits_again_or_was_told_as_it_is() -> None:
    saved()
    for _number in range(8):
        listing = published()
        maker = listing.maker  # type: ignore[attr-defined]
        change = partial(listings.update_listing, by=maker, listing=listing, title="Paletten")
        at_once([partial(tell, listing.pk), change, partial(tell, listing.pk)])
        tell(listing.pk)
        assert not waits(listing)
    assert Alert.objects.count() == 8


def tell_unless_gone(listing_id: int) -> None:
    with suppress(IntegrityError):
        tell(listing_id)


def test_a_search_that_goes_while_it_is_told_of_harms_nothing() -> None:
    """A worker that lost the race leaves the listing waiting, for the minute's task."""
    for _number in range(6):
        search, stays, listing = saved(), saved(), published()
        at_once([
            partial(tell_unless_gone, listing.pk),
            partial(services.delete_search, by=search.owner, search=search),
        ])  # fmt: skip
        tell(listing.pk)
        assert told(stays.owner) == [listing.pk]
        assert not waits(listing)
        stays.delete()
    assert not SavedSearch.objects.exists()
