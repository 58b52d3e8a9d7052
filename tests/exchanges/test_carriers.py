"""Waste is handed over once somebody has said who carries it; food is never handed over after its use-by date."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from exchanges import services
from exchanges.models import Carrier, Exchange
from exchanges.open_steps import open_steps
from listings.balances.periods import monday_of
from tests.exchanges.makers import Story, slot
from tests.makers import TODAY, material, published

pytestmark = pytest.mark.django_db

WASTE: dict[str, Any] = {"declared_status": "waste", "eural_code": "150103"}
SAID: dict[str, Any] = {"name": "Vervoer De Kikker", "registration": "VL 0417"}


def weigh(story: Story, exchange: Exchange) -> Exchange:
    return services.state_weight(
        by=story.owner, exchange=exchange, method="weighed", kg=Decimal(250), at=story.after()
    )


def say(story: Story, exchange: Exchange, **said: Any) -> Exchange:
    return services.state_carrier(by=story.owner, exchange=exchange, at=story.at, **(SAID | said))


def names_of(exchange: Exchange, story: Story) -> list[str]:
    return [one.name for one in open_steps(exchange, exchange.legs.get(), story.owner, timezone.now())]


def test_waste_is_handed_over_after_somebody_said_who_carries_it() -> None:
    story = Story(**WASTE)
    exchange = story.scheduled()
    assert {"state_carrier", "state_weight"} & set(names_of(exchange, story)) == {"state_carrier"}
    with pytest.raises(ValidationError, match="wie het vervoert"), transaction.atomic():
        weigh(story, exchange)
    exchange = say(story, exchange)
    assert exchange.state == "scheduled"
    assert {"state_carrier", "state_weight"} <= set(names_of(exchange, story))
    assert exchange.steps.last().step == "exchange.carrier_stated"  # type: ignore[union-attr]
    assert weigh(story, exchange).state == "handed_over"


def test_a_later_answer_takes_the_place_of_the_first() -> None:
    story = Story(**WASTE)
    exchange = say(story, story.accepted())
    services.state_carrier(
        by=story.requester, exchange=exchange, name="Onze wagen", exemption="own_waste", at=story.at
    )
    carrier = Carrier.objects.get()
    assert (carrier.registration, carrier.stated_by) == ("", "requester")
    assert str(carrier) == "Onze wagen (vervoert enkel eigen afval)"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": " \u200b"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"registration": ""}, "registration"),
        ({"registration": "9" * 41}, "registration"),
        ({"exemption": "own_waste"}, "registration"),
        ({"registration": "", "exemption": "geen zin"}, "exemption"),
    ],
)
def test_a_carrier_has_a_name_and_a_number_or_a_reason(said: dict[str, str], field: str) -> None:
    story = Story(**WASTE)
    exchange = story.accepted()
    with pytest.raises(ValidationError) as error, transaction.atomic():
        say(story, exchange, **said)
    assert list(error.value.message_dict) == [field]
    assert not Carrier.objects.exists()


def test_the_database_keeps_carriers_registered_or_exempt() -> None:
    story = Story(**WASTE)
    say(story, story.accepted())
    with pytest.raises(IntegrityError, match="carrier_registered_or_exempt"), transaction.atomic():
        Carrier.objects.update(registration="")


def test_what_isn_t_waste_asks_for_no_carrier() -> None:
    story = Story()
    exchange = story.scheduled()
    assert "state_carrier" not in names_of(exchange, story)
    with pytest.raises(ValidationError, match="niet als afval"), transaction.atomic():
        say(story, exchange)
    assert weigh(story, exchange).state == "handed_over"


def test_waste_that_answers_a_demand_asks_for_a_carrier_too() -> None:
    story = Story("demand")
    waste = published(by=story.requester, organisation=story.organisation, **WASTE)
    story.ask(matched=waste)
    exchange = story.accepted()
    with pytest.raises(ValidationError, match="wie het vervoert"), transaction.atomic():
        weigh(story, exchange)
    assert weigh(story, say(story, exchange)).state == "handed_over"


def week_asked_for(**supply: Any) -> Story:
    """Somebody asks for the week of a service in which they bring their own supply; the service says yes."""
    story = Story("service")
    own = published(by=story.requester, organisation=story.organisation, **supply)
    story.ask(matched=own, period=monday_of(slot(3)[0].date()))
    return story


def test_waste_that_is_brought_to_a_service_asks_for_a_carrier_too() -> None:
    story = week_asked_for(**WASTE)
    exchange = story.accepted()
    client, path = Client(), f"/uitwisselingen/{exchange.pk}/"
    client.force_login(story.owner)
    assert "Dit is afval. Zeg voor de overdracht wie het vervoert" in client.get(path).content.decode()
    with pytest.raises(ValidationError, match="wie het vervoert"), transaction.atomic():
        weigh(story, exchange)
    exchange = say(story, exchange)
    assert "Vervoer De Kikker (VL 0417)" in client.get(path).content.decode()
    assert weigh(story, exchange).state == "handed_over"


def test_what_is_brought_to_a_service_and_is_no_waste_asks_for_none() -> None:
    story = week_asked_for()
    assert weigh(story, story.accepted()).state == "handed_over"


def test_the_page_asks_says_and_shows_it() -> None:
    story = Story(**WASTE)
    exchange = story.accepted()
    client, path = Client(), f"/uitwisselingen/{exchange.pk}/"
    client.force_login(story.owner)
    page = client.get(path).content.decode()
    assert "Dit is afval. Zeg voor de overdracht wie het vervoert" in page
    assert "https://ovam.vlaanderen.be/identificatieformulier" in page
    assert "Werkstof regelt geen vervoer" in page
    sent = {"version": exchange.version, "key": "k1", "side": "owner"}
    refused = client.post(f"{path}stap/state_carrier/", sent | {"name": "De Kikker"})
    assert refused.status_code == 409
    assert "Geef het nummer bij OVAM" in refused.content.decode()
    assert client.post(f"{path}stap/state_carrier/", sent | SAID).status_code == 302
    page = client.get(path).content.decode()
    assert "Vervoer De Kikker (VL 0417)" in page
    assert "Dit is afval. Zeg voor de overdracht" not in page


def test_the_api_says_it_and_shows_it() -> None:
    story = Story(**WASTE)
    exchange = story.accepted()
    client, path = Client(), f"/api/v1/exchanges/{exchange.pk}/"
    client.force_login(story.owner)
    assert client.get(path).json()["legs"][0]["carrier"] is None
    body = {"step": "state_carrier"} | SAID
    answer = client.post(f"{path}steps/", body, content_type="application/json")
    assert answer.json()["legs"][0]["carrier"] == SAID | {"exemption": None, "side": "owner"}
    lacking = client.post(f"{path}steps/", {"step": "state_carrier"}, content_type="application/json")
    assert lacking.status_code == 400
    assert "name" in [row["field"] for row in lacking.json()["errors"]]


def yoghurt_until(days: int) -> dict[str, Any]:
    return {
        "material": material("food-dairy"), "unit": "kg", "food_date": slot(days)[0].date(), "food_storage": "chilled",
        "allergens": ["milk"],
    }  # fmt: skip


def test_food_is_brought_to_a_service_by_its_use_by_date_at_the_latest() -> None:
    # The Saturday of the week that is asked for, and so a day of it, whatever day it is today.
    last = (monday_of(slot(3)[0].date()) - TODAY).days + 5
    story = week_asked_for(**yoghurt_until(last), food_date_kind="use_by")
    exchange = story.accepted()
    with pytest.raises(ValidationError, match="TGT-datum"), transaction.atomic():
        services.propose_times(by=story.owner, exchange=exchange, times=[slot(last - 1), slot(last + 1)], at=story.at)
    assert services.propose_times(by=story.owner, exchange=exchange, times=[slot(last)], at=story.at)


def test_food_is_handed_over_by_its_use_by_date_at_the_latest() -> None:
    yoghurt = yoghurt_until(3)
    story = Story(**yoghurt, food_date_kind="use_by")
    exchange = story.accepted()
    with pytest.raises(ValidationError, match="TGT-datum"), transaction.atomic():
        services.propose_times(by=story.owner, exchange=exchange, times=[slot(3), slot(4)], at=story.at)
    assert services.propose_times(by=story.owner, exchange=exchange, times=[slot(3)], at=story.at)
    # What was best before may still be good.
    other = Story(**yoghurt, food_date_kind="best_before")
    times, accepted = [slot(3), slot(4)], other.accepted()
    services.propose_times(by=other.owner, exchange=accepted, times=times, sure=True, at=other.at)
