"""The pages of exchanges: asking, answering, agreeing, weighing, writing; what is refused, and what isn't shown."""

import datetime as dt
import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar
from PIL import Image

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.enums import ExchangeState
from exchanges.models import Exchange, MessagePhoto, WeighingSlip
from exchanges.steps import STATES
from exchanges.words import moment_words
from listings.models import Listing
from tests.exchanges.makers import Story, slot
from tests.makers import TODAY, make_organisation, make_user, published

pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read(response: Any) -> str:
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def hidden(page: str, action: str = "") -> dict[str, str]:
    """What the form at an address sends unseen."""
    form = re.search(rf'<form[^>]*action="{action}"[^>]*>(.*?)</form>', page, re.S) if action else None
    text = form[1] if form else page
    return dict(re.findall(r'type="hidden" name="((?!csrf)[^"]+)" value="([^"]*)"', text))


def take(client: Client, exchange: Exchange, name: str, **more: Any) -> Any:
    address = f"/uitwisselingen/{exchange.pk}/"
    page = read(client.get(address))
    return client.post(f"{address}stap/{name}/", hidden(page, f"{address}stap/{name}/") | more)


def calendar_and_event(client: Client, exchange: Exchange) -> tuple[Any, Any]:
    calendar = Calendar.from_ical(client.get(f"/uitwisselingen/{exchange.pk}/afspraak.ics").content)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_two_people_bring_an_exchange_to_its_end() -> None:
    story = Story()
    owner, requester = as_(story.owner), as_(story.requester)
    page = read(requester.get(f"/zoekertje/{story.listing.pk}/"))
    assert f"/zoekertje/{story.listing.pk}/aanvragen/" in page
    address = f"/zoekertje/{story.listing.pk}/aanvragen/"
    page = read(requester.get(address))
    assert 'name="quantity" value="40"' in page
    assert "40 stuks" in page
    day = TODAY + dt.timedelta(days=5)
    sent = requester.post(address, hidden(page) | {"quantity": "12", "wanted_on": day, "message": "Graag twaalf."})
    exchange = Exchange.objects.get()
    assert sent["Location"] == f"/uitwisselingen/{exchange.pk}/"
    page = read(owner.get(f"/uitwisselingen/{exchange.pk}/"))
    assert "Jij bent aan zet" in page
    assert "Graag twaalf." in page
    assert page.count("button--primary") == 2  # posting a listing, in the header, is the other
    assert take(owner, exchange, "counter", quantity="8", wanted_on="", reason="Vier zijn stuk.").status_code == 302
    assert "8 stuks" in read(requester.get(f"/uitwisselingen/{exchange.pk}/"))
    assert take(requester, exchange, "agree").status_code == 302
    day = TODAY + dt.timedelta(days=6)
    times = {"day_1": day, "from_1": "10:00", "to_1": "12:00", "day_2": "", "from_2": "09:00", "to_2": "11:00"}
    assert take(requester, exchange, "propose_times", **times).status_code == 302
    choice = exchange.legs.get().appointments.get()
    assert take(owner, exchange, "confirm_time", appointment=choice.pk).status_code == 302
    exchange.refresh_from_db()
    assert exchange.state == "scheduled"
    weighed = {"quantity": "8", "method": "weighed", "kg": "201,5", "sure": "on"}
    assert take(owner, exchange, "state_weight", **weighed).status_code == 302
    assert "201,5 kg" in read(requester.get(f"/uitwisselingen/{exchange.pk}/"))
    assert take(requester, exchange, "confirm_weight").status_code == 302
    page = read(requester.get(f"/uitwisselingen/{exchange.pk}/"))
    assert "Dit is afgerond." in page
    assert "dt>Gegeven</dt><dd>8 stuks" in page


def test_a_refused_request_says_why_at_its_field_and_keeps_what_was_typed() -> None:
    story = Story()
    client = as_(story.requester)
    address = f"/zoekertje/{story.listing.pk}/aanvragen/"
    given = hidden(read(client.get(address)))
    answer = client.post(address, given | {"quantity": "50", "wanted_on": "2020-01-01", "message": "Hallo"})
    page = read(answer)
    assert answer.status_code == 409
    assert "Nog 40 stuks vrij." in page
    assert "Hallo" in page
    assert not Exchange.objects.exists()
    answer = client.post(address, given | {"quantity": "5", "wanted_on": "2020-01-01", "message": "Hallo"})
    assert "Deze dag is voorbij" in read(answer)


