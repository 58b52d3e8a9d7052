"""What is measured by weight: its amount and its weight are one number, asked once, and never two that differ."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import HubStaff
from exchanges import services
from exchanges.models import Exchange, WeightStatement
from exchanges.services import state_weight
from tests.exchanges.makers import Story
from tests.makers import make_user

pytestmark = pytest.mark.django_db


def said(exchange: Exchange) -> tuple[Decimal, Decimal | None]:
    last = WeightStatement.objects.filter(leg__exchange=exchange).latest("pk")
    return last.quantity, last.kg


def stated(story: Story, **given: Any) -> tuple[Decimal, Decimal | None]:
    return said(state_weight(by=story.owner, exchange=story.accepted(), at=story.after(), sure=True, **given))


@pytest.mark.parametrize(
    ("unit", "given", "quantity", "kg"),
    [
        ("kg", {"quantity": Decimal("8.5")}, "8.5", "8.5"),
        ("kg", {"kg": Decimal("8.5")}, "8.5", "8.5"),
        ("kg", {}, "10", "10"),
        ("kg", {"quantity": Decimal(9), "kg": Decimal("9.000")}, "9", "9"),
        ("tonne", {"quantity": Decimal("0.5")}, "0.5", "500"),
        ("tonne", {"kg": Decimal("512.4")}, "0.512", "512.4"),
    ],
)
def test_of_what_is_measured_by_weight_either_says_the_other(
    unit: str, given: dict[str, Any], quantity: str, kg: str
) -> None:
    found = stated(Story(unit=unit), method="weighed", **given)
    assert found == (Decimal(quantity), Decimal(kg))


@pytest.mark.parametrize("given", [{"kg": Decimal(2)}, {"kg": Decimal("3.001")}])
def test_two_weights_that_differ_are_refused_and_nothing_is_stored(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"twee gewichten: 3.kg en") as refused:
        stated(Story(unit="kg"), method="weighed", quantity=Decimal(3), **given)
    assert list(refused.value.message_dict) == ["kg"]
    assert not WeightStatement.objects.exists()


def test_a_lot_that_goes_whole_may_weigh_otherwise_than_its_owner_thought() -> None:
    story = Story(unit="kg", splittable=False)
    story.ask(40)
    assert stated(story, method="weighed", kg=Decimal(38)) == (Decimal(40), Decimal(38))


def test_a_hub_that_decides_says_one_weight() -> None:
    story = Story(unit="kg")
    exchange = state_weight(by=story.owner, exchange=story.scheduled(), method="weighed", at=story.after())
    exchange = services.dispute(by=story.requester, exchange=exchange, reason="Het was minder.", at=story.after())
    judge = make_user()
    HubStaff.objects.create(hub_id=exchange.hub_ids[0], user=judge, role="editor")
    decision: dict[str, Any] = {
        "by": judge, "exchange": exchange, "method": "weighed", "reason": "De bon.", "at": story.after(),
    }  # fmt: skip
    with pytest.raises(ValidationError, match="twee gewichten"):
        services.settle(**decision, quantity=Decimal(8), kg=Decimal(9))
    assert said(services.settle(**decision, quantity=Decimal(8))) == (Decimal(8), Decimal(8))


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({"unit": "kg"}, {"quantity"}),
        ({"unit": "tonne"}, {"quantity"}),
        ({"unit": "kg", "splittable": False}, {"kg"}),
        ({"unit": "piece"}, {"quantity", "kg"}),
    ],
)
def test_the_page_asks_a_weight_once(fields: dict[str, Any], asked: set[str]) -> None:
    story = Story(**fields)
    story.ask(40)
    exchange = story.accepted()
    client = Client()
    client.force_login(story.owner)
    address = f"/uitwisselingen/{exchange.pk}/"
    page = client.get(address).content.decode()
    form = page.partition(f"{address}stap/state_weight/")[2].partition("</form>")[0]
    assert {name for name in ("quantity", "kg") if f'name="{name}"' in form} == asked
    assert ("wat één stuk weegt" in form) == (fields["unit"] == "piece")
    given = {"version": exchange.version, "key": "once", "side": "owner", "method": "weighed", "sure": "on"}
    sent = client.post(f"{address}stap/state_weight/", given | dict.fromkeys(asked, "40"))
    assert sent.status_code == 302
    assert said(exchange) == (Decimal(40), Decimal(40))
