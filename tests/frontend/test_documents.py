"""The manual, the privacy notice, the terms and the contact page: complete, true, and the same in three languages."""

import re
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.html import escape

from frontend.about.documents import TEXTS, read_document
from geo.models import Hub
from listings.imports import values
from marketplace.old_reads import COOKIE as WROTE_COOKIE
from tests.house.pages import anchors, table

pytestmark = pytest.mark.django_db
LANGUAGES = ["nl", "en", "fr"]
DOCUMENTS = {"help": "/hulp/", "privacy": "/privacy/", "terms": "/voorwaarden/"}
languages = pytest.mark.parametrize("language", LANGUAGES)
documents = pytest.mark.parametrize("name", DOCUMENTS)


def page(path: str, language: str) -> str:
    """A page as a visitor gets it whose browser asks for this language."""
    answer = Client().get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert f'<html lang="{language}">' in text
    return text


def source(name: str, language: str) -> Path:
    return TEXTS / f"{name}.{language}.md"


# ---- each page, in each language ----


@documents
@languages
def test_a_page_has_its_title_and_every_heading_of_its_text(name: str, language: str) -> None:
    text = page(DOCUMENTS[name], language)
    title, *headings = re.findall(r"^#+ (.+)$", source(name, language).read_text(), re.M)
    assert len(headings) >= 4
    assert f"<h1>{title}</h1>" in text
    shown = re.findall(r'<h[23] id="[^"]+">(.+?)</h[23]>', text)
    assert [heading for heading in headings if heading not in shown] == []


@documents
@languages
def test_the_table_of_contents_leads_to_each_part(name: str, language: str) -> None:
    text = page(DOCUMENTS[name], language)
    listed = re.findall(r'<li><a href="#([^"]+)">', text)
    assert {part.anchor for part in read_document(name, language).parts} <= set(listed)
    assert [anchor for anchor in listed if f'id="{anchor}"' not in text] == []
    assert len(re.findall(r' id="', text)) == len(set(re.findall(r' id="([^"]+)"', text)))


@documents
@languages
def test_anchors_are_those_that_readers_of_the_sources_see(name: str, language: str) -> None:
    ids = set(re.findall(r'<h[23] id="([^"]+)"', read_document(name, language).html))
    assert ids
    assert ids <= anchors(source(name, language))


@documents
@languages
def test_links_of_a_text_lead_to_a_page_of_the_site_and_to_a_part_of_it(name: str, language: str) -> None:
    for target in re.findall(r'<a href="(/[^"]+)"', read_document(name, language).html):
        path, _, anchor = target.partition("#")
        assert f'id="{anchor}"' in page(path, language)


@languages
def test_every_page_s_footer_leads_to_all_four(language: str) -> None:
    footer = page("/", language).split("<footer", 1)[1]
    own = "" if language == "nl" else f"/{language}"
    assert [path for path in (*DOCUMENTS.values(), "/contact/") if f'href="{own}{path}"' not in footer] == []


@languages
def test_links_of_a_text_stay_in_its_language(language: str) -> None:
    linked = set(re.findall(r'href="(/[^"]*)"', read_document("help", language).html))
    own = "" if language == "nl" else f"/{language}"
    assert linked == {f"{own}/over/#koppelen", f"{own}/methode/#formule"}


def test_pictures_of_the_manual_are_served() -> None:
    pictures = re.findall(r'<img src="([^"]+)"', read_document("help", "nl").html)
    assert len(pictures) == 2
    for address in pictures:
        name = re.sub(r"\.[0-9a-f]{12}(?=\.png$)", "", address.removeprefix(settings.STATIC_URL))
        assert (settings.BASE_DIR / "frontend/static" / name).is_file()


# ---- the same in three languages ----


def shape(path: Path) -> list[str]:
    """What each block of a text is, and how many rows or lines a table or a list has."""
    blocks = re.split(r"\n\n+", re.sub(r"^!\[.*\n\n", "", path.read_text(), flags=re.M))
    return [_shape_of(block.strip()) for block in blocks]