def test_a_double_click_makes_one_request_and_one_step() -> None:
    story = Story()
    requester, owner = as_(story.requester), as_(story.owner)
    address = f"/zoekertje/{story.listing.pk}/aanvragen/"
    given = hidden(read(requester.get(address))) | {"quantity": "5", "wanted_on": "", "message": ""}
    first = requester.post(address, given)
    assert requester.post(address, given)["Location"] == first["Location"]
    exchange = Exchange.objects.get()
    page = read(owner.get(f"/uitwisselingen/{exchange.pk}/"))
    unseen = hidden(page, f"/uitwisselingen/{exchange.pk}/stap/accept/")
    for _click in range(2):
        assert owner.post(f"/uitwisselingen/{exchange.pk}/stap/accept/", unseen).status_code == 302
    assert exchange.steps.count() == 2


def test_a_step_that_came_too_late_is_told_what_happened() -> None:
    story = Story()
    exchange = story.ask()
    owner = as_(story.owner)
    page = read(owner.get(f"/uitwisselingen/{exchange.pk}/"))
    services.withdraw(by=story.requester, exchange=exchange)
    unseen = hidden(page, f"/uitwisselingen/{exchange.pk}/stap/accept/")
    answer = owner.post(f"/uitwisselingen/{exchange.pk}/stap/accept/", unseen, follow=True)
    assert "Dit ging niet door. Intussen: An Aanvrager" in read(answer)


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("decline", {"reason": ""}, "field__error"),
        ("counter", {"quantity": "99", "wanted_on": "", "reason": ""}, "Nog 40 stuks vrij."),
        ("counter", {"quantity": "10", "wanted_on": "", "reason": ""}, "Stel een andere hoeveelheid"),
    ],
)
def test_a_refused_step_comes_back_open_with_why(name: str, more: dict[str, str], words: str) -> None:
    story = Story()
    answer = take(as_(story.owner), story.ask(), name, **more)
    page = read(answer)
    assert answer.status_code == 409
    assert words in page
    assert '<details class="more" open>' in page


@pytest.mark.parametrize(
    ("proposed", "words"),
    [
        (False, "Er is nog geen moment voorgesteld. Stel er zelf een of meer voor."),
        (True, "Kies er een uit de lijst."),
    ],
)
def test_a_time_that_is_not_there_is_refused_with_what_can_be_done(proposed: bool, words: str) -> None:
    story = Story()
    exchange = story.proposed() if proposed else story.accepted()
    client = as_(story.requester)
    refused = take(client, exchange, "confirm_time", appointment=str(2**40))
    assert (refused.status_code, words in read(refused)) == (409, True)
    answer = client.post(
        f"/api/v1/exchanges/{exchange.pk}/steps/", {"step": "confirm_time", "appointment": 2**40},
        content_type="application/json",
    )  # fmt: skip
    assert (answer.status_code, words in read(answer)) == (400, True)


def test_nobody_is_offered_to_mail_their_own_organisation() -> None:
    story = Story()
    story.listing.organisation.email = "info@test.example"
    story.listing.organisation.save()
    address = f"/zoekertje/{story.listing.pk}/"
    assert 'href="mailto:info@test.example' in read(as_(story.requester).get(address))
    own = read(as_(story.owner).get(address))
    assert "mailto:info@test.example" not in own
    assert "Dit is een zoekertje van je eigen organisatie." in own


def test_an_hour_that_the_clock_skips_is_refused_on_the_page() -> None:
    story = Story()
    exchange = story.accepted()
    spring = next(
        day
        for day in (TODAY + dt.timedelta(days=n) for n in range(400))
        if day.month == 3 and day.day > 24 and day.weekday() == 6
    )
    answer = take(as_(story.owner), exchange, "propose_times", day_1=spring, from_1="02:15", to_1="04:00")
    assert "Dat uur bestaat die nacht niet" in read(answer)


def test_others_see_nothing_of_it() -> None:
    story = Story()
    exchange = story.accepted()
    for client in (as_(make_user()), as_(published().maker)):  # type: ignore[attr-defined]
        for path in ("", "afspraak.ics"):
            assert client.get(f"/uitwisselingen/{exchange.pk}/{path}").status_code == 404
        assert client.post(f"/uitwisselingen/{exchange.pk}/stap/cancel/").status_code == 404
        assert client.post(f"/uitwisselingen/{exchange.pk}/bericht/").status_code == 404
    assert Client().get(f"/uitwisselingen/{exchange.pk}/")["Location"].startswith("/account/")
    for name in ("lapse", "complete", "stop", "nonsense"):
        assert as_(story.owner).post(f"/uitwisselingen/{exchange.pk}/stap/{name}/").status_code == 404
    exchange.refresh_from_db()
    assert exchange.state == "accepted"


