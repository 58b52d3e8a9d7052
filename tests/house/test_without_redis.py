"""The web server while Redis is stopped or hangs and the mail server hangs: people go on, and nothing is lost."""

import datetime as dt
import json
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.services import make_token
from exchanges.models import Exchange
from journal.enums import LetterState
from journal.models import Letter
from journal.tasks import send_waiting_letters
from listings.models import ImportState, Listing, ListingImport
from matching.models import Match
from tests.exchanges.makers import Story, slot
from tests.house.running import (
    Redis,
    Visitor,
    environment,
    free_port,
    listens,
    own_redis,
    part,
    short_folder,
    soon,
    static_file,
    web_server,
    worker,
)
from tests.journal.mail_server import mail_server
from tests.makers import make_organisation, make_user, published

pytestmark = pytest.mark.django_db(transaction=True)
#: What one request may wait for a Redis that hangs, with the time that pages take on a busy machine.
PATIENCE_S = 8.0
#: A request after the process knows that Redis hangs.
PROMPT_S = 2.0
WORD = "geheim-woord-1"


@dataclass
class Site:
    folder: Path
    url: str
    redis: Redis
    given: dict[str, str]

    def visitor(self) -> Visitor:
        return Visitor(self.url)


@contextmanager
def running() -> Iterator[Site]:
    """A web server with a Redis of its own; the mail server takes connections and says nothing."""
    with short_folder() as folder, own_redis(folder) as redis, socket.create_server(("127.0.0.1", 0)) as mute:
        port = free_port()
        given = {
            "REDIS_URL": redis.url,
            "WERKSTOF_VAR": str(folder),
            "EMAIL_URL": f"smtp://127.0.0.1:{mute.getsockname()[1]}",
        }
        with web_server(folder, bind=f"127.0.0.1:{port}", **given):
            made = Site(folder, f"http://127.0.0.1:{port}", redis, given)
            assert soon(lambda: listens(port)), (folder / "web.log").read_text()
            assert made.visitor().get("/over/")[0] == 200
            yield made


@pytest.fixture
def site(transactional_db: None) -> Iterator[Site]:
    with running() as made:
        yield made


@pytest.fixture(scope="module", params=["stopped", "hangs"])
def without_redis(request: pytest.FixtureRequest, django_db_setup: None) -> Iterator[Site]:
    """Redis ends without a word, or stays and answers nothing."""
    with running() as made:
        if request.param == "stopped":
            made.redis.kill()
        else:
            made.redis.process.send_signal(signal.SIGSTOP)  # type: ignore[union-attr]
        yield made


@pytest.fixture
def member(settings: Any) -> User:
    # As the web server hashes it, which is no part of this test.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    user = make_user()
    user.set_password(WORD)
    user.save()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)  # type: ignore[attr-defined]
    return user


@pytest.fixture
def company(member: User) -> Organisation:
    return make_organisation(member)


def log_in(visitor: Visitor, member: User) -> int:
    return visitor.post("/account/login/", {"login": member.email, "password": WORD})[0]


def test_the_map_and_pages_answer(without_redis: Site) -> None:
    visitor = without_redis.visitor()
    for path in (
        "/", "/tiles/hubs/8/131/85.mvt", "/tiles/municipalities/8/131/85.mvt", "/tiles/hubs.json",
        "/tiles/listings/8/131/85.mvt", static_file("build/app.css"), "/hubs/", "/api/v1/search/?lat=51.05&lon=3.72",
        "/account/login/", "/account/signup/", "/account/password/reset/", "/health/ready",
    ):  # fmt: skip
        status, _body, _headers = visitor.get(path)
        # An empty tile has no content.
        assert status in (200, 204), path
        assert visitor.took_s < PATIENCE_S, path
    # The process has learnt by now that Redis is away.
    visitor.get("/tiles/hubs/9/262/170.mvt")
    assert visitor.get("/tiles/hubs/9/262/171.mvt")[0] == 200
    assert visitor.took_s < PROMPT_S


def test_people_sign_up_log_in_and_ask_for_a_new_password(without_redis: Site, member: User) -> None:
    visitor = without_redis.visitor()
    status, _body, headers = visitor.post(
        "/account/signup/", {"email": "nieuw@test.example", "password1": "lang genoeg 1"}
    )
    assert (status, headers["Location"]) == (302, "/account/confirm-email/")
    assert visitor.took_s < PATIENCE_S
    assert without_redis.visitor().post("/account/password/reset/", {"email": member.email})[0] == 302
    assert log_in(visitor, member) == 302
    assert visitor.get("/mijn/account/")[0] == 200
    letters = Letter.objects.filter(recipient__in=["nieuw@test.example", member.email])
    assert sorted(letter.template for letter in letters) == ["email_confirmation", "password_reset"]
    assert {letter.state for letter in letters} == {LetterState.QUEUED}


