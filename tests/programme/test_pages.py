"""The agenda, an activity's page, and the forms of a hub's staff."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from frontend.programme.forms import ActivityForm, initial_of
from geo.models import Hub
from journal.models import Event
from programme.models import Activity
from tests.geo.address_service import Service, serving
from tests.makers import make_user
from tests.programme.makers import HUB, TODAY, Programme, many

pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def titles(path: str, client: Client | None = None) -> list[str]:
    answer = (client or Client()).get(path)
    assert answer.status_code == 200
    return re.findall(r"<h3><a[^>]*>(.*?)</a></h3>", answer.text)


def form_of(**fields: Any) -> dict[str, Any]:
    """What the form sends, of a day in December that no clock changes on."""
    return {
        "title": "Hersteldag", "kind": "repair_day", "description": "", "languages": ["nl"],
        "day": f"{TODAY.year + 1}-12-03", "begins": "10:00", "last_day": "", "ends": "16:00", "place": "9000 Gent",
        "lat": "", "lon": "", "online_link": "", "signup_link": "", "partner": "",
    } | fields  # fmt: skip


# ---- the agenda ----


def test_the_agenda_shows_what_comes_of_all_hubs_and_says_when_and_where() -> None:
    story, other = Programme(), Programme(_another_hub())
    story.published(9, title="Later")
    other.published(2, title="Eerst", kind="hackathon")
    story.draft(title="Concept")
    story.past(title="Geweest")
    story.cancelled(4, title="Afgelast")
    assert titles("/agenda/") == ["Eerst", "Afgelast", "Later"]
    assert titles("/agenda/?voorbij=on") == ["Geweest"]
    assert titles(f"/agenda/?hub={HUB}") == ["Afgelast", "Later"]
    assert titles("/agenda/?soort=hackathon") == ["Eerst"]
    shown = Client().get(f"/agenda/?hub={HUB}").text
    assert "geannuleerd" in shown
    assert "Buurthuis, 9000 Gent" in shown
    assert "09:00\N{EN DASH}12:00" in shown


def _another_hub() -> str:
    return Hub.objects.exclude(slug=HUB).order_by("pk")[0].slug


@pytest.mark.parametrize(
    ("language", "day"),
    [("nl", "donderdag 4 november"), ("fr", "jeudi 4 novembre"), ("en", "Thursday 4 November")],
)
def test_days_are_written_as_each_language_does(language: str, day: str) -> None:
    story = Programme()
    made = story.published()
    begins = dt.datetime(2027, 11, 4, 9, tzinfo=dt.UTC)
    Activity.objects.filter(pk=made.pk).update(starts_at=begins, ends_at=begins + dt.timedelta(hours=2))
    prefix = "" if language == "nl" else f"/{language}"
    assert day.lower() in Client().get(f"{prefix}/agenda/{made.pk}/").text.lower()


def test_an_empty_agenda_says_so_in_words_and_where_to_look() -> None:
    assert "Er staat nu niets op de agenda" in Client().get("/agenda/").text
    narrowed = Client().get(f"/agenda/?hub={HUB}&soort=hackathon").text
    assert "Kijk bij alle hubs en alle soorten." in narrowed
    assert "Hier is nog niets geweest" in Client().get("/agenda/?voorbij=on").text


@pytest.mark.parametrize("asked", ["hub=nergens", "soort=feest", "hub=%00", "page=999999999999999999999", "page=x"])
def test_what_cannot_be_asked_does_no_harm(asked: str) -> None:
    Programme().published(title="Toch")
    answer = Client().get(f"/agenda/?{asked}")
    assert answer.status_code == 200
    assert "Toch" in answer.text
    if not asked.startswith("page"):
        assert 'class="field__error"' in answer.text


def test_pages_of_many_take_as_many_queries_as_of_one() -> None:
    story = Programme()
    story.published(partner=story.partner)
    Client().get("/agenda/")
    with CaptureQueriesContext(connection) as one:
        Client().get("/agenda/")
    many(60, story, first=1)
    with CaptureQueriesContext(connection) as several:
        answer = Client().get("/agenda/")
    assert len(several) == len(one) <= 5
    assert len(re.findall(r"<h3><a", answer.text)) == 20
    assert "page=2" in answer.text


def test_staff_alone_see_what_isn_t_published_yet() -> None:
    story = Programme()
    made = story.draft(title="Nog geheim")
    for client in (Client(), as_(make_user()), as_(Programme(_another_hub()).staff)):
        assert "Nog geheim" not in client.get("/agenda/").text
        assert client.get(f"/agenda/{made.pk}/").status_code == 404
        assert client.get(f"/agenda/{made.pk}/activiteit.ics").status_code == 404
    client = as_(story.staff)
    assert titles("/agenda/", client) == ["Nog geheim"]
    shown = client.get(f"/agenda/{made.pk}/").text
    assert "Dit is een concept" in shown
    assert "ld+json" not in shown


def test_the_hub_s_page_the_footer_and_the_sitemap_lead_there() -> None:
    story = Programme()
    made, hidden = story.published(), story.draft()
    assert f'href="/agenda/?hub={HUB}"' in Client().get(f"/hubs/{HUB}/").text
    assert 'href="/agenda/"' in Client().get("/").text
    listed = Client().get("/sitemap-paginas.xml").text
    assert f"/agenda/{made.pk}/</loc><lastmod>" in listed
    assert f"/agenda/{hidden.pk}/" not in listed
    robots = Client().get("/robots.txt").text
    assert "Disallow: /agenda/" not in robots
    assert "\nDisallow: /*.ics\n" in robots


def test_the_feed_has_what_comes_the_last_changed_first() -> None:
    story = Programme()
    story.published(3, title="Eerst gemaakt")
    story.cancelled(9, title="Afgelast")
    story.past(title="Geweest")
    story.draft(title="Concept")
    text = Client().get("/agenda/activiteiten.atom").text
    assert re.findall(r"<title>(.*?)</title>", text)[1:] == ["Afgelast", "Eerst gemaakt"]
    assert "Geannuleerd: De zaal is onder water gelopen." in text
    assert len(re.findall("<entry>", Client().get(f"/agenda/activiteiten.atom?hub={_another_hub()}").text)) == 0
    for asked, status in (("nergens", 404), ("x%00", 404), ("", 200)):
        assert Client().get(f"/agenda/activiteiten.atom?hub={asked}").status_code == status


# ---- an activity ----


def test_a_cancelled_activity_says_why_and_no_longer_how_to_come() -> None:
    story = Programme()
    links: dict[str, Any] = {
        "online_link": "https://online.test.example/",
        "signup_link": "https://inschrijven.test.example/",
    }
    shown = Client().get(f"/agenda/{story.published(**links).pk}/").text
    assert all(link in shown for link in links.values())
    off = Client().get(f"/agenda/{story.cancelled(**links).pk}/").text
    assert "De zaal is onder water gelopen." in off
    assert not any(f'href="{link}"' in off for link in links.values())


def test_what_people_write_is_never_read_as_html() -> None:
    made = Programme().published(title="<b>Vet</b>", description="<script>alert(1)</script>")
    shown = Client().get(f"/agenda/{made.pk}/").text
    assert "<b>Vet" not in shown
    assert "<script>alert" not in shown
    assert "<b>Vet" not in Client().get("/agenda/").text


# ---- making and changing ----


def test_staff_make_publish_change_and_cancel_one_by_forms() -> None:
    story = Programme()
    client = as_(story.staff)
    assert f"/hubs/{HUB}/activiteit/" in client.get("/agenda/").text
    led = client.post(f"/hubs/{HUB}/activiteit/", form_of(partner=story.partner.pk, languages=["nl", "fr"]))
    made = Activity.objects.get()
    assert led["Location"] == f"/agenda/{made.pk}/"
    assert (made.state, made.partner, made.languages) == ("draft", story.partner, ["nl", "fr"])
    assert timezone.localtime(made.starts_at).strftime("%m-%d %H:%M") == "12-03 10:00"
    client.post(f"/agenda/{made.pk}/publiceren/")
    made.refresh_from_db()
    client.post(f"/agenda/{made.pk}/wijzigen/", _seen(client, made, last_day=f"{TODAY.year + 1}-12-04"))
    made.refresh_from_db()
    assert made.state == "published"
    assert timezone.localtime(made.ends_at).strftime("%m-%d %H:%M") == "12-04 16:00"
    refused = client.post(f"/agenda/{made.pk}/annuleren/", {"cancel_reason": " "})
    assert refused.status_code == 409
    assert "field__error" in refused.text
    client.post(f"/agenda/{made.pk}/annuleren/", {"cancel_reason": "Te weinig mensen."})
    made.refresh_from_db()
    assert (made.state, made.cancel_reason) == ("cancelled", "Te weinig mensen.")
    assert client.post(f"/agenda/{made.pk}/weggooien/", follow=True).status_code == 200
    assert Activity.objects.filter(pk=made.pk).exists()


def _seen(client: Client, activity: Activity, **changes: Any) -> dict[str, Any]:
    """What a browser sends of the form as it was shown, with something changed."""
    page = client.get(f"/agenda/{activity.pk}/wijzigen/").text
    form = ActivityForm(initial=initial_of(activity), hub=activity.hub)
    sent: dict[str, Any] = {}
    for name in form.fields:
        value = form.initial.get(name)
        value = "" if value is None else value
        sent[name] = value
        if name != "version":
            assert f'name="initial-{name}"' in page, name
            sent[f"initial-{name}"] = value
    return sent | changes


def test_a_draft_is_thrown_away() -> None:
    story = Programme()
    made = story.draft()
    led = as_(story.staff).post(f"/agenda/{made.pk}/weggooien/")
    assert led["Location"] == f"/agenda/?hub={HUB}"
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "Vul dit in."),
        ({"day": "31/02/2027"}, "geen datum"),
        ({"day": "0001-01-01"}, "Kies een dag in de jaren 2000 tot 2100."),
        ({"last_day": "9999-12-31"}, "Kies een dag in de jaren 2000 tot 2100."),
        ({"day": "2027-03-28", "begins": "02:30", "ends": "05:00"}, "Dat uur bestaat die nacht niet: de klok gaat"),
        ({"day": "2027-03-27", "last_day": "2027-03-28", "ends": "02:30"}, "Dat uur bestaat die nacht niet: de klok"),
        ({"day": "2027-10-31", "begins": "02:30"}, "Dat uur komt die nacht twee keer: de klok gaat terug."),
        ({"ends": "10:00"}, "Het einde ligt voor het begin. Kies een later einde."),
        ({"languages": []}, "Vul dit in."),
        ({"place": "Nergenshuizen"}, "Deze plaats kennen we niet."),
        ({"place": ""}, "Geef een plaats, of een link om online mee te doen."),
        ({"lat": "51.05"}, "Vul dit in."),
        ({"lat": "51.05", "lon": "oost"}, "“oost” is geen getal."),
        ({"lat": "3.72", "lon": "51.05"}, "lat en lon lijken omgewisseld"),
        ({"lat": "48.85", "lon": "2.35"}, "Dit punt (lat 48.85, lon 2.35) ligt niet in België."),
        ({"lat": "194000", "lon": "104000"}, "ligt niet in België."),
        ({"place": "", "lat": "51.05", "lon": "3.72"}, "Schrijf ook hoe de plek van de speld heet"),
        ({"online_link": "http://online.test.example/"}, "Geef een adres dat met https:// begint."),
        ({"partner": "999999999"}, "keuze"),
        ({"title": "x" * 141}, "140"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_stored(fields: dict[str, Any], words: str) -> None:
    answer = as_(Programme().staff).post(f"/hubs/{HUB}/activiteit/", form_of(**fields))
    assert answer.status_code == 409
    said = " ".join(re.findall(r'<p class="field__error">.*?</svg>(.*?)</p>', answer.text, re.S))
    assert words in said, said
    assert not Activity.objects.exists()


def test_an_address_without_https_before_it_is_meant_so() -> None:
    as_(Programme().staff).post(f"/hubs/{HUB}/activiteit/", form_of(signup_link="inschrijven.test.example/hier"))
    assert Activity.objects.get().signup_link == "https://inschrijven.test.example/hier"


def test_a_pin_says_exactly_where_it_is_until_another_place_is_written() -> None:
    story = Programme()
    client = as_(story.staff)
    sent = form_of(place="De loods achter het kanaal", lat="51,0543", lon="3.7174")
    assert client.post(f"/hubs/{HUB}/activiteit/", sent).status_code == 302
    made = Activity.objects.get()
    assert made.location is not None
    assert made.municipality is not None
    assert (made.location.coords, made.is_exact, made.municipality.name_nl) == ((3.7174, 51.0543), True, "Gent")
    path = f"/agenda/{made.pk}/wijzigen/"
    # What is written beside it leaves the pin, and moving the pin leaves the words.
    for fields, lat in (({"title": "Grote hersteldag"}, 51.0543), ({"lat": "51.06"}, 51.06)):
        assert client.post(path, _seen(client, made, **fields)).status_code == 302
        made.refresh_from_db()
        assert made.location is not None
        assert (made.place, made.location.y, made.is_exact) == ("De loods achter het kanaal", lat, True)
    moved = Event.objects.filter(subject_kind="programme.activity", verb="activity.changed").latest("pk")
    assert moved.changes == {"place": None}
    # Another name for what we don't know leaves it too; a place that we know takes it away.
    assert client.post(path, _seen(client, made, place="De loods in Nergenshuizen")).status_code == 302
    made.refresh_from_db()
    assert made.location is not None
    assert (made.place, made.location.y, made.is_exact) == ("De loods in Nergenshuizen", 51.06, True)
    assert client.post(path, _seen(client, made, place="9030 Mariakerke")).status_code == 302
    made.refresh_from_db()
    assert made.location is not None
    assert (made.place, made.is_exact, made.location.y == 51.06) == ("9030 Mariakerke", False, False)


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    yield from serving(settings)


@pytest.mark.usefixtures("service")
def test_a_house_that_we_know_is_no_pin_and_an_online_activity_has_none() -> None:
    story = Programme()
    made = story.draft(place="Kerkstraat 12, 9000 Gent")
    assert made.is_exact
    assert (initial_of(made)["lat"], initial_of(made)["lon"]) == ("", "")
    client, path = as_(story.staff), f"/agenda/{made.pk}/wijzigen/"
    assert client.post(path, _seen(client, made, lat="51.06", lon="3.71")).status_code == 302
    made.refresh_from_db()
    assert (initial_of(made)["lat"], initial_of(made)["lon"]) == ("51.06", "3.71")
    link = "https://online.test.example/"
    assert client.post(path, _seen(client, made, place="", online_link=link)).status_code == 302
    made.refresh_from_db()
    assert (made.place, made.location, made.is_exact) == ("", None, False)


def test_a_pin_that_is_taken_away_leaves_where_its_words_are() -> None:
    story = Programme()
    made = story.draft(pin=Point(3.7174, 51.0543, srid=4326))
    assert made.is_exact
    client = as_(story.staff)
    client.post(f"/agenda/{made.pk}/wijzigen/", _seen(client, made, lat="", lon=""))
    made.refresh_from_db()
    assert (made.place, made.is_exact, made.location is None) == ("Buurthuis, 9000 Gent", False, False)


def test_two_editors_choose_between_both_versions_and_lose_nothing() -> None:
    story = Programme()
    made, (one, other) = story.draft(), (as_(story.staff), as_(story.staff))
    first = _seen(one, made, title="Van de eerste", languages=["nl", "fr"])
    second = _seen(other, made, title="Van de tweede", place="9030 Mariakerke")
    assert one.post(f"/agenda/{made.pk}/wijzigen/", first).status_code == 302
    answer = other.post(f"/agenda/{made.pk}/wijzigen/", second)
    assert answer.status_code == 409
    assert "Iemand anders wijzigde dit ook" in answer.text
    assert 'name="kies-title" value="mine"' in answer.text
    assert "Nederlands, Frans" in answer.text
    assert 'name="version" value="2"' in answer.text
    made.refresh_from_db()
    assert (made.title, made.place) == ("Van de eerste", "Buurthuis, 9000 Gent")
    # As the browser sends it again: mine for the title; the languages are as the other left them.
    again = second | {"version": 2, "kies-title": "theirs", "languages": ["nl", "fr"]}
    again |= {"initial-languages": ["nl", "fr"]}
    assert other.post(f"/agenda/{made.pk}/wijzigen/", again).status_code == 302
    made.refresh_from_db()
    assert (made.title, made.place, made.languages) == ("Van de eerste", "9030 Mariakerke", ["nl", "fr"])


def test_a_time_that_both_moved_is_one_choice() -> None:
    story = Programme()
    made, client = story.draft(), as_(story.staff)
    first, second = _seen(client, made, begins="08:00"), _seen(client, made, ends="13:30")
    client.post(f"/agenda/{made.pk}/wijzigen/", first)
    answer = client.post(f"/agenda/{made.pk}/wijzigen/", second)
    assert answer.status_code == 409
    assert len(re.findall(r'name="kies-when" value="mine"', answer.text)) == 1


def test_an_activity_that_is_cancelled_meanwhile_isn_t_changed() -> None:
    story = Programme()
    made, client = story.published(), as_(story.staff)
    sent = _seen(client, made, title="Anders")
    client.post(f"/agenda/{made.pk}/annuleren/", {"cancel_reason": "Storm."})
    answer = client.post(f"/agenda/{made.pk}/wijzigen/", sent)
    assert answer.status_code == 409
    assert "Deze activiteit is geannuleerd" in answer.text
