"""/api/v1/exchanges/: the same steps for programs, with what is left in every refusal."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from exchanges.models import Exchange
from exchanges.steps import STEPS
from tests.exchanges.makers import Story, slot
from tests.makers import make_organisation, make_user

pytestmark = pytest.mark.django_db
LIST = "/api/v1/exchanges/"


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, path: str, **given: Any) -> Any:
    return client.post(path, given, content_type="application/json")


def asking(story: Story, **more: Any) -> dict[str, Any]:
    return {"organisation": story.organisation.slug, "listing": story.listing.pk, "quantity": 10} | more


def test_a_program_brings_an_exchange_to_its_end() -> None:
    story = Story()
    owner, requester = as_(story.owner), as_(story.requester)
    made = post(requester, LIST, **asking(story, message="Tien graag", idempotency_key="a1"))
    assert made.status_code == 201, made.content
    again = post(requester, LIST, **asking(story, message="Tien graag", idempotency_key="a1"))
    other = post(requester, LIST, **asking(story, message="Tien graag", idempotency_key="a1") | {"quantity": 11})
    assert (other.status_code, other.json()["errors"][0]["field"]) == (409, "idempotency_key")
    assert again.json()["id"] == made.json()["id"]
    one = f"{LIST}{made.json()['id']}/"
    assert [step["step"] for step in owner.get(one).json()["open_steps"]] == ["accept", "counter", "decline"]
    for _twice in range(2):
        accepted = post(owner, f"{one}steps/", step="accept", idempotency_key="s1", version=1)
        assert (accepted.status_code, accepted.json()["state"], accepted.json()["version"]) == (200, "accepted", 2)
    start, end = (moment.isoformat() for moment in slot(3))
    post(owner, f"{one}steps/", step="propose_times", times=[{"start": start, "end": end}])
    (appointment,) = requester.get(one).json()["legs"][0]["appointments"]
    done = post(requester, f"{one}steps/", step="confirm_time", appointment=appointment["id"])
    assert done.json()["state"] == "scheduled"
    early = post(owner, f"{one}steps/", step="state_weight", method="weighed", kg=250)
    assert early.status_code == 400
    assert "De afspraak is pas" in early.content.decode()
    post(owner, f"{one}steps/", step="state_weight", method="weighed", kg=250, sure=True)
    done = post(requester, f"{one}steps/", step="confirm_weight")
    assert (done.json()["state"], done.json()["turn"], done.json()["deadline_at"]) == ("completed", "nobody", None)
    steps = requester.get(f"{one}steps/").json()["results"]
    assert [row["number"] for row in steps] == [1, 2, 3, 4, 5, 6]
    assert {row["cause"] for row in steps} == {"api"}


def test_more_than_is_free_and_a_step_too_late_are_409_and_say_so() -> None:
    story = Story()
    answer = post(as_(story.requester), LIST, **asking(story, quantity=41))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "quantity")
    assert "40\N{NO-BREAK SPACE}stuks" in answer.json()["detail"]
    assert answer.json()["free"] == 40
    exchange = story.ask()
    steps = f"{LIST}{exchange.pk}/steps/"
    assert post(as_(story.requester), steps, step="withdraw").status_code == 200
    answer = post(as_(story.owner), steps, step="accept")
    assert answer.status_code == 409
    assert "trok de aanvraag" in answer.json()["detail"]
    assert "free" not in answer.json()


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({"step": "accept", "quantity": 3}, 400, "quantity"),
        ({"step": "propose_times"}, 400, "times"),
        ({"step": "confirm_time", "appointment": 999}, 400, "appointment"),
        ({"step": "settle", "method": "weighed"}, 400, "quantity"),
        ({"step": "lapse"}, 400, "step"),
        ({"step": "accept", "key": "x"}, 400, "key"),
        ({"step": "decline"}, 400, "reason"),
        ({"step": "withdraw"}, 403, ""),
    ],
)
def test_a_step_that_makes_no_sense_is_refused_at_its_field(given: dict[str, Any], status: int, field: str) -> None:
    story = Story()
    exchange = story.ask()
    answer = post(as_(story.owner), f"{LIST}{exchange.pk}/steps/", **given)
    assert answer.status_code == status, answer.content
    assert not field or field in [row["field"] for row in answer.json()["errors"]]
    exchange.refresh_from_db()
    assert (exchange.state, exchange.version) == ("requested", 1)


def test_every_step_is_refused_to_strangers_and_changes_nothing() -> None:
    story = Story()
    exchange = story.ask()
    for name in STEPS:
        answer = post(as_(make_user()), f"{LIST}{exchange.pk}/steps/", step=name)
        assert answer.status_code == 404
    for path in (LIST, f"{LIST}{exchange.pk}/", f"{LIST}{exchange.pk}/steps/"):
        assert Client().get(path).status_code == 401
    exchange.refresh_from_db()
    assert exchange.version == 1


def test_a_list_has_pages_and_asks_as_much_for_many_as_for_few() -> None:
    reader = make_user()
    organisation, client, counts = make_organisation(reader), as_(reader), []
    for _round in range(2):
        for _number in range(3):
            story = Story()
            story.organisation, story.requester = organisation, reader
            story.ask()
        with CaptureQueriesContext(connection) as queries:
            assert len(client.get(LIST).json()["results"]) == Exchange.objects.count()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    first = client.get(f"{LIST}?page_size=4").json()
    rest = client.get(first["next"]).json()
    assert (len(first["results"]), len(rest["results"]), rest["next"]) == (4, 2, None)
    assert client.get(f"{LIST}?state=open").status_code == 400
    assert dt.datetime.fromisoformat(first["results"][0]["deadline_at"])
