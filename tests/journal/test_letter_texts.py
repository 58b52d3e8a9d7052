"""Each letter reads well in three languages, as plain text and as HTML."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from journal.enums import Topic
from journal.letter_text import refusal_link, refused_by, render_letter
from journal.letters import Written, on_one_line
from journal.models import Letter

TEMPLATES = sorted(path.stem for room in settings.BASE_DIR.glob("*/templates/letters") for path in room.glob("*.html"))
#: What each letter needs, as whoever writes it gives it.
DATA: dict[str, dict[str, Any]] = {
    "invitation": {"who": "Bo & Co <b>", "host": 'Kringloop "De Wissel"', "link": "http://127.0.0.1:8000/u/abc/"},
    "hub_staff_added": {
        "who": "Bo & Co <b>",
        "hub": "Hub 'Noord'",
        "role": "redacteur",
        "link": "http://127.0.0.1:8000/hubs/noord/",
    },
    "verification_given": {
        "organisation": "Bo & Co <b>",
        "what": "de organisatie",
        "hub": "Hub 'Noord'",
        "evidence": "KBO-uittreksel van 3 maart",
        "until": "3 december 2028",
        "why": "",
        "reason": "",
        "link": "http://127.0.0.1:8000/organisatie/bo-co/beheer/",
    },
    "verification_ended": {
        "organisation": "Bo & Co <b>",
        "what": "de organisatie",
        "hub": "Hub 'Noord'",
        "evidence": "KBO-uittreksel van 3 maart",
        "until": "3 december 2028",
        "why": "ingetrokken",
        "reason": "Gestopt volgens de KBO.",
        "link": "http://127.0.0.1:8000/organisatie/bo-co/beheer/",
    },
    "booking_made": {
        "who": "Bo & Co <b>",
        "service": "Herstelatelier",
        "supply": "Oude frigo's",
        "weeks": "4 stuks in week 3",
        "link": "http://127.0.0.1:8000/zoekertje/1/#weken",
    },
    "booking_cancelled": {
        "who": "Bo & Co <b>",
        "service": "Herstelatelier",
        "supply": "",
        "weeks": "4 stuks in week 3",
        "link": "http://127.0.0.1:8000/zoekertje/1/#weken",
    },
    "map_listing_begun": {
        "hub": "Hub 'Noord'",
        "who": "Bo & Co <b>",
        "organisation": 'Kringloop "De Wissel"',
        "title": "Bakstenen van een school",
        "note": "An Peeters, per telefoon op 3 maart",
        "link": "http://127.0.0.1:8000/zoekertje/1/wijzigen/",
    },
    "map_outcome": {
        "accepted": False,
        "is_change": False,
        "count": 2,
        "first": "Zaagsel <b>",
        "names": "Zaagsel <b>, Spaanplaat",
        "more": "",
        "layer": "Reststromen van bedrijven",
        "hub": "Hub 'Noord'",
        "reason": "Het adres klopt niet.",
        "link": "http://127.0.0.1:8000/mijn/kaartvoorstellen/",
    },
    "map_waiting": {
        "hub": "Hub 'Noord'",
        "count": 3,
        "names": "Reststromen van bedrijven (2), Gebouwen <b> (1)",
        "more": "",
        "link": "http://127.0.0.1:8000/hubs/noord/kaarten/",
    },
    "chain_fell": {
        "what": "Oude frigo's",
        "said": [
            {
                "words": "Ann (Kringwinkel Noord) annuleerde de uitwisseling van “Oude frigo's”.",
                "requester": "Kringwinkel Noord",
                "behalf_note": "An & Co <b>, per telefoon",
                "reason": "Brand <b> in het atelier.",
            },
            {"words": "De dienst zegde af.", "requester": "", "behalf_note": "", "reason": ""},
        ],
        "lies_at": "Kringwinkel <b> Noord",
        "is_free": False,
        "chain": "Oude frigo's → Herstelatelier → Bo & Co <b> zoekt frigo's",
        "own": "Oude frigo's",
        "can_reply": True,
        "is_hub": True,
        "link": "http://127.0.0.1:8000/zoekertje/1/matches/#chains",
    },
    "request_gone": {
        "what": "Oude frigo's",
        "amount": "10 stuks",
        "status": "afgerond",
        "lists": [
            {
                "heading": "Dit komt er het dichtst bij",
                "items": [{"title": "Koelkast <b>", "line": "Aanbod", "link": "http://127.0.0.1:8000/zoekertje/2/"}],
                "more": "",
            }
        ],
        "link": "http://127.0.0.1:8000/uitwisselingen/1/",
    },
    "agreement_step": {
        "asked": "10 stuks, elke dinsdag vanaf 8 december 2026",
        "what": "Bierdraf",
        "amount": "200 kg",
        "rhythm": "elke dinsdag",
        "state": "levering overgeslagen",
        "differs": "Waar en hoe: Poort 3 & 4 → <b> Kade 9",
        "sentence": "Bo & Co <b> sloeg de levering van “Bierdraf” op 8 december over.",
        "requester": "Kringwinkel Noord",
        "behalf_note": "An & Co <b>, per telefoon",
        "reason": "We zijn gesloten.",
        "changed": 1,
        "can_reply": True,
        "next": "De andere leveringen gaan door.",
        "link": "http://127.0.0.1:8000/vaste-afspraken/1/",
    },
    "agreement_reminder": {
        "asked": "10 stuks, elke dinsdag vanaf 8 december 2026",
        "what": "Bierdraf",
        "amount": "200 kg",
        "rhythm": "elke dinsdag",
        "is_paused": False,
        "proposed": "Per levering: van 90 naar 700 kg <b>",
        "is_countered": True,
        "can_reply": True,
        "until": "3 december 2026",
        "link": "http://127.0.0.1:8000/vaste-afspraken/1/",
    },
    "exchange_step": {
        "what": "Oude frigo's",
        "state": "Aangevraagd",
        "sentence": "Bo & Co <b> vroeg 4 stuks aan.",
        "requester": "Kringwinkel Noord",
        "behalf_note": "An & Co <b>, per telefoon",
        "reason": "Voor het atelier.",
        "weeks": "7 december (20 stuks), 14 december (12 stuks)",
        "appointment": "donderdag 3 december, 10:00–12:00",
        "is_off": False,
        "food": "De THT-datum is 2 december 2026, en die is dan voorbij. Het kan nog goed zijn: kijk, ruik en proef.",
        "next": "De ander zegt dat jullie niet kwamen. Tegenspreken kan tot donderdag 3 december, 12:00.",
        "can_reply": True,
        "link": "http://127.0.0.1:8000/uitwisselingen/1/",
    },
    "exchange_reminder": {
        "what": "Oude frigo's",
        "appointment": "",
        "next": "Antwoord.",
        "until": "donderdag 3 december, 12:00",
        "can_reply": True,
        "link": "http://127.0.0.1:8000/uitwisselingen/1/",
    },
    "exchange_proposal": {
        "hub": "Hub Gent",
        "own": "Oude frigo's",
        "other": "Gezocht: frigo's <b>",
        "organisation": "Bo & Co",
        "is_chain": False,
        "work": "25 stuks in de week van 7 december 2026",
        "note": "Jullie zijn buren.",
        "is_reminder": True,
        "until": "3 december 2026",
        "link": "http://127.0.0.1:8000/voorstellen/1/",
    },
    "exchange_proposal_ended": {
        "what": "Oude frigo's → Gezocht: frigo's <b>",
        "withdrawn_by": "",
        "refused_by": "Bo & Co <b>",
        "reason": "het is te ver: 80 km <b>",
        "link": "http://127.0.0.1:8000/voorstellen/1/",
    },
    "exchange_proposal_answered": {
        "who": "Hanne (Hub Gent)",
        "organisation": "Bo & Co <b>",
        "what": "Oude frigo's → Gezocht: frigo's <b>",
        "is_yes": False,
        "behalf_note": "An <b>, per telefoon",
        "link": "http://127.0.0.1:8000/voorstellen/1/",
    },
    "exchange_proposal_agreed": {
        "what": "Oude frigo's → Gezocht: frigo's <b>",
        "link": "http://127.0.0.1:8000/voorstellen/1/",
    },
    "exchange_message": {
        "what": "Oude frigo's",
        "who": "Bo & Co <b>",
        "text": "Past morgen?",
        "photos": 2,
        "can_reply": True,
        "link": "http://127.0.0.1:8000/uitwisselingen/1/#berichten",
    },
    "mail_answer": {"taken": False, "reason": "Ze is te groot.", "link": "http://127.0.0.1:8000/uitwisselingen/1/"},
    "mail_bounced": {
        "what": "Oude frigo's",
        "who": "Bo & Co <b>",
        "address": "bo@test.example",
        "of": "Kringloop 'Noord'",
        "role": "colleague",
        "link": "http://127.0.0.1:8000/uitwisselingen/1/#berichten",
    },
    "exchange_hub_invited": {
        "what": "Oude frigo's",
        "who": "Bo & Co <b>",
        "hub": "Hub 'Noord'",
        "link": "http://127.0.0.1:8000/uitwisselingen/1/#berichten",
    },
    "enquiry_asked": {
        "subject": "Oude frigo's",
        "who": "Bo & Co <b>",
        "place": "Lier",
        "is_nearest": True,
        "meant_for": "Hub 'Zuid'",
        "unstaffed": "",
        "has_mailbox": False,
        "to_mailbox": False,
        "text": "Wie kan deze demonteren?",
        "photos": 1,
        "can_reply": True,
        "link": "http://127.0.0.1:8000/vraag/1/#berichten",
    },
    "enquiry_reminder": {
        "subject": "Oude frigo's",
        "who": "Bo & Co <b>",
        "since": "3 december 2026",
        "has_owner": False,
        "owner": "",
        "unstaffed": "Hub 'Noord'",
        "has_mailbox": True,
        "to_mailbox": False,
        "link": "http://127.0.0.1:8000/vraag/1/#berichten",
    },
    "enquiry_closed": {
        "subject": "Oude frigo's",
        "hub": "Hub 'Noord'",
        "unanswered": True,
        "contact": "noord@hub.example",
        "link": "http://127.0.0.1:8000/vraag/1/#berichten",
    },
    "alerts": {
        "count": 3,
        "first": "Oude frigo's",
        "lists": [
            {
                "heading": "Frigo's <b>",
                "items": [
                    {
                        "title": "Oude frigo's",
                        "line": "Aanbod · 4 stuks",
                        "link": "http://127.0.0.1:8000/zoekertje/1/",
                    },
                    {"title": "Koelkast <b>", "line": "Aanbod · 1 stuk", "link": "http://127.0.0.1:8000/zoekertje/2/"},
                ],
                "more": "en nog 1",
            }
        ],
        "link": "http://127.0.0.1:8000/meldingen/",
    },
    "freshness": {
        "step": "asked_again",
        "count": 2,
        "first": "Oude frigo's",
        "until": "3 december 2026",
        "names": "Oude frigo's, Koelkast <b>",
        "more": "",
        "link": "http://127.0.0.1:8000/nog-beschikbaar/abc/",
    },
    "map_verification": {
        "again": True,
        "count": 2,
        "first": "Bakstenen van een school",
        "hubs": "Hub 'Noord'",
        "names": "Bakstenen van een school, Zaagsel <b>",
        "more": "en nog 3",
        "until": "3 december 2026",
        "link": "http://127.0.0.1:8000/klopt-nog/abc/",
    },
    "email_confirmation": {"link": "http://127.0.0.1:8000/c/"},
    "password_reset": {"link": "http://127.0.0.1:8000/r/"},
    "unknown_account": {"link": "http://127.0.0.1:8000/s/"},
    "account_already_exists": {"link": "http://127.0.0.1:8000/p/"},
}


class _Tags(HTMLParser):
    """Tags that are open, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def letter(template: str, language: str) -> Letter:
    return Letter(
        recipient="nieuw@test.example", language=language, template=template, data=DATA[template],
        message_id="<1@here>", dedup_key="1", topic="strangers" if template == "invitation" else "",
        created_at=timezone.now(),
    )  # fmt: skip


