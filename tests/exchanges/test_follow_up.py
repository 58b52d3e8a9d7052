"""Who of a hub follows an exchange up, and its notes: for the people of that hub alone."""

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.models import Exchange, HubFollowUp, HubNote
from exchanges.services.follow_up import follow_ups_of
from geo.models import Hub
from tests.exchanges.makers import Story, Stream
from tests.makers import make_user

pytestmark = pytest.mark.django_db


def a_hub_and_its_person() -> tuple[Story, Exchange, Hub, User]:
    story = Story()
    exchange = story.ask()
    hub = Hub.objects.get(pk=exchange.hub_ids[0])
    person = make_user(name="Hanne Hub")
    HubStaff.objects.create(hub=hub, user=person, role="editor")
    return story, exchange, hub, person


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read(response: Any) -> str:
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_one_takes_it_up_notes_what_was_said_and_lets_it_go() -> None:
    _story, exchange, hub, person = a_hub_and_its_person()
    client = as_(person)
    page = f"/uitwisselingen/{exchange.pk}/"
    assert client.post(f"{page}opvolging/{hub.slug}/", {"user": person.pk}).status_code == 302
    assert client.post(f"{page}notitie/{hub.slug}/", {"text": "Gebeld: dinsdag weten ze het."}).status_code == 302
    shown = read(client.get(page))
    assert "Gebeld: dinsdag weten ze het." in shown
    board = f"/hubs/{hub.slug}/uitwisselingen/"
    assert "Hanne Hub" in read(client.get(board))
    assert exchange.listing.heading in read(client.get(f"{board}?opvolging=ik"))
    assert "Niets past bij deze filters" in read(client.get(f"{board}?opvolging=niemand"))
    assert client.post(f"{page}opvolging/{hub.slug}/", {"user": "niemand"}).status_code == 404
    client.post(f"{page}opvolging/{hub.slug}/", {"user": "", "seen_owner": seen_owner(client, page)})
    assert not HubFollowUp.objects.exists()
    assert "Niets past bij deze filters" in read(client.get(f"{board}?opvolging=ik"))


def seen_owner(client: Client, page: str) -> str:
    (value,) = re.findall(r'name="seen_owner" value="(\d*)"', read(client.get(page)))
    return value


@pytest.mark.parametrize("wanted", ["themselves", "nobody"])
@pytest.mark.parametrize("made", [lambda: Story().ask(), lambda: Stream().agreed()], ids=["exchange", "agreement"])
def test_nobody_takes_it_from_a_colleague_without_having_seen_that_they_have_it(made: Any, wanted: str) -> None:
    about = made()
    hub = Hub.objects.get(pk=about.hub_ids[0])
    first, second = (make_user(name=name) for name in ("Hanne Hub", "Bo Hub"))
    for person in (first, second):
        HubStaff.objects.create(hub=hub, user=person, role="editor")
    page, client = about.get_absolute_url(), as_(second)
    there, user = f"{page}opvolging/{hub.slug}/", second.pk if wanted == "themselves" else ""
    stale = seen_owner(client, page)
    as_(first).post(there, {"user": first.pk, "seen_owner": stale})
    answer = read(client.post(there, {"user": user, "seen_owner": stale}, follow=True))
    assert "Hanne Hub nam dit intussen op." in answer
    assert follow_ups_of(about).get().user == first
    # Now it is seen: to take it over on purpose stays possible.
    client.post(there, {"user": user, "seen_owner": seen_owner(client, page)})
    assert [row.user for row in follow_ups_of(about)] == ([second] if wanted == "themselves" else [])


def test_the_sides_see_neither() -> None:
    story, exchange, hub, person = a_hub_and_its_person()
    services.add_note(by=person, about=exchange, hub=hub, text="Aarzelt over de prijs.")
    for side in (story.owner, story.requester):
        shown = read(as_(side).get(f"/uitwisselingen/{exchange.pk}/"))
        assert "Aarzelt" not in shown
        assert "Opvolging" not in shown
        log = read(as_(side).get(f"/organisatie/{exchange.owner.slug}/logboek/"))
        assert "notitie" not in log


@pytest.mark.parametrize("what", ["opvolging", "notitie"])
def test_only_the_people_of_that_hub_may(what: str) -> None:
    story, exchange, hub, person = a_hub_and_its_person()
    other = Hub.objects.exclude(pk__in=exchange.hub_ids)[0]
    elsewhere = make_user()
    HubStaff.objects.create(hub=other, user=elsewhere, role="manager")
    given = {"user": person.pk, "text": "Iets."}
    answers = {
        "side": as_(story.owner).post(f"/uitwisselingen/{exchange.pk}/{what}/{hub.slug}/", given).status_code,
        "other hub": as_(elsewhere).post(f"/uitwisselingen/{exchange.pk}/{what}/{hub.slug}/", given).status_code,
        "not here": as_(person).post(f"/uitwisselingen/{exchange.pk}/{what}/{other.slug}/", given).status_code,
        "anybody": Client().post(f"/uitwisselingen/{exchange.pk}/{what}/{hub.slug}/", given).status_code,
    }
    assert answers == {"side": 403, "other hub": 404, "not here": 403, "anybody": 302}
    assert not HubFollowUp.objects.exists()
    assert not HubNote.objects.exists()


def test_it_is_given_to_nobody_outside_the_hub() -> None:
    story, exchange, hub, person = a_hub_and_its_person()
    shown = as_(person).post(
        f"/uitwisselingen/{exchange.pk}/opvolging/{hub.slug}/", {"user": story.owner.pk}, follow=True
    )
    assert "Kies iemand die voor deze hub werkt." in read(shown)
    assert not HubFollowUp.objects.exists()


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001])
def test_a_note_that_cannot_be_is_refused_in_words(text: str) -> None:
    _story, exchange, hub, person = a_hub_and_its_person()
    shown = as_(person).post(f"/uitwisselingen/{exchange.pk}/notitie/{hub.slug}/", {"text": text}, follow=True)
    assert shown.status_code == 200
    assert 'class="message' in read(shown)
    assert not HubNote.objects.exists()


def test_this_week_shows_the_appointments_of_the_coming_days() -> None:
    story = Story()
    exchange = story.scheduled()
    today = timezone.localdate()
    met = Exchange.objects.met_within
    assert list(met(today, today + dt.timedelta(days=6))) == [exchange]
    assert not met(today + dt.timedelta(days=4), today + dt.timedelta(days=9))
    assert not met(today, today + dt.timedelta(days=2))
