"""Whose turn it is: its page, one's own list, a hub's board, call list and file, and the API all say the same."""

import csv
import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import HubStaff, User
from exchanges.enums import ExchangeState, Turn
from exchanges.models import Exchange
from exchanges.steps import STATES
from exchanges.turns import turn_at, turn_is
from geo.models import Hub
from tests.exchanges.makers import Story
from tests.makers import make_user

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read(response: Any) -> str:
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def end_at(exchange: Exchange, moment: dt.datetime) -> None:
    """As if its appointment ended then. No reminder has been sent since."""
    Exchange.objects.filter(pk=exchange.pk).update(deadline_at=moment + STATES[ExchangeState.SCHEDULED].lasts)


def said_of(story: Story, staff: Client, board: str) -> dict[str, Any]:
    """Who is to act on its exchange, in each place that says so."""
    exchange, path = story.exchange, f"/api/v1/exchanges/{story.exchange.pk}/"
    names = [story.listing.organisation.name, story.organisation.name]
    page = read(staff.get(board))
    calls = page[page.index("Bellijst") :] if "Bellijst" in page else ""
    rows = list(csv.reader(read(staff.get(f"{board}tabel.csv")).lstrip("\N{BOM}").splitlines(), delimiter=";"))
    (row,) = [row for row in rows if row[0] == str(exchange.pk)]
    mine = as_(story.owner)
    (listed,) = mine.get("/api/v1/exchanges/").json()["results"]
    return {
        "page": "Jullie zijn allebei aan zet." in read(mine.get(f"/uitwisselingen/{exchange.pk}/")),
        "own list": "jij bent aan zet" in read(mine.get("/mijn/uitwisselingen/")),
        "call list": all(name in calls for name in names),
        "file": row[6] == ", ".join(names),
        "api list": listed["turn"] == "both",
        "api": mine.get(path).json()["turn"] == "both",
    }


def test_from_the_end_of_an_appointment_every_place_says_that_both_are_to_act() -> None:
    ended, coming, asked = Story(), Story(), Story()
    for story in (ended, coming):
        story.scheduled()
    asked.ask()
    staff, hub = make_user(), Hub.objects.get(pk=ended.listing.hub_ids[0])
    HubStaff.objects.create(hub=hub, user=staff, role="editor")
    client, board = as_(staff), f"/hubs/{hub.slug}/uitwisselingen/"
    now = timezone.now()
    for story in (ended, coming):
        end_at(story.exchange, now + HOUR)
    assert set(said_of(ended, client, board).values()) == {False}
    end_at(ended.exchange, now - HOUR)
    ended.exchange.refresh_from_db()
    assert ended.exchange.turn == "nobody", "the row is written by the first reminder only"
    said = said_of(ended, client, board)
    assert (len(said), set(said.values())) == (6, {True}), said
    assert set(said_of(coming, client, board).values()) == {False}
    order = re.findall(r'<th scope="row"[^>]*><a href="/uitwisselingen/(\d+)/"', read(client.get(board)))
    assert order[-1] == str(coming.exchange.pk), "what waits for its day comes last"
    assert len(order) == 3


def test_a_query_says_of_each_what_its_row_says() -> None:
    states = (
        "ask",
        "countered",
        "accepted",
        "proposed",
        "scheduled",
        "handed_over",
        "completed",
        "no_show",
        "disputed",
    )
    for state in states:
        getattr(Story(), state)()
    found = list(Exchange.objects.all())
    assert len(found) == len(states)
    (scheduled,) = [one for one in found if one.state == "scheduled"]
    assert scheduled.deadline_at is not None
    end = scheduled.deadline_at - STATES[ExchangeState.SCHEDULED].lasts
    seen = set()
    for at in (end - HOUR, end, end + HOUR, end + dt.timedelta(days=12)):
        expected = {turn: {one.pk for one in found if turn_at(one, at) == turn} for turn in Turn}
        queried = {turn: set(Exchange.objects.filter(turn_is(turn, at)).values_list("pk", flat=True)) for turn in Turn}
        assert queried == expected
        seen.add(turn_at(scheduled, at))
    assert seen == {Turn.NOBODY, Turn.BOTH}
    assert sum(bool(rows) for rows in queried.values()) == len(Turn)
