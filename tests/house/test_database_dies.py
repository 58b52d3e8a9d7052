"""A database that dies in mid-request, on a server of its own: what was answered "ok" is there, and people go on."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.exchanges.makers import slot
from tests.house.running import free_port, own_redis, part, soon
from tests.house.test_replica import Machines, cluster

# Not for what it asks of the database: this one begins as a copy of it.
pytestmark = pytest.mark.django_db
MESSAGES, BEFORE, AT_ONCE = 200, 40, 4
#: An exchange with two sides who write, and by which token each program asks.
TALK = """
import json
from accounts.services import make_token
from tests.exchanges.makers import Story
story = Story()
tokens = [make_token(by=user) for user in (story.owner, story.requester)]
print(json.dumps({"exchange": story.accepted().pk, "tokens": tokens}))
"""


#: Lots, each with its owner and somebody who asks for ten of it: whose they are, and by which token each program asks.
TRADE = """
import json
from accounts.services import make_token
from tests.exchanges.makers import Story
stories = [Story() for _number in range({lots})]
print(json.dumps([
    {{"listing": story.listing.pk, "organisation": story.organisation.slug, "owner": make_token(by=story.owner),
      "requester": make_token(by=story.requester)}}
    for story in stories
]))
"""
LOTS, STEPS_BEFORE = 40, 30


def until_answered(asked: Request) -> tuple[Any, int]:
    """Ask until it is answered "ok": the answer, and how often somebody was told to try again."""
    ends, refused = time.monotonic() + 120, 0
    while time.monotonic() < ends:
        try:
            with urlopen(asked, timeout=15) as answer:
                return json.loads(answer.read()), refused
        except HTTPError as error:
            with error:
                if error.code != 503:
                    raise AssertionError(error.read().decode()) from None
        except (OSError, HTTPException):
            pass
        refused += 1
        time.sleep(0.2)
    raise AssertionError(f"{asked.full_url} was never answered")


def asking(machines: Machines, token: str, path: str, given: Any = None) -> tuple[Any, int]:
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
    body = None if given is None else json.dumps(given).encode()
    return until_answered(Request(f"{machines.url}/api/v1/exchanges/{path}", body, headers))


@dataclass(frozen=True)
class Talk:
    machines: Machines
    exchange: int
    tokens: list[str]

    def say(self, number: int) -> tuple[int, int]:
        """Send a message until it is answered "ok": its id, and how often somebody was told to try again."""
        given = {"text": f"Bericht {number}", "idempotency_key": f"b{number}"}
        answer, refused = asking(self.machines, self.tokens[number % 2], f"{self.exchange}/messages/", given)
        return int(answer["id"]), refused


@dataclass
class Trade:
    """Each lot is asked for, promised, and given an appointment. `taken` counts steps that were answered "ok"."""

    machines: Machines
    lots: list[dict[str, Any]]
    taken: int = 0
    refused: int = 0

    def play(self, number: int) -> int:
        """The exchange of a lot, from the request to the appointment."""
        lot = self.lots[number]
        asked = {"organisation": lot["organisation"], "listing": lot["listing"], "quantity": 10}
        exchange = int(self.take(lot["requester"], "", asked | {"idempotency_key": f"r{number}"})["id"])
        steps = f"{exchange}/steps/"
        self.take(lot["owner"], steps, {"step": "accept", "idempotency_key": f"a{number}"})
        start, end = (moment.isoformat() for moment in slot(3))
        times = {"step": "propose_times", "times": [{"start": start, "end": end}], "idempotency_key": f"t{number}"}
        (appointment,) = self.take(lot["owner"], steps, times)["legs"][0]["appointments"]
        chosen = {"step": "confirm_time", "appointment": appointment["id"], "idempotency_key": f"c{number}"}
        self.take(lot["requester"], steps, chosen)
        return exchange

    def take(self, token: str, path: str, given: dict[str, Any]) -> Any:
        answer, refused = asking(self.machines, token, path, given)
        self.taken, self.refused = self.taken + 1, self.refused + refused
        return answer


@pytest.fixture
def talk(django_db_setup: None) -> Iterator[Talk]:
    with running_site(TALK) as (machines, told):
        yield Talk(machines, **told)


@pytest.fixture
def trade(django_db_setup: None) -> Iterator[Trade]:
    with running_site(TRADE.format(lots=LOTS)) as (machines, told):
        yield Trade(machines, told)


@contextmanager
def running_site(script: str) -> Iterator[tuple[Machines, Any]]:
    """A database and a web server of their own; and what the script says that it made there."""
    with ExitStack() as running:
        made = running.enter_context(cluster())
        made.url = f"http://127.0.0.1:{free_port()}"
        redis = running.enter_context(own_redis(made.folder))
        made.start("primary")
        made.fill("primary")
        made.env = os.environ | {
            "DATABASE_URL": f"postgresql://werkstof@/werkstof?host={made.folder}/primary/run",
            "REDIS_URL": redis.url, "SITE_URL": made.url, "WEB_WORKERS": "1", "DEBUG": "0",
        }  # fmt: skip
        told = json.loads(made.manage("shell", "-v", "0", "-c", script).splitlines()[-1])
        web = [sys.executable, "-m", "gunicorn", "marketplace.wsgi", "--config", "marketplace/gunicorn.py"]
        running.enter_context(part(*web, "--bind", made.url[7:], env=made.env, log=made.folder / "web.log"))
        assert soon(lambda: _lives(made)), (made.folder / "web.log").read_text()[-3000:]
        yield made, told


def _lives(machines: Machines) -> bool:
    try:
        with urlopen(f"{machines.url}/health/live", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def kill_all_of(machines: Machines) -> None:
    """As a machine does that loses its power: every process of the database at once, and none is left behind."""
    postmaster = int((machines.folder / "primary/postgres/postmaster.pid").read_text().split()[0])
    children = [int(stat.parent.name) for stat in Path("/proc").glob("[0-9]*/stat") if _parent(stat) == postmaster]
    for process in (postmaster, *children):
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue
    assert soon(lambda: not any(_runs(process) for process in (postmaster, *children)))


def _parent(stat: Path) -> int:
    """Whose child a process is; 0 where it has ended meanwhile."""
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _runs(process: int) -> bool:
    """One that has ended, but that nobody has asked after yet, doesn't."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_nothing_that_was_answered_is_lost_and_nothing_is_there_twice(talk: Talk) -> None:
    """Given two who write without a break, each message until it is answered, when the database is killed and started
    again, then each message is there once, with its letter and its event.
    """
    with ThreadPoolExecutor(AT_ONCE) as people:
        said = [people.submit(talk.say, number) for number in range(MESSAGES)]
        assert soon(lambda: sum(one.done() for one in said) >= BEFORE)
        kill_all_of(talk.machines)
        talk.machines.start("primary")
        answers = [one.result() for one in said]
    # Somebody was told, and tried again.
    assert sum(refused for _id, refused in answers) > 0
    assert talk.machines.ask("primary", "SELECT pg_postmaster_start_time() > now() - interval '5 minutes'")
    stored: dict[str, Any] = talk.machines.ask(
        "primary", "SELECT json_object_agg(idempotency_key, id) FROM exchanges_message WHERE idempotency_key <> ''"
    )
    assert stored == {f"b{number}": message for number, (message, _refused) in enumerate(answers)}
    for table, what in (("letter", "template = 'exchange_message'"), ("event", "verb = 'exchange.message_sent'")):
        assert talk.machines.ask("primary", f"SELECT count(*) FROM journal_{table} WHERE {what}") == MESSAGES
    assert talk.machines.ask("primary", "SELECT count(*) FROM exchanges_message") == MESSAGES