def test_every_template_has_its_example() -> None:
    assert set(TEMPLATES) == set(DATA)
    assert len(TEMPLATES) >= 5


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_letter_renders_in_three_languages_each_with_words_of_its_own(template: str) -> None:
    texts = {language: render_letter(letter(template, language)) for language in settings.LANGUAGE_CODES}
    for part in ("subject", "text", "html"):
        assert len({getattr(rendered, part) for rendered in texts.values()}) == 3, part
    for language, rendered in texts.items():
        link = DATA[template]["link"]
        assert rendered.subject
        assert "\n" not in rendered.subject
        assert f"\n{link}\n" in rendered.text
        assert f'href="{link}"' in rendered.html
        assert f'<html lang="{language}">' in rendered.html
        # Plain text has no trace of HTML, nor gaps.
        assert "&amp;" not in rendered.text
        assert "\n\n\n" not in rendered.text
        tags = _Tags()
        tags.feed(rendered.html)
        assert (tags.open, tags.wrong) == ([], [])


def test_a_letter_that_lists_things_links_to_each_and_says_how_to_stop() -> None:
    one = letter("alerts", "nl")
    one.stop_link = "http://127.0.0.1:8000/meldingen/stoppen/abc/"
    rendered = render_letter(one)
    assert "- Koelkast <b>\nAanbod · 1 stuk\nhttp://127.0.0.1:8000/zoekertje/2/\n" in rendered.text
    assert "en nog 1" in rendered.text
    assert '<a href="http://127.0.0.1:8000/zoekertje/2/"' in rendered.html
    assert "Koelkast &lt;b&gt;" in rendered.html
    for text in (rendered.text, rendered.html):
        assert one.stop_link in text
        assert "Deze meldingen stoppen" in text


