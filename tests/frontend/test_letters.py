"""The post box of the demo, and the page where a stranger refuses further letters."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from journal.letter_text import REFUSAL_SALT, refusal_link
from journal.letters import refuse_letters, topics_refused_by, write_letter
from journal.models import LetterRefusal
from journal.tasks import send_waiting_letters
from tests.makers import make_user

pytestmark = pytest.mark.django_db
ADDRESS = "nieuw@test.example"


@pytest.fixture
def link() -> str:
    return urlsplit(refusal_link(ADDRESS, "strangers")).path


def test_opening_the_link_asks_and_only_the_button_refuses(link: str) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(link)
    assert ADDRESS in page.content.decode()
    assert client.head(link).status_code == 200
    assert not LetterRefusal.objects.exists()
    answer = client.post(link, follow=True)
    assert "krijgt geen mails meer" in answer.content.decode()
    assert LetterRefusal.objects.of(ADDRESS).exists()
    # A second press does no harm.
    assert client.post(link).status_code == 302


def test_a_mail_program_refuses_by_one_post(link: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert LetterRefusal.objects.of(ADDRESS).exists()


def test_a_made_up_link_is_not_there(client: Client) -> None:
    assert client.post(reverse("letters-refuse", args=["made-up"])).status_code == 404
    assert not LetterRefusal.objects.exists()


def test_the_post_box_is_there_only_where_the_demo_runs(client: Client, settings: Any) -> None:
    for address in (reverse("demo-post"), reverse("demo-letter", args=[1]), reverse("demo-letter-html", args=[1])):
        assert client.get(address).status_code == 404
    settings.DEMO = True
    assert "Nog geen brieven" in client.get(reverse("demo-post")).content.decode()


def test_a_letter_can_be_read_in_the_demo_before_and_after_it_went(client: Client, settings: Any) -> None:
    settings.DEMO = True
    data = {"who": "Bo", "host": "Kringloop", "link": "http://127.0.0.1:8000/uitnodiging/abc/"}
    letter = write_letter("invitation", to=ADDRESS, language="nl", data=data, topic="strangers")
    assert letter is not None
    for _sent in range(2):
        page = client.get(reverse("demo-letter", args=[letter.pk])).content.decode()
        assert "Uitnodiging voor Kringloop op Werkstof" in page
        assert 'href="http://127.0.0.1:8000/uitnodiging/abc/"' in page
        as_mail = client.get(reverse("demo-letter-html", args=[letter.pk])).content.decode()
        assert as_mail.startswith("<!doctype html>")
        assert 'href="http://127.0.0.1:8000/uitnodiging/abc/"' in as_mail
        send_waiting_letters()
    box = client.get(reverse("demo-post")).content.decode()
    assert "verstuurd" in box
    assert "Uitnodiging voor Kringloop op Werkstof</a>" in box


def test_a_letter_that_was_dropped_says_so(client: Client, settings: Any) -> None:
    letter = write_letter("invitation", to=ADDRESS, language="nl", data={"who": "", "host": ""}, topic="strangers")
    assert letter is not None
    refuse_letters(ADDRESS, "strangers")
    settings.DEMO = True
    assert client.get(reverse("demo-letter-html", args=[letter.pk])).status_code == 404
    assert "niet verstuurd" in client.get(reverse("demo-letter", args=[letter.pk])).content.decode()


@pytest.mark.parametrize(
    ("topic", "asks", "says"),
    [
        ("messages", "Geen mails meer over berichten?", "geen mails meer over berichten in gesprekken"),
        ("freshness", "Niet meer vragen of je zoekertjes er nog zijn?", "niet meer of zoekertjes er nog zijn"),
        ("strangers", "Geen mails meer waar je niet om vroeg?", "geen mails meer waar je niet om vroeg"),
    ],
)
def test_a_click_stops_one_topic_and_the_same_link_takes_that_back(topic: str, asks: str, says: str) -> None:
    client, link = Client(enforce_csrf_checks=True), urlsplit(refusal_link(ADDRESS, topic)).path
    assert asks in client.get(link).content.decode()
    assert says in client.post(link, follow=True).content.decode()
    assert topics_refused_by(ADDRESS) == {topic}
    assert "Weer aanzetten" in client.get(link).content.decode()
    client.post(link, {"again": "1"})
    assert topics_refused_by(ADDRESS) == set()


def test_a_link_of_before_there_were_topics_refuses_what_nobody_asked_for() -> None:
    link = reverse("letters-refuse", args=[signing.dumps(ADDRESS, salt=REFUSAL_SALT)])
    assert Client().post(link).status_code == 302
    assert topics_refused_by(ADDRESS) == {"strangers"}


def test_a_member_chooses_in_their_account_and_finds_what_they_stopped() -> None:
    user, client = make_user(), Client()
    client.force_login(user)
    refuse_letters(user.email, "messages")
    page = client.get(reverse("my-account")).content.decode()
    assert 'value="messages">' in page
    assert 'value="freshness" checked>' in page
    client.post(reverse("my-letters"), {"topics": ["messages"]})
    assert topics_refused_by(user.email) == {"strangers", "freshness"}
    assert Client().post(reverse("my-letters")).status_code == 302
    assert topics_refused_by(user.email) == {"strangers", "freshness"}
