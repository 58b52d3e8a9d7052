"""axe finds nothing, on every page, on a phone and at a desk, light and dark; no page is wider than its screen."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, ROOT, Site, until
from tests.browser.test_journeys import link_in_mail, start, upload

pytestmark = pytest.mark.browser
AXE = (settings.BASE_DIR / "node_modules/axe-core/axe.min.js").read_text()
#: The colour of land as the map draws it.
LAND = "document.querySelector('werkstof-map').map.getPaintProperty('land', 'fill-color')"
#: The tables of an import of which something lies beyond an edge.
SCROLLS_SIDEWAYS = """[...document.querySelectorAll('#import .tablewrap')]
    .filter(table => table.scrollWidth > table.clientWidth)
    .map(table => `${table.scrollWidth} px in ${table.clientWidth}, of ${innerWidth}: ` +
      [...table.querySelectorAll('*')].filter(part => part.scrollWidth > table.clientWidth)
        .map(part => `${part.outerHTML.slice(0, 200)} ${part.scrollWidth}`).join('; '))"""
#: Prints the link of the letter that asks.
SCENES = """
from maps.models import MapImport, VerificationRound
from maps.verification.links import source_link
asked = VerificationRound.objects.open().latest("pk")
print(source_link(asked.person, asked.pk))
print(f"/kaarten/bestand/{MapImport.objects.earliest('pk').pk}/")
"""
#: Paragraphs of more than a few words that are squeezed into a column of single letters.
SQUEEZED = """[...document.querySelectorAll('p')]
    .filter(one => one.innerText.length > 40 && one.checkVisibility({ visibilityProperty: true }))
    .filter(one => !one.closest('.visually-hidden') && one.clientWidth > 1 && one.clientWidth < 100)
    .map(one => `${one.clientWidth} px wide: ${one.innerText.slice(0, 60)}`)"""
Open = Callable[..., Page]
HUB = "/hubs/sociaal-circulaire-hub-gent/"
MATERIAL_MAP = "/kaarten/sociaal-circulaire-hub-gent/materiaalkaart/"

PUBLIC = [
    "/", "/?place=Gent", "/?place=Voeren&radius_km=5&q=niets", "/?place=Nergenshuizen", "/hubs/",
    "/hubs/sociaal-circulaire-hub-gent/", "/hubs/sociaal-circulaire-hub-gent/koppels/", "/over/", "/stijl/",
    "/hulp/", "/privacy/", "/voorwaarden/", "/contact/",
    "/ogc/", "/ogc/collections", "/ogc/collections/listings", "/ogc/collections/listings/items",
    "/ogc/collections/listings/schema",
    "/kaarten/", MATERIAL_MAP, f"{HUB}cijfers/", "/kaarten/sociaal-circulaire-hub-gent/materiaal/wood/",
    "/account/login/", "/account/signup/", "/account/password/reset/", "/bestaat-niet/",
]  # fmt: skip
OWN = ["/mijn/zoekertjes/", "/mijn/matches/", "/mijn/account/", "/plaatsen/", "/organisatie/nieuw/",
        "/account/password/change/", "/account/email/", "/mijn/vragen/", "/vraag/",
        "/vraag/?hub=sociaal-circulaire-hub-gent", "/meldingen/",
        "/meldingen/nieuw/?q=stoelen&place=Gent"]  # fmt: skip


#: Colours don't follow from the width: two screens show both schemes and both layouts.
SCREENS = [("phone, light", PHONE, "light"), ("desk, dark", DESK, "dark")]
screens = pytest.mark.parametrize(
    ("viewport", "scheme"), [screen[1:] for screen in SCREENS], ids=[screen[0] for screen in SCREENS]
)


def faults(page: Page) -> list[str]:
    """What axe finds by all its rules, a line each; whether the page is too wide, or a text too narrow."""
    page.wait_for_timeout(150)
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate("axe.run(document).then(result => result.violations)")
    lines = [f"{row['id']}: {row['help']} {row['nodes'][0]['target']}" for row in found]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        lines.append("wider than the screen")
    return lines + page.evaluate(SQUEEZED)


def faults_twice(page: Page, *, anew: bool = True) -> list[str]:
    """The same page once more, as it comes on a phone in light and at a desk in dark; as it stands where it is the
    answer to a form.
    """
    found = []
    for name, viewport, scheme in SCREENS:
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        if anew:
            # What a form led to is on its way in: a page can't be asked anew before it is there.
            page.wait_for_load_state()
            page.reload()
        found += [f"{name}: {line}" for line in faults(page)]
    return found


def wrong(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {path: lines for path, lines in found.items() if lines}


def nothing_scrolls_sideways_on_a_phone(page: Page) -> None:
    """No part of a table is off the screen, once a page that was opened on a phone has its fonts."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.reload()
    ends = time.monotonic() + 5
    while wide := page.evaluate(SCROLLS_SIDEWAYS):
        assert time.monotonic() < ends, wide


