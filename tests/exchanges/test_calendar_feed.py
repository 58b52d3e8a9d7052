"""A calendar reads a person's appointments at a secret address, until it is renewed or taken away."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.models import CalendarFeed, Exchange
from exchanges.schedule import BRUSSELS
from exchanges.sweep import sweep
from exchanges.taking import begin, finish
from tests.exchanges.makers import Story, slot
from tests.makers import make_user

pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address_of(user: User) -> str:
    as_(user).post("/mijn/agenda/")
    return f"/agenda/{CalendarFeed.objects.get(user=user).token}.ics"


def events(address: str) -> list[Any]:
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    return list(Calendar.from_ical(answer.content.decode()).walk("VEVENT"))


def test_both_sides_read_the_appointment_and_a_change_keeps_its_uid() -> None:
    story = Story()
    exchange = story.scheduled()
    addresses = [address_of(user) for user in (story.owner, story.requester)]
    first = [events(address)[0] for address in addresses]
    assert {str(event["uid"]) for event in first} == {str(first[0]["uid"])}
    assert first[0]["dtstart"].dt == slot(3)[0].astimezone(BRUSSELS)
    assert str(first[0]["location"])
    assert str(first[0]["description"]).startswith(f"Van {story.listing.organisation} naar {story.organisation}\n")
    assert str(first[0]["description"]).endswith(exchange.get_absolute_url())
    exchange = services.propose_times(by=story.owner, exchange=exchange, times=[slot(6)], at=story.at)
    moved = exchange.legs.get().appointments.get(state="proposed", period__startswith=slot(6)[0])
    services.confirm_time(by=story.requester, exchange=exchange, appointment=moved, at=story.at)
    (later,) = events(addresses[0])
    assert later["uid"] == first[0]["uid"]
    assert later["sequence"] > first[0]["sequence"]
    assert later["dtstart"].dt - first[0]["dtstart"].dt == dt.timedelta(days=3)


def time_out(story: Story, exchange: Exchange) -> None:
    assert exchange.deadline_at is not None
    sweep(at=exchange.deadline_at)


def settled(story: Story, exchange: Exchange) -> None:
    staff = HubStaff.objects.create(hub_id=exchange.hub_ids[0], user=make_user(), role="editor").user
    services.settle_cancelled(by=staff, exchange=exchange, reason="Er kwam niets.", at=story.after())


def cancelled(story: Story, exchange: Exchange) -> None:
    services.cancel(by=story.owner, exchange=exchange, reason="Ziek.", at=story.at)


def fell(story: Story, exchange: Exchange) -> None:
    finish(begin("fall", exchange=exchange, by=None, at=story.at))


@pytest.mark.parametrize(
    ("state", "ends"),
    [
        ("scheduled", cancelled), ("scheduled", time_out), ("scheduled", fell), ("no_show", time_out),
        ("disputed", settled),
    ],
)  # fmt: skip
def test_however_an_appointment_is_called_off_calendars_take_the_later_version(state: str, ends: Any) -> None:
    story = Story()
    exchange = getattr(story, state)()
    address = address_of(story.owner)
    (before,) = events(address)
    ends(story, exchange)
    (after,) = events(address)
    assert (before["status"], after["status"]) == ("CONFIRMED", "CANCELLED")
    assert after["sequence"] == before["sequence"] + 1


def test_what_is_called_off_says_so() -> None:
    story = Story()
    services.cancel(by=story.owner, exchange=story.scheduled(), reason="Ziek.", at=story.at)
    (event,) = events(address_of(story.owner))
    assert event["status"] == "CANCELLED"


def test_strangers_have_nothing_in_it_and_no_address_but_the_last_works() -> None:
    story = Story()
    story.scheduled()
    stranger = make_user()
    assert events(address_of(stranger)) == []
    old = address_of(story.owner)
    new = address_of(story.owner)
    assert old != new
    assert Client().get(old).status_code == 404
    assert len(events(new)) == 1
    as_(story.owner).post("/mijn/agenda/weg/")
    assert Client().get(new).status_code == 404


def test_who_may_not_log_in_any_more_has_no_feed() -> None:
    story = Story()
    story.scheduled()
    address = address_of(story.owner)
    User.objects.filter(pk=story.owner.pk).update(is_active=False)
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("token", ["", "x", "a" * 500, "%00", "..%2f", "é"])
def test_an_address_that_nobody_was_given_is_not_found(token: str) -> None:
    assert Client().get(f"/agenda/{token}.ics").status_code == 404


def test_making_one_needs_a_log_in_and_a_post() -> None:
    assert Client().post("/mijn/agenda/").status_code == 302
    assert as_(make_user()).get("/mijn/agenda/").status_code == 405
    assert not CalendarFeed.objects.exists()


def test_many_appointments_cost_no_more_queries(django_assert_max_num_queries: Any) -> None:
    story = Story()
    story.scheduled()
    for _number in range(3):
        other = Story()
        other.organisation.memberships.create(user=story.owner, role="member")
        other.scheduled()
    address = address_of(story.owner)
    with django_assert_max_num_queries(8):
        assert len(events(address)) == 4
