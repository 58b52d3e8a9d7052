"""Who didn't come: said once the time is over, taken back by what went along, contested, and decided by the hub."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from psycopg.types.range import TimestamptzRange

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.enums import Side
from exchanges.facts import facts_of
from exchanges.models import Appointment, Exchange
from exchanges.open_steps import open_steps
from exchanges.sweep import sweep
from exchanges.words import next_words
from journal.letter_text import render_letter
from journal.models import Letter
from listings.balances.free import standing_of
from listings.models import Listing
from materials import figures
from tests.exchanges.makers import Story, slot
from tests.makers import make_user

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def staff_of(story: Story) -> User:
    return HubStaff.objects.create(hub_id=story.listing.hub_ids[0], user=make_user(), role="editor").user


def no_shows(story: Story) -> int:
    return facts_of(story.organisation, at=story.after() + dt.timedelta(days=90)).no_shows


def offered(exchange: Exchange, user: User, at: dt.datetime) -> set[str]:
    return {step.name for step in open_steps(exchange, exchange.legs.get(), user, at)}


def free(story: Story) -> int:
    return int(standing_of(Listing.objects.get(pk=story.listing.pk)).free)


def test_nobody_missed_an_appointment_before_it_is_over() -> None:
    story = Story()
    exchange = story.scheduled()
    begins, ends = slot(3)
    for at in (begins, begins + dt.timedelta(minutes=30), ends - MINUTE):
        assert "report_no_show" not in offered(exchange, story.owner, at)
        with pytest.raises(ValidationError, match="nog niet voorbij"):
            services.report_no_show(by=story.owner, exchange=exchange, at=at)
    assert "report_no_show" in offered(exchange, story.owner, ends)
    assert services.report_no_show(by=story.owner, exchange=exchange, at=ends).state == "no_show"


@pytest.mark.parametrize(
    ("decides", "state", "counted"),
    [
        ("uphold_no_show", "cancelled", 1),
        ("settle_cancelled", "cancelled", 0),
        ("settle", "completed", 0),
    ],
)
def test_the_hub_decides_what_a_contested_no_show_is(decides: str, state: str, counted: int) -> None:
    story = Story()
    exchange = story.contested()
    staff = staff_of(story)
    assert offered(exchange, staff, story.after()) == {"settle", "settle_cancelled", "uphold_no_show"}
    Letter.objects.all().delete()
    told: dict[str, Any] = (
        {"method": "weighed", "quantity": Decimal(10), "kg": Decimal(250)} if decides == "settle" else {}
    )
    ended = getattr(services, decides)(by=staff, exchange=exchange, reason="De bon.", at=story.after(), **told)
    assert ended.state == state
    assert no_shows(story) == counted
    letters = Letter.objects.filter(template="exchange_step")
    assert {letter.recipient for letter in letters} >= {story.owner.email, story.requester.email}
    sentences = {letter.data["sentence"] for letter in letters}
    said = {"uphold_no_show": "blijft staan", "settle_cancelled": "vervalt", "settle": "is overgedragen"}[decides]
    assert all(said in sentence for sentence in sentences)
    assert {letter.data["reason"] for letter in letters} == {"De bon."}


def test_what_is_upheld_is_free_again_and_final() -> None:
    story = Story()
    ended = services.uphold_no_show(by=staff_of(story), exchange=story.contested(), reason="Camera.", at=story.after())
    assert (ended.no_show_by, free(story)) == (Side.REQUESTER, 40)
    assert offered(ended, story.requester, story.after()) == set()


def test_only_who_is_no_party_upholds_and_only_a_no_show() -> None:
    story = Story()
    exchange = story.contested()
    for somebody in (story.owner, story.requester, make_user()):
        with pytest.raises(PermissionDenied):
            services.uphold_no_show(by=somebody, exchange=exchange, reason="x", at=story.after())
    weighed = Story()
    disputed = weighed.disputed()
    staff = staff_of(weighed)
    assert "uphold_no_show" not in offered(disputed, staff, weighed.after())
    with pytest.raises(ValidationError, match="niet kwam opdagen"):
        services.uphold_no_show(by=staff, exchange=disputed, reason="x", at=weighed.after())


def test_who_reported_it_for_a_side_leaves_the_decision_to_a_colleague() -> None:
    story = Story()
    exchange = story.scheduled()
    staff, colleague = staff_of(story), staff_of(story)
    exchange = services.report_no_show(
        by=staff, side="owner", exchange=exchange, behalf_note="An, per telefoon", at=story.after()
    )
    exchange = services.contest_no_show(by=story.requester, exchange=exchange, reason="Toch.", at=story.after())
    how: dict[str, Any] = {"exchange": exchange, "reason": "Camera.", "at": story.after()}
    with pytest.raises(PermissionDenied, match="collega"):
        services.uphold_no_show(by=staff, **how)
    assert services.uphold_no_show(by=colleague, **how).state == "cancelled"


def test_a_contested_one_that_nobody_decides_counts_against_nobody() -> None:
    story = Story()
    exchange = story.contested()
    assert exchange.deadline_at is not None
    sweep(at=exchange.deadline_at)
    exchange.refresh_from_db()
    assert exchange.state == "cancelled"
    assert no_shows(story) == 0


def test_who_said_it_takes_it_back_by_saying_what_went_along() -> None:
    story = Story()
    exchange = story.no_show()
    assert "state_weight" in offered(exchange, story.owner, story.after())
    exchange = services.state_weight(
        by=story.owner, exchange=exchange, method="weighed", kg=Decimal(250), at=story.after()
    )
    assert (exchange.state, exchange.no_show_by) == ("handed_over", "")
    done = services.confirm_weight(by=story.requester, exchange=exchange, at=story.after())
    assert (done.state, no_shows(story)) == ("completed", 0)


def test_who_came_late_says_what_went_along_and_the_other_confirms() -> None:
    story = Story()
    exchange = services.state_weight(
        by=story.requester, exchange=story.no_show(), method="weighed", kg=Decimal(250), at=story.after()
    )
    assert (exchange.state, exchange.no_show_by) == ("handed_over", Side.REQUESTER)
    done = services.confirm_weight(by=story.owner, exchange=exchange, at=story.after())
    assert (done.state, done.no_show_by, free(story)) == ("completed", "", 30)


def test_where_they_disagree_then_the_hub_may_still_uphold_it() -> None:
    story = Story()
    exchange = services.state_weight(
        by=story.requester, exchange=story.no_show(), method="weighed", kg=Decimal(250), at=story.after()
    )
    exchange = services.dispute(by=story.owner, exchange=exchange, reason="Er kwam niemand.", at=story.after())
    staff = staff_of(story)
    assert "uphold_no_show" in offered(exchange, staff, story.after())
    services.uphold_no_show(by=staff, exchange=exchange, reason="Camera.", at=story.after())
    assert (no_shows(story), free(story)) == (1, 40)


def test_its_author_says_what_happened_and_the_accused_reads_until_when_to_contest() -> None:
    story = Story()
    exchange = story.scheduled()
    begins, ends = (moment - dt.timedelta(days=4) for moment in slot(3))
    Appointment.objects.update(period=TimestamptzRange(begins, ends))
    client = Client()
    client.force_login(story.owner)
    page = f"/uitwisselingen/{exchange.pk}/"
    assert 'name="reason"' in client.get(page).content.decode().split("stap/report_no_show/")[1].split("</form>")[0]
    Letter.objects.all().delete()
    exchange.refresh_from_db()
    given = {"version": exchange.version, "key": "k", "side": "owner", "reason": "De poort stond open tot vijf."}
    assert client.post(f"{page}stap/report_no_show/", given).status_code == 302
    exchange.refresh_from_db()
    assert (exchange.state, exchange.no_show_by) == ("no_show", Side.REQUESTER)

    letter = Letter.objects.get(template="exchange_step", recipient=story.requester.email)
    until = figures.until(exchange.state_since + dt.timedelta(days=5))
    assert letter.data["reason"] == "De poort stond open tot vijf."
    assert f"Tegenspreken kan tot {until}; dan beslist de hub." in render_letter(letter).text
    said = client.get(page).content.decode()
    assert "De poort stond open tot vijf." in said
    # Who said it can't contest it.
    assert "Tegenspreken kan tot" not in said
    client.force_login(story.requester)
    assert f"Tegenspreken kan tot {until}" in client.get(page).content.decode()


def test_once_it_is_too_late_to_contest_nobody_is_told_to() -> None:
    exchange = Story().no_show()
    last = exchange.state_since + dt.timedelta(days=5)
    assert "Tegenspreken" in next_words(exchange, Side.REQUESTER, last)
    assert "Tegenspreken" not in next_words(exchange, Side.REQUESTER, last + MINUTE)
    assert "Tegenspreken" not in next_words(exchange, Side.OWNER, exchange.state_since)


def test_the_page_offers_the_hub_all_three() -> None:
    story = Story()
    exchange = story.contested()
    client = Client()
    client.force_login(staff_of(story))
    page = client.get(f"/uitwisselingen/{exchange.pk}/").content.decode()
    for button in ("Beslissen: overgedragen", "Beslissen: niet komen opdagen", "Beslissen: niemand bleef weg"):
        assert button in page
    assert f"Dit telt bij {story.organisation.name}." in page
    address = f"/uitwisselingen/{exchange.pk}/stap/uphold_no_show/"
    client.post(address, {"version": exchange.version, "key": "k", "side": "", "reason": "Camera."})
    assert "blijft staan" in client.get(f"/uitwisselingen/{exchange.pk}/").content.decode()