def test_the_exact_place_opens_when_it_is_agreed() -> None:
    story = Story(precision="blurred")
    exchange = story.ask()
    client = as_(story.requester)
    page = read(client.get(f"/uitwisselingen/{exchange.pk}/"))
    assert "51.05430" not in page
    story.accepted()
    page = read(client.get(f"/uitwisselingen/{exchange.pk}/"))
    assert "51.05430" in page


def test_an_appointment_is_one_event_whose_number_rises() -> None:
    story = Story()
    exchange = story.scheduled()
    client = as_(story.requester)
    _calendar, first = calendar_and_event(client, exchange)
    assert first["DTSTART"].dt == slot(3)[0]
    assert first["DTSTART"].params["TZID"] == "Europe/Brussels"
    services.propose_times(by=story.owner, exchange=exchange, times=[slot(5)])
    later = exchange.legs.get().appointments.get(state="proposed")
    services.confirm_time(by=story.requester, exchange=exchange, appointment=later)
    _calendar, second = calendar_and_event(client, exchange)
    assert second["UID"] == first["UID"]
    assert (int(first["SEQUENCE"]), int(second["SEQUENCE"])) == (1, 2)
    assert second["DTSTART"].dt == slot(5)[0]
    services.cancel(by=story.owner, exchange=exchange, reason="Ziek")
    calendar, event = calendar_and_event(client, exchange)
    assert (str(calendar["METHOD"]), str(event["STATUS"])) == ("CANCEL", "CANCELLED")
    assert as_(Story().ask().asked_by).get("/uitwisselingen/1/afspraak.ics").status_code == 404  # type: ignore[arg-type]


def test_what_waits_for_oneself_comes_first_in_the_list_and_counts_in_the_menu() -> None:
    story = Story()
    exchange = story.ask()
    page = read(as_(story.owner).get("/mijn/uitwisselingen/"))
    assert "jij bent aan zet" in page
    assert re.search(r">1<span[^>]*> aan zet<", page)
    page = read(as_(story.requester).get("/mijn/uitwisselingen/"))
    assert "jij bent aan zet" not in page
    assert f"/uitwisselingen/{exchange.pk}/" in page
    assert "Hier staat nog niets" in read(as_(make_user()).get("/mijn/uitwisselingen/"))


def test_a_message_is_sent_and_read() -> None:
    story = Story()
    exchange = story.ask()
    client = as_(story.owner)
    address = f"/uitwisselingen/{exchange.pk}/"
    unseen = hidden(read(client.get(address)), f"{address}bericht/")
    assert client.post(f"{address}bericht/", unseen | {"message-text": "Past <b>morgen</b>?"}).status_code == 302
    assert "Past &lt;b&gt;morgen&lt;/b&gt;?" in read(as_(story.requester).get(address))
    assert client.post(f"{address}bericht/", unseen | {"message-text": " "}).status_code == 409
    assert exchange.conversation.messages.count() == 1


def test_what_others_wrote_counts_as_new_until_one_looks() -> None:
    story = Story()
    exchange = story.ask(message="Mag ik er tien?")
    owner, requester = as_(story.owner), as_(story.requester)
    assert "1 nieuw bericht<" in read(owner.get("/mijn/uitwisselingen/"))
    assert "nieuw bericht" not in read(requester.get("/mijn/uitwisselingen/"))
    services.send_message(by=story.requester, conversation=exchange.conversation, text="Of twaalf?")
    assert read(owner.get("/mijn/uitwisselingen/")).count("nieuwe berichten<") == 3  # in the list and both menus
    assert "nieuw bericht" not in read(as_(make_user()).get("/mijn/uitwisselingen/"))
    owner.get(f"/uitwisselingen/{exchange.pk}/")
    assert "nieuw bericht" not in read(owner.get("/mijn/uitwisselingen/"))
    services.send_message(by=story.requester, conversation=exchange.conversation, text="Dag.")
    assert "1 nieuw bericht<" in read(owner.get("/mijn/uitwisselingen/"))