def test_no_step_that_was_answered_is_lost_and_none_is_taken_twice(trade: Trade) -> None:
    """Given many who ask, promise and agree on a moment, each step until it is answered, when the database is killed
    and started again, then each exchange has its four steps once, with what is held, its events and its letters.
    """
    with ThreadPoolExecutor(AT_ONCE) as people:
        played = [people.submit(trade.play, number) for number in range(LOTS)]
        assert soon(lambda: trade.taken >= STEPS_BEFORE)
        kill_all_of(trade.machines)
        trade.machines.start("primary")
        exchanges = [one.result() for one in played]
    # Somebody was told, and tried again.
    assert trade.refused > 0
    assert len(set(exchanges)) == LOTS

    def found(what: str) -> Any:
        return trade.machines.ask("primary", f"SELECT {what}")

    assert found("json_agg(id ORDER BY id) FROM exchanges_exchange") == sorted(exchanges)
    assert found("json_agg(DISTINCT (state || version)) FROM exchanges_exchange") == ["scheduled4"]
    assert found("count(*) FROM exchanges_exchangestep") == 4 * LOTS
    assert found("count(DISTINCT (exchange_id, number)) FROM exchanges_exchangestep") == 4 * LOTS
    assert found("json_agg(DISTINCT held::int) FROM listings_balance") == [10]
    assert found("count(*) FROM listings_reservation WHERE state = 'held'") == LOTS
    for verb in ("requested", "accepted", "times_proposed", "time_confirmed"):
        assert found(f"count(*) FROM journal_event WHERE verb = 'exchange.{verb}'") == LOTS, verb
    # Each exchange told as many people as any other.
    letters = (
        "json_agg(DISTINCT told) FROM (SELECT count(*) AS told FROM journal_letter WHERE template = 'exchange_step' "
        "GROUP BY subject_id) AS by_exchange"
    )
    assert len(found(letters)) == 1
    assert found(letters)[0] >= 4
