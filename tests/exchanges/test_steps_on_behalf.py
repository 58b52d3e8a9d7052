"""Whatever step staff of a hub take for a side, they say who of it asked them to: all ways out show so."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.models import Exchange
from geo.models import Hub
from journal.letter_text import render_letter
from journal.models import Event, Letter
from tests.exchanges.makers import Story
from tests.exchanges.test_pages import as_, hidden, read
from tests.makers import make_user

pytestmark = pytest.mark.django_db
NOTE = "An Peeters, per telefoon op 3 maart"


class Asked(Story):
    """Somebody asked for ten pallets, and Hanne works for the hub."""

    def __init__(self) -> None:
        super().__init__()
        self.ask()
        self.hub = Hub.objects.get(pk=self.listing.hub_ids[0])
        self.staff: User = HubStaff.objects.create(hub=self.hub, user=make_user(name="Hanne"), role="editor").user
        self.page = f"/uitwisselingen/{self.exchange.pk}/"

    def take(self, name: str, **given: Any) -> Any:
        client = as_(self.staff)
        return client.post(f"{self.page}stap/{name}/", hidden(read(client.get(self.page))) | given)


def test_the_page_asks_who_asked_and_history_and_letters_say_so() -> None:
    story = Asked()
    assert story.take("accept", side="owner").status_code == 409
    assert Exchange.objects.get().state == "requested"
    assert story.take("accept", side="owner", behalf_note=NOTE).status_code == 302
    step = story.exchange.steps.last()
    assert step is not None
    assert (step.step, step.role, step.side, step.behalf_note) == ("exchange.accepted", "hub", "owner", NOTE)
    assert Event.objects.filter(verb="exchange.accepted").latest("pk").changes["behalf_note"] == NOTE
    for user in (story.staff, story.owner, story.requester):
        assert f"Wie het de hub vroeg: {NOTE}" in read(as_(user).get(story.page))
        rows = as_(user).get(f"/api/v1/exchanges/{story.exchange.pk}/steps/").json()["results"]
        assert [row["behalf_note"] for row in rows] == [None, NOTE]
    letters = [one for one in Letter.objects.filter(template="exchange_step") if one.data["behalf_note"]]
    assert {one.recipient for one in letters} == {story.owner.email, story.requester.email}
    owner = story.listing.organisation
    assert all(f"{owner} vroeg dit aan de hub: {NOTE}" in render_letter(one).text for one in letters)


@pytest.mark.parametrize("name", ["counter", "decline", "propose_times", "state_weight"])
def test_each_step_for_a_side_asks_it(name: str) -> None:
    story = Asked()
    if name in ("propose_times", "state_weight"):
        services.accept(by=story.owner, exchange=story.exchange)
    page = read(as_(story.staff).get(story.page))
    action = page.index(f'action="{story.page}stap/{name}/"')
    assert 'name="behalf_note"' in page[action : page.index("</form>", action)]
    own = read(as_(story.owner).get(story.page))
    assert 'name="behalf_note"' not in own


def test_a_member_and_who_decides_between_both_say_nothing_of_the_kind() -> None:
    story = Asked()
    with pytest.raises(ValidationError) as refused:
        services.accept(by=story.owner, exchange=story.exchange, behalf_note=NOTE)
    assert list(refused.value.message_dict) == ["behalf_note"]
    with pytest.raises(ValidationError):
        services.accept(by=story.staff, side="owner", exchange=story.exchange, behalf_note="x" * 201)
    disputed = Story()
    exchange = disputed.disputed()
    with pytest.raises(ValidationError):
        services.settle_cancelled(
            by=story.staff, exchange=exchange, reason="Niets.", behalf_note=NOTE, at=disputed.after()
        )
    assert "behalf_note" not in read(as_(story.staff).get(f"/uitwisselingen/{exchange.pk}/"))


def test_a_program_says_it_along() -> None:
    story = Asked()
    there = f"/api/v1/exchanges/{story.exchange.pk}/steps/"
    for note in ({}, {"behalf_note": ""}, {"behalf_note": "  "}):
        unasked = {"step": "accept", "side": "owner"} | note
        refused = as_(story.staff).post(there, unasked, content_type="application/json")
        assert refused.status_code == 400
        (error,) = refused.json()["errors"]
        assert error["field"] == "behalf_note"
        assert "Zeg wie van de organisatie" in str(error)
    assert Exchange.objects.get().state == "requested"
    assert not story.exchange.steps.filter(role="hub").exists()
    given = {"step": "counter", "side": "owner", "quantity": 6, "behalf_note": NOTE}
    assert as_(story.staff).post(there, given, content_type="application/json").status_code == 200
    step = story.exchange.steps.last()
    assert step is not None
    assert (step.behalf_note, step.quantity) == (NOTE, Decimal(6))
