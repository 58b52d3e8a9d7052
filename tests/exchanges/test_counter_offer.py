"""A counter-offer is read with what was asked and why, above the button that agrees to it."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import HubStaff
from exchanges import services
from tests.exchanges.makers import Story
from tests.exchanges.test_pages import as_, read
from tests.makers import TODAY, make_user

pytestmark = pytest.mark.django_db
WHY = "Vier zijn stuk."


def countered(quantity: int = 6, wanted_on: dt.date | None = None) -> Story:
    story = Story()
    story.ask(10)
    services.counter(
        by=story.owner, exchange=story.exchange, quantity=Decimal(quantity), wanted_on=wanted_on, reason=WHY
    )
    return story


def test_who_asked_reads_what_changed_and_why_before_agreeing() -> None:
    story = countered()
    address = f"/uitwisselingen/{story.exchange.pk}/"
    page = read(as_(story.requester).get(address))
    said = page.index(f"Je vroeg 10 stuks. {story.listing.organisation.name} stelt voor: 6 stuks.")
    assert said < page.index(WHY) < page.index(f"{address}stap/agree/")


def test_another_day_is_said_with_both() -> None:
    day = TODAY + dt.timedelta(days=5)
    story = countered(quantity=10, wanted_on=day)
    page = read(as_(story.requester).get(f"/uitwisselingen/{story.exchange.pk}/"))
    assert f"Je vroeg 10 stuks. {story.listing.organisation.name} stelt voor: 10 stuks op " in page


def test_who_offers_it_and_their_hub_read_it_too_and_the_hub_no_reason() -> None:
    story = countered()
    staff = make_user()
    HubStaff.objects.create(hub_id=story.listing.hub_ids[0], user=staff, role="editor")
    for user, reads in ((story.owner, True), (staff, False)):
        page = read(as_(user).get(f"/uitwisselingen/{story.exchange.pk}/"))
        assert "Gevraagd: 10 stuks. Tegenvoorstel: 6 stuks." in page
        assert (WHY in page) == reads


def test_what_was_answered_says_no_counter_offer() -> None:
    story = countered()
    services.agree(by=story.requester, exchange=story.exchange)
    page = read(as_(story.requester).get(f"/uitwisselingen/{story.exchange.pk}/"))
    assert "Je vroeg 10 stuks" not in page
