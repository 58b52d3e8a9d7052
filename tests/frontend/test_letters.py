"""The post box of the demo, and the page where a stranger refuses further letters."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from journal.letter_text import refusal_link
from journal.letters import refuse_letters, write_letter
from journal.models import LetterRefusal
from journal.tasks import send_waiting_letters

pytestmark = pytest.mark.django_db
ADDRESS = "nieuw@test.example"


@pytest.fixture
def link() -> str:
    return urlsplit(refusal_link(ADDRESS)).path


def test_opening_the_link_asks_and_only_the_button_refuses(link: str) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(link)
    assert ADDRESS in page.content.decode()
    assert not LetterRefusal.objects.exists()
    assert client.head(link).status_code == 405
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
    letter = write_letter("invitation", to=ADDRESS, language="nl", data=data, refusable=True)
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
    letter = write_letter("invitation", to=ADDRESS, language="nl", data={"who": "", "host": ""}, refusable=True)
    assert letter is not None
    refuse_letters(ADDRESS)
    settings.DEMO = True
    assert client.get(reverse("demo-letter-html", args=[letter.pk])).status_code == 404
    assert "niet verstuurd" in client.get(reverse("demo-letter", args=[letter.pk])).content.decode()