def test_what_people_typed_is_no_html() -> None:
    rendered = render_letter(letter("invitation", "nl"))
    assert "<b>" not in rendered.html
    assert "Bo &amp; Co &lt;b&gt;" in rendered.html
    assert 'Bo & Co <b> nodigt je uit om op Werkstof mee te werken voor Kringloop "De Wissel".' in rendered.text


def test_a_refusal_link_holds_its_address_and_nobody_makes_one_up() -> None:
    token = refusal_link("nieuw@test.example", "strangers").rstrip("/").rsplit("/", 1)[1]
    assert refused_by(token) == ("nieuw@test.example", Topic.STRANGERS)
    assert refused_by(token[:-1]) is None
    assert re.fullmatch(r"[A-Za-z0-9_.:-]+", token)


def test_a_message_keeps_its_paragraphs_set_apart_and_the_subject_one_line() -> None:
    written = on_one_line(
        {"text": Written("Dag,\r\n\r\n- 10 deuren\n- <b>2</b> ramen\n\n\n\nGroeten "), "what": "Deu\nren"}
    )
    assert written == {"text": "Dag,\n\n- 10 deuren\n- <b>2</b> ramen\n\nGroeten", "what": "Deu ren"}
    one = letter("exchange_message", "nl")
    one.data = one.data | written
    rendered = render_letter(one)
    assert "\n> Dag,\n>\n> - 10 deuren\n> - <b>2</b> ramen\n>\n> Groeten\n" in rendered.text
    assert "Dag,<br><br>- 10 deuren<br>- &lt;b&gt;2&lt;/b&gt; ramen<br><br>Groeten</span>" in rendered.html
    assert rendered.subject == "Bericht over Deu ren"