def _shape_of(block: str) -> str:
    if block.startswith("#"):
        return block.split(" ", 1)[0]
    if block.startswith("|"):
        return f"table of {len(block.splitlines())}"
    points = re.findall(r"^(?:-|\d\.) ", block, re.M)
    return f"list of {len(points)}" if points else "words"


@documents
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_translation_has_every_part_of_the_dutch_text(name: str, language: str) -> None:
    dutch = shape(source(name, "nl"))
    assert len(dutch) > 12
    assert shape(source(name, language)) == dutch


def bold(name: str, language: str) -> list[str]:
    text = source(name, language).read_text()
    return [" ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", text, re.S)]


def plain(text: str) -> str:
    return text.replace("’", "'").replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("name", ["help", "privacy"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_button_is_called_as_the_pages_call_it(name: str, language: str) -> None:
    """What stands in bold and is a text of the pages stands in bold in each language, in that language's words."""
    pairs = list(zip(bold(name, "nl"), bold(name, language), strict=True))
    compared = 0
    with translation.override(language):
        for dutch, said in pairs:
            shown = plain(translation.gettext(dutch))
            # Names of columns are the same everywhere; other words aren't of the pages.
            if shown not in (dutch, plain(said)) and said != dutch:
                pytest.fail(f"“{dutch}” is “{shown}” on the pages, and “{said}” in the text")
            compared += shown == plain(said)
    assert compared >= {"help": 20, "privacy": 1}[name]


# ---- what the texts say is so ----


@pytest.mark.parametrize(("language", "header"), [("nl", "cookie"), ("en", "cookie"), ("fr", "cookie")])
def test_the_privacy_notice_names_the_cookies_that_are_set(language: str, header: str) -> None:
    named = {row[0].strip("`") for row in table(source("privacy", language), header)}
    ours = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, WROTE_COOKIE}
    assert named == ours | {"messages"}


def test_cookies_last_as_long_as_the_notice_says() -> None:
    day = 24 * 3600
    assert 14 * day == settings.SESSION_COOKIE_AGE
    assert 360 * day < settings.CSRF_COOKIE_AGE < 370 * day
    assert settings.LANGUAGE_COOKIE_AGE is None


@pytest.mark.parametrize(
    ("language", "header", "kinds", "units", "conditions"),
    [
        (
            "nl", "kolom", "aanbod vraag",
            "kg, ton, stuks, m, m², m³, liter, pallets, dozen, rollen, zakken",
            "nieuw, zo goed als nieuw, gebruikt, te herstellen, voor onderdelen",
        ),
        (
            "en", "column", "supply demand",
            "kg, ton, pieces, m, m², m³, litre, pallets, boxes, rolls, bags",
            "new, as new, used, to repair, for parts",
        ),
        (
            "fr", "colonne", "offre demande",
            "kg, tonne, pièces, m, m², m³, litre, palettes, boîtes, rouleaux, sacs",
            "neuf, comme neuf, usagé, à réparer, pour pièces",
        ),
    ],
)  # fmt: skip
def test_words_that_the_manual_offers_for_a_list_are_read(
    language: str, header: str, kinds: str, units: str, conditions: str
) -> None:
    rows = {row[0].split(" ")[0].strip("*"): row[2] for row in table(source("help", language), header)}
    offered = {name: re.sub(r" (?:of|or|ou) ", ", ", text) for name, text in rows.items()}
    assert offered["soort"].startswith(kinds.replace(" ", ", "))
    assert offered["eenheid"].startswith(units)
    assert offered["staat"].startswith(conditions)
    assert [values.kind(word).value for word in kinds.split()] == ["supply", "demand"]
    assert len({values.unit(word) for word in units.split(", ")}) == 11
    assert [values.condition(word).value for word in conditions.split(", ")] == [5, 4, 3, 2, 1]


# ---- who runs it ----


@pytest.mark.parametrize("path", ["/privacy/", "/voorwaarden/", "/contact/"])
def test_who_runs_the_site_is_named(path: str, settings: LazySettings) -> None:
    settings.SITE_OPERATOR_NAME = "Hub <Voorbeeld> vzw"
    settings.SITE_OPERATOR_ADDRESS = "Kerkstraat 1, 9000 Gent"
    settings.SITE_OPERATOR_NUMBER = "0403.170.701"
    settings.SITE_OPERATOR_EMAIL = "info@voorbeeld.example"
    text = page(path, "nl")
    for said in (escape(settings.SITE_OPERATOR_NAME), settings.SITE_OPERATOR_ADDRESS, settings.SITE_OPERATOR_NUMBER):
        assert said in text
    assert 'href="mailto:info@voorbeeld.example"' in text
    assert "ingevuld" not in text.split("<aside", 1)[0].replace("Nog niet ingevuld. In België", "")
    assert "Dit is een demo" not in text


@pytest.mark.parametrize("path", ["/privacy/", "/voorwaarden/", "/contact/"])
def test_what_is_not_set_is_said_to_be_so(path: str) -> None:
    text = page(path, "nl")
    assert "heeft hier nog geen naam en adres ingevuld" in text
    assert "Er is nog geen e-mailadres ingevuld" in text
    assert "mailto:" not in text.split('id="hubs"', 1)[0]


@pytest.mark.parametrize("path", ["/privacy/", "/voorwaarden/", "/contact/"])
def test_a_demo_says_that_it_is_one(path: str, settings: LazySettings) -> None:
    settings.DEMO = True
    assert "Dit is een demo" in page(path, "nl")


def test_the_supervisor_is_named_or_said_not_to_be(settings: LazySettings) -> None:
    assert "Nog niet ingevuld. In België" in page("/privacy/", "nl")
    settings.SITE_SUPERVISOR = "Vlaamse Toezichtcommissie, Brussel"
    text = page("/privacy/", "nl")
    assert "Vlaamse Toezichtcommissie, Brussel" in text
    assert "Nog niet ingevuld" not in text


def test_the_privacy_notice_names_other_hosts_that_are_asked(settings: LazySettings) -> None:
    settings.BASEMAP_URL = settings.ADDRESS_SERVICE_URL = ""
    assert "Niemand anders" in page("/privacy/", "nl")
    settings.BASEMAP_URL = "https://tiles.example/style.json"
    settings.ADDRESS_SERVICE_URL = "https://where.example/search"
    text = page("/privacy/", "nl")
    assert "De kaart komt van tiles.example" in text
    assert "zoeken we op bij where.example" in text
    assert "Niemand anders" not in text


# ---- contact and home ----


@languages
def test_contact_gives_each_hub_s_mailbox_or_says_that_there_is_none(language: str) -> None:
    first, *others = Hub.objects.order_by("name")
    Hub.objects.update(email="", phone="")
    Hub.objects.filter(pk=first.pk).update(email="hub@voorbeeld.example", phone="09 123 45 67")
    text = page("/contact/", language).split('id="hubs"', 1)[1]
    assert re.findall(r'href="mailto:([^"]+)"', text) == ["hub@voorbeeld.example"]
    assert text.count('class="small soft"') == len(others) == 11
    own = "" if language == "nl" else f"/{language}"
    assert all(f'href="{own}/hubs/{hub.slug}/"' in text for hub in (first, *others))


def test_contact_takes_as_many_queries_for_many_hubs_as_for_one() -> None:
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as context:
            page("/contact/", "nl")
        counts.append(len(context))
        Hub.objects.exclude(slug="sociaal-circulaire-hub-gent").delete()
    assert counts == [1, 1]


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "maatwerkbedrijf"), ("en", "(maatwerkbedrijf)"), ("fr", "(maatwerkbedrijf)")],
)
def test_home_says_what_a_hub_and_a_maatwerkbedrijf_do_until_something_is_searched(language: str, words: str) -> None:
    text = page("/", language)
    said = re.findall(r"<p>(.+?)</p>", text.split('class="intro__words', 1)[1])[:2]
    assert "hub" in said[0].lower()
    assert words in said[1]
    assert all(len(line) < 120 for line in said)
    assert "intro__words" not in page("/?q=hout", language)