def first_link(page: Page, path: str, selector: str) -> str:
    """Where the first such link of a page leads to."""
    page.goto(path)
    return page.locator(selector).first.get_attribute("href") or ""


@screens
def test_public_pages(open_page: Open, viewport: dict[str, int], scheme: str) -> None:
    page = open_page(viewport=viewport, color_scheme=scheme)
    listing = first_link(page, "/", ".card h3 a")
    organisation = first_link(page, listing, "main a[href^='/organisatie/']")
    found = {}
    element = first_link(page, MATERIAL_MAP, "tbody th a")
    for path in [*PUBLIC, listing, organisation, element]:
        page.goto(path)
        found[path] = faults(page)
    assert wrong(found) == {}


def test_a_published_listing_s_matches(open_page: Open) -> None:
    page = open_page()
    page.goto(first_link(page, f"{HUB}koppels/", ".pair a[href^='/zoekertje/']") + "matches/")
    expect(page.locator(".pair").first).to_be_visible()
    assert faults_twice(page) == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pages_in_another_language(open_page: Open, language: str) -> None:
    page = open_page(viewport=PHONE, locale=language)
    found = {}
    for path in (
        "/?place=Gent",
        first_link(page, "/", ".card h3 a"),
        HUB,
        f"{HUB}koppels/",
        MATERIAL_MAP,
        "/account/signup/",
        "/hulp/",
        "/privacy/",
        "/voorwaarden/",
        "/contact/",
    ):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("lang", language)
        found[path] = faults(page)
    assert wrong(found) == {}


@screens
def test_own_pages(open_page: Open, viewport: dict[str, int], scheme: str) -> None:
    page = open_page("bedrijf", viewport=viewport, color_scheme=scheme)
    found = {}
    settings_page = first_link(page, "/mijn/account/", "main a[href*='/beheer/']")
    for path in (
        *OWN,
        settings_page,
        settings_page.replace("beheer", "vestiging"),
        settings_page.replace("beheer", "import"),
    ):
        page.goto(path)
        found[path] = faults(page)
    for kind in ("supply", "demand", "service"):
        start(page, kind)
        found[f"new {kind}"] = faults(page)
        page.click("button[value=publish]")
        page.locator("#errors").wait_for()
        found[f"refused {kind}"] = faults(page)
    assert wrong(found) == {}


def test_the_map_turns_dark_and_what_is_typed_stays(open_page: Open) -> None:
    page = open_page("bedrijf", color_scheme="light")
    start(page, "supply")
    page.locator("werkstof-map").scroll_into_view_if_needed()
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    page.evaluate("document.querySelector('#id_title').value = 'Nog niet bewaard'")
    light = page.evaluate(LAND)
    page.emulate_media(color_scheme="dark")
    until(page, f"{LAND} !== {json.dumps(light)}")
    assert page.input_value("#id_title") == "Nog niet bewaard"
    assert page.evaluate(LAND) == page.evaluate(
        "getComputedStyle(document.documentElement).getPropertyValue('--map-land').trim()"
    )


def test_the_report_of_an_import(open_page: Open) -> None:
    page = open_page("bedrijf")
    import_page = first_link(page, "/mijn/account/", "main a[href*='/beheer/']").replace("beheer", "import")
    found = {}
    for amount, says in (("veel", "1 fout gevonden"), ("3", "1 rij nagekeken")):
        page.goto(import_page)
        upload(page, f"referentie;materiaal;hoeveelheid;eenheid\nAXE-1;laptop;{amount};stuks\n")
        expect(page.locator("#import")).to_contain_text(says, timeout=20_000)
        found[says] = faults_twice(page)
        assert page.locator("#import .tablewrap").count() >= 2
        nothing_scrolls_sideways_on_a_phone(page)
    page.get_by_role("button", name="Inlezen").click()
    expect(page.locator("#import")).to_contain_text("Klaar.", timeout=20_000)
    found["done"] = faults_twice(page)
    assert wrong(found) == {}


