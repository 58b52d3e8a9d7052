"""Food and its date: nobody meets for it after its best-before date without having read that, nor after its use-by
date at all; both sides read it on the page, in the letter and in the API.
"""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client

from accounts.models import User
from exchanges import services
from exchanges.models import Exchange
from journal.letter_text import render_letter
from journal.models import Letter
from listings.models import Listing
from tests.exchanges.makers import Story, slot, times_of
from tests.makers import material

pytestmark = pytest.mark.django_db
WORDS = "De THT-datum is"


def yoghurt(kind: str = "best_before", days: int = 3) -> Story:
    """In short supply of days: it is best before, or is to be used by, so many days from now."""
    return Story(
        material=material("food-dairy"), unit="kg", food_date_kind=kind, food_date=slot(days)[0].date(),
        food_storage="chilled", allergens=["milk"],
    )  # fmt: skip


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read(response: Any) -> str:
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def take(client: Client, exchange: Exchange, name: str, **given: Any) -> Any:
    exchange.refresh_from_db()
    side = "requester" if name == "confirm_time" else "owner"
    seen = {"version": exchange.version, "key": f"{name}-{exchange.version}-{len(given)}", "side": side}
    return client.post(f"/uitwisselingen/{exchange.pk}/stap/{name}/", seen | given)


def on(day: dt.datetime) -> dict[str, str]:
    return {"day_1": day.date().isoformat(), "from_1": "10:00", "to_1": "12:00"}


def test_a_moment_after_the_best_before_date_is_asked_about_by_whoever_proposes_and_whoever_chooses_it() -> None:
    story = yoghurt()
    exchange = story.accepted()
    owner, requester, path = as_(story.owner), as_(story.requester), f"/uitwisselingen/{exchange.pk}/"
    for client, name, given in (
        (owner, "propose_times", on(slot(4)[0])),
        (requester, "confirm_time", {}),
    ):
        choice = {"appointment": times_of(exchange)[0].pk} if name == "confirm_time" else given
        before = exchange.steps.count()
        asked = take(client, exchange, name, **choice)
        page = read(asked)
        assert (asked.status_code, exchange.steps.count()) == (409, before)
        assert WORDS in page
        assert "kijk, ruik en proef" in page
        assert page.count('type="checkbox" name="sure"') == 1
        assert take(client, exchange, name, **choice, sure="on").status_code == 302
    exchange.refresh_from_db()
    assert exchange.state == "scheduled"
    for client in (owner, requester):
        assert WORDS in read(client.get(path))
    told = [one for one in Letter.objects.of_template("exchange_step") if WORDS in render_letter(one).text]
    assert {one.data["state"] for one in told} == {"gereserveerd", "afgesproken"}
    # That what the date says is past, is no news once it went along.
    services.state_weight(
        by=story.owner, exchange=exchange, method="weighed", kg=exchange.legs.get().quantity, at=slot(5)[1], sure=True
    )
    assert WORDS not in read(owner.get(path))


def test_a_moment_by_the_best_before_date_is_not_asked_about() -> None:
    story = yoghurt()
    exchange = story.accepted()
    owner, path = as_(story.owner), f"/uitwisselingen/{exchange.pk}/"
    assert take(owner, exchange, "propose_times", **on(slot(3)[0])).status_code == 302
    choice = {"appointment": times_of(exchange)[0].pk}
    assert take(as_(story.requester), exchange, "confirm_time", **choice).status_code == 302
    assert WORDS not in read(owner.get(path))
    assert owner.get(f"/api/v1/exchanges/{exchange.pk}/").json()["late_food"] is None
    assert not any(WORDS in render_letter(one).text for one in Letter.objects.of_template("exchange_step"))


def test_the_api_asks_the_same_and_shows_it() -> None:
    story = yoghurt()
    exchange = story.accepted()
    path = f"/api/v1/exchanges/{exchange.pk}/"
    start, end = (moment.isoformat() for moment in slot(4))
    proposing = (story.owner, {"step": "propose_times", "times": [{"start": start, "end": end}]})
    confirming: tuple[User, dict[str, Any]] = (story.requester, {"step": "confirm_time"})
    for user, body in (proposing, confirming):
        if body["step"] == "confirm_time":
            body["appointment"] = times_of(exchange)[0].pk
        client = as_(user)
        refused = client.post(f"{path}steps/", body, content_type="application/json")
        assert (refused.status_code, [row["field"] for row in refused.json()["errors"]]) == (400, ["sure"])
        assert WORDS in refused.json()["errors"][0]["message"]
        done = client.post(f"{path}steps/", body | {"sure": True}, content_type="application/json")
        assert done.status_code == 200
        assert WORDS in done.json()["late_food"]


def test_a_use_by_date_that_was_given_since_a_moment_was_proposed_keeps_it_from_being_chosen() -> None:
    story = yoghurt("use_by", days=4)
    exchange = story.proposed()
    Listing.objects.filter(pk=story.listing.pk).update(
        food_date=slot(3)[0].date() - dt.timedelta(days=1), available_until=slot(3)[0].date() - dt.timedelta(days=1)
    )
    with pytest.raises(ValidationError, match="TGT-datum"), transaction.atomic():
        services.confirm_time(
            by=story.requester, exchange=exchange, appointment=times_of(exchange)[0], sure=True, at=story.at
        )
    page = read(as_(story.owner).get(f"/uitwisselingen/{exchange.pk}/"))
    assert "De TGT-datum is" in page
    refused = take(as_(story.requester), exchange, "confirm_time", appointment=times_of(exchange)[0].pk)
    assert refused.status_code == 409
    assert "kies een moment tot en met die dag" in read(refused)