def test_staff_of_the_hub_see_it_and_act_on_behalf() -> None:
    story = Story()
    exchange = story.ask()
    staff = make_user(name="Hanne")
    HubStaff.objects.create(hub_id=story.listing.hub_ids[0], user=staff, role="editor")
    client = as_(staff)
    page = read(client.get(f"/uitwisselingen/{exchange.pk}/"))
    assert f"namens {exchange.owner}" in page
    assert take(client, exchange, "accept", behalf_note="Bo, per telefoon").status_code == 302
    assert f"namens {exchange.owner}" in read(as_(story.requester).get(f"/uitwisselingen/{exchange.pk}/"))


@pytest.mark.parametrize(
    "state",
    ["asked", "countered", "accepted", "proposed", "scheduled", "handed_over", "completed", "no_show", "disputed"],
)
def test_each_state_reads_well_to_both_sides_and_the_hub(state: str) -> None:
    story = Story()
    exchange = getattr(story, state)()
    staff = make_user()
    HubStaff.objects.create(hub_id=story.listing.hub_ids[0], user=staff, role="editor")
    for user in (story.owner, story.requester, staff, make_user(is_superuser=True)):
        page = read(as_(user).get(f"/uitwisselingen/{exchange.pk}/"))
        assert "stations" in page
        assert "None" not in page
        assert "{" not in re.sub(r"<(script|body)[^>]*>", "", page).split("<main")[1]


def test_who_has_no_organisation_is_told_to_add_one_and_what_goes_whole_is_asked_whole() -> None:
    listing = published()
    assert "Organisatie toevoegen" in read(as_(make_user()).get(f"/zoekertje/{listing.pk}/aanvragen/"))
    member = make_user()
    make_organisation(member)
    whole = published(splittable=False)
    assert "readonly" in read(as_(member).get(f"/zoekertje/{whole.pk}/aanvragen/"))


def test_the_pages_ask_as_much_for_many_as_for_few() -> None:
    client, counts = as_(reader := make_user()), []
    organisation = make_organisation(reader)
    for _round in range(2):
        for _number in range(3):
            story = Story()
            story.organisation, story.requester = organisation, reader
            story.ask()
        with CaptureQueriesContext(connection) as queries:
            client.get("/mijn/uitwisselingen/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 17


def a_photo(name: str = "bon.jpg") -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (400, 300), (200, 190, 170)).save(made, "JPEG")
    return SimpleUploadedFile(name, made.getvalue(), "image/jpeg")


def test_a_weight_may_have_a_photo_of_its_slip_that_both_sides_see() -> None:
    story = Story()
    exchange = story.accepted()
    owner = as_(story.owner)
    weighed = take(owner, exchange, "state_weight", quantity="10", method="weighed", kg="250", slip=a_photo())
    assert weighed.status_code == 302
    page = read(as_(story.requester).get(f"/uitwisselingen/{exchange.pk}/"))
    address = re.search(r'href="(/uitwisselingen/\d+/bon/\d+/)"', page)
    assert address is not None
    for user, status in ((story.requester, 200), (story.owner, 200), (make_user(), 404)):
        assert as_(user).get(address[1]).status_code == status
    assert as_(story.owner).get(address[1])["Content-Type"] == "image/webp"
    assert Client().get(address[1]).status_code == 302


def test_what_is_no_photo_is_refused_and_nothing_is_weighed() -> None:
    story = Story()
    exchange = story.scheduled()
    fake = SimpleUploadedFile("bon.jpg", b"<html>", "image/jpeg")
    refused = take(as_(story.owner), exchange, "state_weight", quantity="10", method="weighed", kg="250", slip=fake)
    assert refused.status_code == 409
    exchange.refresh_from_db()
    assert exchange.state == "scheduled"
    assert not WeighingSlip.objects.exists()


def test_photos_go_along_with_a_message() -> None:
    story = Story()
    exchange = story.ask()
    address = f"/uitwisselingen/{exchange.pk}/"
    client = as_(story.requester)
    given = hidden(read(client.get(address)), f"{address}bericht/") | {
        "message-text": "Zo ziet het eruit.", "message-photos": [a_photo("een.jpg"), a_photo("twee.jpg")],
    }  # fmt: skip
    assert client.post(f"{address}bericht/", given).status_code == 302
    assert MessagePhoto.objects.filter(message__text="Zo ziet het eruit.").count() == 2
    assert "/bericht/foto/" in read(as_(story.owner).get(address))
    nine = given | {"message-photos": [a_photo() for _number in range(9)], "message-key": "other"}
    assert "Hoogstens 8 foto" in read(client.post(f"{address}bericht/", nine))