def test_unknown_words_of_a_list_are_chosen_from_the_tree(open_page: Open) -> None:
    """Given a list with words that nobody knows, then they are picked as in the posting form."""
    page, found = open_page("bedrijf", viewport=PHONE), {}
    page.goto(first_link(page, "/mijn/account/", "main a[href*='/beheer/']").replace("beheer", "import"))
    upload(page, "referentie;materiaal;hoeveelheid;eenheid\nAXE-2;frobnikels;3;emmers\nAXE-3;frobnikels;4;emmers\n")
    expect(page.locator("#import")).to_contain_text("Woorden die we niet kennen", timeout=20_000)
    found["unknown"] = faults_twice(page)
    nothing_scrolls_sideways_on_a_phone(page)
    page.get_by_label("Wat “frobnikels” betekent").press_sequentially("lapt")
    page.get_by_role("option", name="Laptops").click()
    page.get_by_label("Wat “emmers” betekent").select_option("piece")
    page.get_by_role("button", name="Zo is het: opnieuw nakijken").click()
    expect(page.locator("#import")).to_contain_text("2 rijen nagekeken, geen fouten", timeout=20_000)
    assert wrong(found) == {}


def test_pages_that_mail_leads_to(open_page: Open, site: Site) -> None:
    page, found = open_page(), {}
    page.goto("/account/signup/")
    page.fill("#id_email", "ilse@atelier.example")
    page.fill("#id_password1", "een-lang-wachtwoord")
    page.click("main form button")
    expect(page.locator("h1")).to_have_text("Bevestig je e-mailadres")
    page.goto(link_in_mail(site.mail, "ilse@atelier.example"))
    found["confirm an address"] = faults_twice(page)
    page.goto("/account/password/reset/")
    page.fill("#id_email", "maatwerk@demo.example")
    page.click("main form button")
    page.goto(link_in_mail(site.mail, "maatwerk@demo.example", "/account/password/reset/"))
    expect(page.locator("#id_password1")).to_be_visible()
    found["choose another password"] = faults_twice(page)
    page.fill("#id_password1", "kort")
    page.click("main form button")
    found["a password that is refused"] = faults_twice(page)
    page.goto("/account/confirm-email/bestaat-niet/")
    found["a link that is over"] = faults_twice(page)
    assert wrong(found) == {}


def test_an_invitation(open_page: Open, site: Site) -> None:
    page, found = open_page("bedrijf"), {}
    page.goto(first_link(page, "/mijn/account/", "main a[href*='/beheer/']"))
    page.locator("form[action$='/uitnodigen/'] input[type=email]").fill("koper@demo.example")
    page.locator("form[action$='/uitnodigen/'] button").click()
    expect(page.get_by_text("koper@demo.example krijgt een uitnodiging.")).to_be_visible()
    found["what is open"] = faults_twice(page)
    guest, link = open_page("koper"), link_in_mail(site.mail, "koper@demo.example", "/uitnodiging/")
    guest.goto(link)
    found["for me"] = faults_twice(guest)
    page.goto(link)
    found["for another"] = faults_twice(page)
    page.goto("/uitnodiging/bestaat-niet/")
    found["that is over"] = faults_twice(page)
    assert wrong(found) == {}