def test_wrong_passwords_are_still_counted(without_redis: Site, member: User) -> None:
    """By each process in its own memory; this server has one."""
    said = []
    for _ in range(6):
        data = {"login": member.email, "password": "verkeerd-woord"}
        status, body, _headers = without_redis.visitor().post("/account/login/", data)
        said.append(status == 429 or "Te veel inlogpogingen" in body.decode())
    assert said == [False] * 5 + [True]


CSV = "materiaal;aantal;eenheid;lat;lon\nhouten paletten;40;stuks;51.05;3.71\n"


def form_with(text: str) -> tuple[bytes, str]:
    """A form with a file, and its type."""
    body = (
        '--edge\r\nContent-Disposition: form-data; name="file"; filename="lijst.csv"\r\n'
        f"Content-Type: text/csv\r\n\r\n{text}\r\n--edge--\r\n"
    )
    return body.encode(), "multipart/form-data; boundary=edge"


def test_a_file_waits_and_is_taken_up_when_redis_is_back(site: Site, member: User, company: Organisation) -> None:
    visitor = site.visitor()
    assert log_in(visitor, member) == 302
    site.redis.kill()
    body, kind = form_with(CSV)
    status, _body, headers = visitor.post(f"/organisatie/{company.slug}/import/", body, Content_Type=kind)
    assert status == 302
    assert visitor.took_s < PATIENCE_S
    assert visitor.get(headers["Location"])[0] == 200
    made = ListingImport.objects.get()
    assert made.state == ImportState.WAITING
    # Beat would ask every minute; what waits that long counts as lost on its way.
    ListingImport.objects.update(touched_at=timezone.now() - dt.timedelta(minutes=10))
    site.redis.start()
    with worker(site.folder, **site.given):
        send(site, "listings.imports.tasks.resume_imports")
        assert soon(lambda: ListingImport.objects.get().state == ImportState.CHECKED), (
            ListingImport.objects.get().mistakes
        )


def test_workers_go_on_after_redis_was_away(site: Site) -> None:
    with worker(site.folder, pool="prefork", **site.given):
        send(site, "listings.tasks.expire_listings")
        site.redis.kill()
        supply, demand = published(), published("demand")
        site.redis.start()
        # What beat asks each minute.
        assert soon(lambda: sent_and_done(site, supply, demand))


def sent_and_done(site: Site, supply: Listing, demand: Listing) -> bool:
    send(site, "matching.pairs.tasks.pair_waiting")
    return Match.objects.filter(supply=supply, demand=demand).exists()


def send(site: Site, task: str) -> None:
    """Put a task on, as beat does: from a process of its own."""
    command = ["celery", "-A", "marketplace", "call", task]
    with part(*command, env=environment(**site.given), log=site.folder / "call.log") as process:
        assert process.wait(timeout=60) == 0, (site.folder / "call.log").read_text()


def test_steps_of_an_exchange_are_answered_and_told_once_when_redis_is_back(site: Site, settings: Any) -> None:
    story = Story()
    tokens = {user: make_token(by=user) for user in (story.owner, story.requester)}

    def take(by: User, path: str, **given: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Token {tokens[by]}", "Content-Type": "application/json"}
        asked = Request(f"{site.url}/api/v1/exchanges/{path}", json.dumps(given).encode(), headers)
        begun = time.monotonic()
        with urlopen(asked, timeout=60) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        assert time.monotonic() - begun < PATIENCE_S
        return found

    site.redis.kill()
    made = take(
        story.requester, "", organisation=story.organisation.slug, listing=story.listing.pk, quantity=10,
        message="Tien graag.",
    )  # fmt: skip
    steps = f"{made['id']}/steps/"
    assert take(story.owner, steps, step="accept")["state"] == "accepted"
    start, end = (moment.isoformat() for moment in slot(3))
    (appointment,) = take(story.owner, steps, step="propose_times", times=[{"start": start, "end": end}])["legs"][0][
        "appointments"
    ]
    assert take(story.requester, steps, step="confirm_time", appointment=appointment["id"])["state"] == "scheduled"
    take(story.owner, f"{made['id']}/messages/", text="Tot dan.")
    letters = Letter.objects.all()
    assert len(letters) >= 5
    assert {letter.state for letter in letters} == {LetterState.QUEUED}
    site.redis.start()
    # What beat asks each minute, and a second worker asks as well.
    with mail_server(settings) as server:
        for _twice in range(2):
            send_waiting_letters()
    assert sorted(one["Message-ID"] for one in server.taken) == sorted(letter.message_id for letter in letters)
    assert set(Letter.objects.values_list("state", flat=True)) == {LetterState.SENT}
    assert Exchange.objects.get().steps.count() == 4
