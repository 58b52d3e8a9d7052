"""Which reads may be old, and how old a replica is. With real servers: tests/house/test_replica.py."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User
from listings.models import Listing
from marketplace.old_reads import MAY_BE_OLD, OldReadsRouter
from marketplace.replicas import SETTLED_AFTER_S, PrimaryPositions
from marketplace.settings import database, replica


def _names(of: URLResolver) -> Iterator[str]:
    for pattern in of.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or ""
        else:
            yield from _names(pattern)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr("marketplace.replicas.time.monotonic", lambda: now[0])
    return now


def test_every_address_whose_answer_may_be_old_exists() -> None:
    assert set(_names(get_resolver())) >= MAY_BE_OLD


def test_a_replica_is_as_old_as_the_newest_position_that_it_holds(clock: list[float]) -> None:
    positions = PrimaryPositions()
    positions.note(100.0, 5_000)
    positions.note(101.0, 6_000)
    clock[0] = 103.0
    assert positions.lag_s(6_000) == 2.0
    assert positions.lag_s(5_999) == 3.0
    assert positions.lag_s(4_999) is None


def test_a_replica_that_is_cut_off_grows_old_although_nothing_reaches_it(clock: list[float]) -> None:
    positions = PrimaryPositions()
    positions.note(100.0, 5_000)
    for second in range(1, 40):
        clock[0] = 100.0 + second
        positions.note(clock[0], 5_000 + second)
        lag_s = positions.lag_s(5_000)
        assert lag_s == (second if second <= SETTLED_AFTER_S else None)


def test_on_a_quiet_primary_a_replica_stays_young(clock: list[float]) -> None:
    positions = PrimaryPositions()
    positions.note(100.0, 5_000)
    clock[0] = 4_000.0
    positions.note(4_000.0, 5_000)
    assert positions.lag_s(5_000) == 0.0


def test_outside_such_a_request_everything_reads_from_the_primary() -> None:
    router = OldReadsRouter()
    assert [router.db_for_read(model) for model in (Listing, User)] == ["default", "default"]
    assert router.db_for_write(Listing) == "default"
    assert not router.allow_migrate("replica_1", "listings")


def test_a_replica_is_spoken_to_as_the_primary_is_but_with_less_patience() -> None:
    address = "postgresql://werkstof@db.example/werkstof"
    primary, other = database(address)["OPTIONS"], replica(address)["OPTIONS"]
    assert isinstance(primary, dict)
    assert isinstance(other, dict)
    same = {"server_side_binding", "prepare_threshold", "options"}
    assert {name: primary[name] for name in same} == {name: other[name] for name in same}
    assert other["pool"]["max_size"] == primary["pool"]["max_size"]
    assert other["pool"]["timeout"] < 1 < primary["pool"]["timeout"]