def scenes_of_the_map(site: Site) -> list[str]:
    """Where the source of an element of the demo answers whether that is still so, and its file that was compared."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", SCENES]
    return subprocess.run(command, cwd=ROOT, env=site.env, check=True, capture_output=True, text=True).stdout.split()


def test_the_hub_manager_s_pages(open_page: Open, site: Site) -> None:
    page, found = open_page("hub", viewport=PHONE), {}
    verified = first_link(page, f"{HUB}verificaties/?toon=geverifieerd", "tbody th a")
    names = ("vragen/", "verificaties/", "dubbels/", "beheer/", "gewichten/")
    element = first_link(page, MATERIAL_MAP, "tbody th a")
    layer = first_link(page, f"{MATERIAL_MAP}beheren/", "a[href^='/kaarten/laag/']")
    source, file = scenes_of_the_map(site)
    of_maps = (
        f"{HUB}kaarten/",
        f"{HUB}kaarten/groepen/",
        "/mijn/kaartvoorstellen/",
        f"{MATERIAL_MAP}insluiten/",
        f"{HUB}kaarten/nieuw/",
        f"{MATERIAL_MAP}beheren/",
        layer,
        layer.replace("beheren", "tabel"),
        element,
        f"{element}wijzigen/",
        "/ter-plaatse/",
        source,
    )
    new_file = first_link(page, MATERIAL_MAP, "a[href$='/bestand/']")
    files = (new_file, f"{file}?soort=changed", f"{file}?soort=wrong")
    for path in (verified, *of_maps, *files, *(f"{HUB}{name}" for name in names)):
        page.goto(path)
        found[path] = faults_twice(page)
    # A slider that moves says at once what its part then weighs.
    page.locator("#id_price").press("End")
    expect(page.locator("output[for=id_price]")).to_have_text("53 %")
    assert wrong(found) == {}


def test_two_files_beside_each_other(open_page: Open) -> None:
    page = open_page("hub")
    new_file = page_of_layer(page, "Bestand inlezen")
    for number in (1, 2):
        page.goto(new_file)
        rows = f"ref;titel;soort element;lat;lon\nAXE-1;Loods {number};voorraad;51.05;3.71\n"
        page.set_input_files("#file", {"name": f"axe-{number}.csv", "mimeType": "text/csv", "buffer": rows.encode()})
        page.locator("form:has(#file) button").click()
        expect(page.get_by_role("heading", name="Wat het bestand wijzigt")).to_be_visible(timeout=20_000)
    page.get_by_role("link", name=re.compile("^Naast “axe-1.csv”")).click()
    expect(page.get_by_role("heading", name="axe-2.csv naast axe-1.csv")).to_be_visible()
    assert faults_twice(page) == []


def test_changing_many_at_once(open_page: Open) -> None:
    page, found = open_page("hub"), {}
    page.goto(page_of_layer(page, "Tabel"))
    page.locator("main table[data-elements] tbody tr").first.locator("input[name=row]").check()
    page.get_by_role("button", name="Wijzigen").click()
    page.get_by_role("textbox", name="Huidige bestemming").fill("Nergens heen")
    found["what to change"] = faults_twice(page, anew=False)
    page.get_by_role("button", name="Toon wat er verandert").click()
    expect(page.get_by_role("heading", name=re.compile("^Dit wijzigt: 1"))).to_be_visible()
    found["what changes"] = faults_twice(page, anew=False)
    assert wrong(found) == {}


def test_two_editors_of_one_element(open_page: Open) -> None:
    page = open_page("hub")
    page.goto(page_of_layer(page, "Element toevoegen"))
    for name, value in (("title", "Waar twee aan werken"), ("lat", "51.05"), ("lon", "3.72")):
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Bewaren").click()
    page.get_by_role("link", name="Wijzigen", exact=True).click()
    page.locator("[name=title]").fill("Wat de een ervan maakt")
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("[name=title]").fill("Wat de ander ervan maakt")
    other.get_by_role("button", name="Bewaren").click()
    expect(other.get_by_role("heading", name="Wat de ander ervan maakt")).to_be_visible()
    page.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_role("heading", name="Iemand anders wijzigde dit ook")).to_be_visible()
    assert faults_twice(page, anew=False) == []


def page_of_layer(page: Page, words: str) -> str:
    """Where a link of the layer of streams leads to."""
    page.goto(MATERIAL_MAP)
    link = page.locator("a", has_text=words).filter(has_text="Reststromen van bedrijven")
    return link.first.get_attribute("href") or ""


def test_the_first_tab_leads_to_the_content(open_page: Open) -> None:
    page = open_page()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))


def test_on_a_phone_words_about_hubs_leave_once_something_is_searched(open_page: Open) -> None:
    page = open_page(viewport=PHONE)
    page.goto("/")
    words = page.locator(".intro__words")
    expect(words).to_be_visible()
    page.fill("#q", "hout")
    page.press("#q", "Enter")
    expect(page).to_have_url(re.compile(r"q=hout|material="))
    expect(words).to_be_hidden()


#: How many letters the longest line of each paragraph holds.
LONGEST_LINES = """() => [...document.querySelectorAll('.document__text :is(p, li)')].map((block) => {
  const nodes = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  const range = document.createRange(), lines = new Map();
  while (nodes.nextNode()) {
    for (let at = 0; at < nodes.currentNode.length; at++) {
      range.setStart(nodes.currentNode, at);
      range.setEnd(nodes.currentNode, at + 1);
      const line = Math.round(range.getBoundingClientRect().bottom / 12);
      lines.set(line, (lines.get(line) ?? 0) + 1);
    }
  }
  return Math.max(...lines.values());
})"""


@pytest.mark.parametrize("path", ["/hulp/", "/privacy/", "/voorwaarden/"])
def test_lines_of_a_long_text_are_short_enough_to_read(open_page: Open, path: str) -> None:
    page = open_page(viewport=DESK)
    page.goto(path)
    longest = page.evaluate(LONGEST_LINES)
    assert len(longest) > 5
    assert 55 < max(longest) <= 75