def test_a_weight_far_from_what_is_expected_is_asked_about() -> None:
    story = Story()
    exchange = story.accepted()
    owner = as_(story.owner)
    given = {"quantity": "10", "method": "weighed", "kg": "999999"}
    asked = take(owner, exchange, "state_weight", **given)
    assert asked.status_code == 409
    page = read(asked)
    assert "verwachten we ongeveer" in page
    assert 'type="checkbox" name="sure"' in page
    exchange.refresh_from_db()
    assert exchange.state == "accepted"
    assert take(owner, exchange, "state_weight", **given, sure="on").status_code == 302
    exchange.refresh_from_db()
    assert exchange.state == "handed_over"


@pytest.mark.parametrize("part", ["stap/accept/", "bericht/", "uren/"])
def test_asking_for_a_step_s_page_again_leads_to_the_exchange(part: str) -> None:
    story = Story()
    exchange = story.ask()
    address = f"/uitwisselingen/{exchange.pk}/"
    assert as_(story.owner).get(f"{address}{part}")["Location"] == address


def test_what_the_sides_said_stays_beside_what_the_hub_decided() -> None:
    story = Story()
    exchange = story.disputed()
    judge = make_user()
    HubStaff.objects.create(hub_id=exchange.hub_ids[0], user=judge, role="editor")
    services.settle(
        by=judge, exchange=exchange, method="weighed", quantity=Decimal(8), kg=Decimal(200), reason="De bon.",
        at=story.after(),
    )  # fmt: skip
    page = read(as_(story.owner).get(f"/uitwisselingen/{exchange.pk}/"))
    weights = page[page.index("Wat er meeging") : page.index('id="berichten"')]
    assert "250 kg" in weights
    assert weights.count("De hub") == 1
    assert "200 kg" in weights
    # What went over is what it is called from now on.
    assert re.search(r"<h1>8 stuks", page)
    assert "8 stuks" in read(as_(story.requester).get("/mijn/uitwisselingen/"))


def test_why_something_cannot_be_asked_for_is_said() -> None:
    over = published(available_until=TODAY)
    Listing.objects.filter(pk=over.pk).update(
        available_from=TODAY - dt.timedelta(days=2), available_until=TODAY - dt.timedelta(days=1)
    )
    page = read(as_(Story().requester).get(f"/zoekertje/{over.pk}/aanvragen/"))
    assert "De einddatum van dit zoekertje is voorbij." in page


def test_a_refused_time_stays_typed_where_somebody_of_one_s_own_was_first() -> None:
    story = Story()
    exchange = story.accepted()
    client, there = as_(story.owner), f"/uitwisselingen/{exchange.pk}/"
    seen = hidden(read(client.get(there)), f"{there}stap/propose_times/")
    services.propose_times(by=story.owner, exchange=exchange, times=[slot(5)])
    day = (TODAY + dt.timedelta(days=9)).isoformat()
    answer = client.post(
        f"{there}stap/propose_times/", seen | {"day_1": day, "from_1": "09:00", "to_1": "11:00", "side": "owner"}
    )
    assert answer.status_code == 409
    page = read(answer)
    assert "Dit ging niet door. Intussen:" in page
    assert f'value="{day}"' in page


def test_after_its_appointment_both_are_to_say_what_was_handed_over() -> None:
    story = Story()
    exchange = story.scheduled()
    client, there = as_(story.owner), f"/uitwisselingen/{exchange.pk}/"
    before = read(client.get(there))
    assert "De afspraak ligt vast." in before
    assert "Tot de afspraak hoef je niets te doen." in before
    assert "Zeggen wat er meeging, kan tot" in before
    ended = timezone.now() - dt.timedelta(hours=1)
    exchange.refresh_from_db()
    Exchange.objects.filter(pk=exchange.pk).update(deadline_at=ended + STATES[ExchangeState.SCHEDULED].lasts)
    after = read(client.get(there))
    assert "Jullie zijn allebei aan zet." in after
    assert "De afspraak is voorbij: zeg wat er meeging" in after
    for user in (story.owner, story.requester):
        assert exchange in Exchange.objects.waiting_for(user)
        assert "jij bent aan zet" in read(as_(user).get("/mijn/uitwisselingen/"))


def test_one_s_list_says_when_one_meets() -> None:
    story = Story()
    exchange = story.scheduled()
    (leg,) = exchange.legs.all()
    page = read(as_(story.owner).get("/mijn/uitwisselingen/"))
    assert moment_words(leg.appointments.get(state="confirmed").period) in page
