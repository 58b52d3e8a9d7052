"""A child process reads what strangers send, and takes no more than it may."""

import tempfile
import time
from collections.abc import Iterator
from typing import IO

import pytest

from sandbox.limited import Limits, Refused, Stopped, Why, run_limited

LIMITS = Limits(memory_bytes=500_000_000, cpu_s=1, answer_bytes=10_000_000)


@pytest.fixture
def file() -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as given:
        given.write(b"balken")
        given.flush()
        yield given


def ask(name: str, file: IO[bytes], limits: Limits = LIMITS) -> bytes:
    return run_limited(f"tests.sandbox.readers:{name}", file, limits)


def test_a_child_answers_what_its_function_answers(file: IO[bytes]) -> None:
    assert ask("shout", file) == b"BALKEN!"
    more = run_limited("tests.sandbox.readers:shout", file, LIMITS, arguments={"mark": "?"})
    assert more == b"BALKEN?"


def test_a_refusal_comes_back_with_its_values(file: IO[bytes]) -> None:
    with pytest.raises(Refused) as refusal:
        ask("refuse", file)
    assert (refusal.value.code, refusal.value.values) == ("too-long", {"length": 6})


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("hoard", Why.MEMORY),
        ("spin", Why.TIME),
        ("flood", Why.ANSWER),
        ("abort", Why.CRASH),
        ("stumble", Why.CRASH),
    ],
)
def test_a_child_that_takes_too_much_or_dies_says_why(file: IO[bytes], name: str, why: Why) -> None:
    with pytest.raises(Stopped) as stop:
        ask(name, file)
    assert stop.value.why == why


def test_a_child_that_waits_for_ever_is_ended(file: IO[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.limited._PATIENCE", 2)
    began = time.monotonic()
    with pytest.raises(Stopped) as stop:
        ask("wait", file)
    assert stop.value.why == Why.TIME
    assert time.monotonic() - began < 20


def test_who_stops_meanwhile_ends_the_child(file: IO[bytes]) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_limited("tests.sandbox.readers:wait", file, LIMITS, meanwhile=stop)


def test_a_child_knows_no_secrets(file: IO[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for strangers")
    names = ask("environment", file).decode().split()
    assert "LC_ALL" in names
    assert not {"SECRET_KEY", "DATABASE_URL", "REDIS_URL"} & set(names)
