"""What people come to do, in a real browser against the whole running system."""

import io
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Site

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def choose(page: Page, field: str, text: str, option: str) -> None:
    """Type in a type-ahead field and choose by keyboard the option that is named so."""
    page.fill(field, text)
    page.get_by_role("option", name=option).first.wait_for()
    for _step in range(8):
        page.keyboard.press("ArrowDown")
        active = page.get_attribute(field, "aria-activedescendant")
        if active and option in page.inner_text(f"#{active}"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{option} is not among the options of {field}")


def start(page: Page, kind: str) -> None:
    page.goto("/plaatsen/")
    page.click(f"button[name=kind][value={kind}]")
    page.wait_for_url(re.compile(r"/wijzigen/$"))


def publish(page: Page) -> None:
    page.click("button[value=publish]")
    page.wait_for_url(re.compile(r"/matches/\?nieuw"))


def photo() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (1200, 900), (120, 90, 60)).save(made, "JPEG")
    return made.getvalue()


def test_post_a_demand_and_a_supply_on_a_phone_and_see_the_pair_at_the_hub(open_page: Open) -> None:
    buyer = open_page("koper", viewport=PHONE)
    start(buyer, "demand")
    choose(buyer, "#material-name", "europalet", "Europaletten (EPAL)")
    buyer.fill("#id_title", "Gezocht: europaletten voor ons atelier")
    buyer.fill("#id_quantity", "1.200")
    buyer.select_option("#id_unit", "piece")
    publish(buyer)

    company = open_page("bedrijf", viewport=PHONE)
    start(company, "supply")
    company.set_input_files(
        "input[name=photo]", {"name": "partij.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )  # fmt: skip
    expect(company.locator(".photos img")).to_have_count(1)
    choose(company, "#material-name", "europalet", "Europaletten (EPAL)")
    company.fill("#id_quantity", "1.500,5")
    company.check("input[name=condition][value='3']")
    company.fill("#id_title", "Stapel europaletten, droog bewaard")
    expect(company.locator("#savestate")).to_contain_text("Concept bewaard om")
    publish(company)
    expect(company.get_by_text("Je zoekertje staat online.")).to_be_visible()
    mine = company.locator(".pair", has_text="Gezocht: europaletten voor ons atelier")
    expect(mine).to_contain_text("de hele vraag", timeout=20_000)
    expect(mine).to_contain_text("materiaal exact")

    hub = open_page("hub")
    hub.goto("/hubs/sociaal-circulaire-hub-gent/koppels/")
    pair = hub.locator(".pair", has_text="Stapel europaletten, droog bewaard").filter(
        has_text="Gezocht: europaletten voor ons atelier"
    )
    expect(pair).to_be_visible()
    pair.locator(".is-supply").get_by_role("link", name="Stapel europaletten").click()
    expect(hub.locator("h1")).to_have_text("Stapel europaletten, droog bewaard")
    expect(hub.locator(".gallery img")).to_have_count(1)
    expect(hub.locator(".bigfigures")).to_contain_text(
        "1 500,5 stuks".replace(" ", "\u202f", 1).replace(" ", "\u00a0")
    )


def test_post_a_service_with_the_keyboard_and_find_it(open_page: Open) -> None:
    page = open_page("maatwerk")
    start(page, "service")
    page.check("input[name=service_kinds][value=repair]")
    choose(page, "#materials-name", "wasmach", "Wasmachines")
    expect(page.locator(".picked li")).to_have_count(1)
    # Typed, and not chosen: it would be lost in silence.
    page.locator("#materials-name").press_sequentially("droogk")
    page.click("button[value=publish]")
    expect(page.get_by_text("Kies uit de lijst of maak dit leeg")).to_be_visible()
    page.locator("#materials-name").fill("")
    page.fill("#id_capacity_per_week", "25")
    page.select_option("#id_capacity_unit", "piece")
    page.fill("#id_reach_km", "30")
    page.fill("#id_title", "Herstel van wasmachines door onze ploeg")
    publish(page)
    page.get_by_role("link", name="Bekijk het").click()
    expect(page.locator(".bigfigures")).to_contain_text("25\u00a0stuks per week")
    page.goto("/?kind=service&service=repair&q=wasmachines")
    expect(page.get_by_role("link", name="Herstel van wasmachines door onze ploeg")).to_be_visible()


def test_search_near_a_place_and_open_a_listing(open_page: Open) -> None:
    page = open_page(viewport=PHONE)
    page.goto("/")
    choose(page, "#place", "gent", "Gent")
    expect(page.locator(".chip--off", has_text="binnen 25 km van Gent")).to_be_visible()
    page.select_option("#radius", "50")
    expect(page.locator(".chip--off", has_text="binnen 50 km van Gent")).to_be_visible()
    page.locator(".chip", has_text="Aanbod").click()
    expect(page.locator(".chip[aria-current=true]")).to_contain_text("Aanbod")
    expect(page).to_have_url(re.compile("kind=supply"))
    expect(page).to_have_url(re.compile("radius_km=50"))
    first = page.locator(".card").first
    expect(first.locator(".kind")).to_have_text("Aanbod")
    title = first.locator("h3").inner_text()
    first.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text(title)
    page.go_back()
    expect(page.locator(".card").first.locator("h3")).to_have_text(title)


def test_more_results_come_below_the_first(open_page: Open) -> None:
    page = open_page()
    page.goto("/")
    expect(page.locator(".results__list .card")).to_have_count(20)
    page.get_by_role("link", name="Meer tonen").click()
    expect(page.locator(".results__list .card")).to_have_count(40)


def test_the_list_follows_the_map(open_page: Open) -> None:
    page = open_page()
    page.goto("/?place=Gent&radius_km=25")
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    before = page.locator(".results__head h2").inner_text()
    canvas = page.locator(".maplibregl-canvas")
    canvas.focus()
    for _step in range(3):
        page.keyboard.press("=")
        page.wait_for_timeout(200)
    expect(page.locator(".chip--off", has_text="in dit stuk van de kaart")).to_be_visible()
    expect(page).to_have_url(re.compile("bbox="))
    expect(page.locator(".results__head h2")).not_to_have_text(before)
    # The address says it all: another window shows the same.
    other = open_page()
    for _look in range(5):
        other.goto(page.url)
        shown = [window.locator(".results__head h2").inner_text() for window in (page, other)]
        if shown[0] == shown[1]:
            break
        # The map was still coming to rest, and the address with it.
        page.wait_for_timeout(1_000)
    assert shown[0] == shown[1]


def test_nothing_found_says_what_would_help_and_shows_the_nearest(open_page: Open) -> None:
    page = open_page()
    page.goto("/?place=Ronse&radius_km=5&material=wood-pallets-collars&q=xyzzy")
    page.goto("/?place=Voeren&radius_km=5&kind=service&service=washing")
    expect(page.get_by_role("heading", name="Niets gevonden")).to_be_visible()
    expect(page.get_by_role("heading", name="Verder weg, maar het dichtst bij")).to_be_visible()
    page.get_by_role("link", name="Zoek binnen 10 km").click()
    expect(page).to_have_url(re.compile("radius_km=10"))


def test_a_radius_counts_as_soon_as_a_place_is_given(open_page: Open) -> None:
    page = open_page()
    page.goto("/")
    expect(page.locator("#radius")).to_have_value("")
    page.locator("#place").press_sequentially("Gent")
    page.get_by_role("option", name="Gent", exact=True).click()
    expect(page).to_have_url(re.compile("radius_km=25"))
    expect(page.locator("#radius")).to_have_value("25")
    page.locator("#place").press("Control+a")
    page.locator("#place").press("Backspace")
    page.locator("#place").press("Enter")
    expect(page).not_to_have_url(re.compile("place="))
    expect(page.locator("#radius")).to_have_value("")


def test_the_address_says_what_is_asked_and_nothing_else(open_page: Open) -> None:
    page = open_page()
    page.goto("/")
    page.select_option("#radius", "50")
    page.locator("#place").press_sequentially("Gent")
    page.get_by_role("option", name="Gent", exact=True).click()
    expect(page).to_have_url(re.compile(r"/\?place=Gent&lat=[\d.]+&lon=[\d.]+&radius_km=50$"))
    page.locator(".chip", has_text="Aanbod").click()
    expect(page).to_have_url(re.compile("kind=supply"))
    page.locator("#filters summary").click()
    page.select_option("#condition", "used")
    expect(page).to_have_url(re.compile(r"radius_km=50&condition=used&kind=supply$"))
    # The choice stays while its options get their counts.
    expect(page.locator("#condition option[selected]")).to_contain_text("(")
    expect(page.locator("#condition")).to_have_value("used")
    page.go_back()
    expect(page).to_have_url(re.compile(r"radius_km=50&kind=supply$"))


def test_a_choice_of_where_ends_the_box_of_the_map(open_page: Open) -> None:
    page = open_page()
    page.goto("/?place=Gent&radius_km=50")
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("=")
    expect(page).to_have_url(re.compile(r"place=Gent&bbox=[\d.]+%2C[\d.]+%2C[\d.]+%2C[\d.]+$"))
    expect(page.locator("#radius option:checked")).to_have_text("deze kaart")
    page.locator("#filters summary").click()
    page.select_option("#hub", "cocirc-hasselt")
    expect(page).to_have_url(re.compile("hub=cocirc-hasselt"))
    expect(page).not_to_have_url(re.compile("bbox"))
    # The search before the map was moved is still a step back.
    page.go_back()
    expect(page).to_have_url(re.compile("bbox="))
    # The page is loaded anew: only then can the next step back be asked, as a step during a load ends with it.
    expect(page.locator("#radius option:checked")).to_have_text("deze kaart")
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    page.go_back()
    expect(page).to_have_url(re.compile("radius_km=50$"))


def test_a_place_that_is_unknown_is_named_and_nothing_breaks(open_page: Open) -> None:
    page = open_page()
    page.goto("/?place=Nergenshuizen")
    expect(page.locator("#results")).to_contain_text("“Nergenshuizen” ken ik niet")


def test_sign_up_confirm_add_an_organisation_and_a_site(open_page: Open, site: Site) -> None:
    page = open_page()
    page.goto("/account/signup/")
    page.fill("#id_email", "an@atelier.example")
    page.fill("#id_password1", "een-lang-wachtwoord")
    page.click("main form button")
    expect(page.locator("h1")).to_have_text("Bevestig je e-mailadres")
    page.goto(link_in_mail(site.mail, "an@atelier.example"))
    page.get_by_role("button", name="Bevestigen").click()
    page.goto("/plaatsen/")
    expect(page.locator("h1")).to_have_text("Je organisatie toevoegen")
    page.fill("#id_name", "Atelier An")
    page.get_by_label("maatwerkbedrijf").check()
    page.fill("#id_enterprise_number", "0403.170.702")
    page.get_by_role("button", name="Toevoegen").click()
    expect(page.locator(".field__error")).to_contain_text("ondernemingsnummer klopt niet")
    page.fill("#id_enterprise_number", "0403.170.701")
    page.get_by_role("button", name="Toevoegen").click()
    page.wait_for_url(re.compile("/vestiging/"))
    page.fill("#id_postal_code", "9300")
    page.fill("#id_place_name", "Aalst")
    page.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_text("De vestiging is bewaard.")).to_be_visible()
    expect(page.locator(".rows")).to_contain_text(["9300 Aalst"])


def link_in_mail(folder: Path, to: str, leading_to: str = "/") -> str:
    """The first address with this path in the newest mail to someone that has one. A worker that has only just begun
    needs its time.
    """
    for _try in range(150):
        for path in sorted(folder.glob("*"), reverse=True):
            text = path.read_text()
            if f"To: {to}" in text and (link := re.search(rf"https?://[^/\s]+{leading_to}\S*", text)):
                return link[0]
        time.sleep(0.2)
    raise AssertionError(f"No mail to {to}")


def test_a_pin_is_set_with_the_keyboard(open_page: Open) -> None:
    page = open_page("bedrijf")
    start(page, "supply")
    page.locator("werkstof-map").scroll_into_view_if_needed()
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    before = page.input_value("#id_lon")
    page.locator(".pin").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#id_lon")).not_to_have_value(before)
    assert float(page.input_value("#id_lon")) > float(before)


def test_an_amount_that_was_typed_before_free_was_chosen_stays_behind(open_page: Open) -> None:
    page = open_page("bedrijf")
    start(page, "supply")
    choose(page, "#material-name", "europalet", "Europaletten (EPAL)")
    page.fill("#id_quantity", "12")
    page.select_option("#id_unit", "piece")
    page.check("input[name=condition][value='3']")
    page.check("input[name=price_kind][value=fixed]")
    page.fill("#id_price_eur", "50")
    page.check("input[name=price_kind][value=free]")
    expect(page.locator("#id_price_eur")).to_be_disabled()
    page.check("input[name=price_kind][value=removal_fee]")
    expect(page.locator("#id_price_eur")).to_be_enabled()
    page.check("input[name=price_kind][value=free]")
    publish(page)
    page.get_by_role("link", name="Bekijk het").click()
    expect(page.locator("main")).to_contain_text("Gratis")


@pytest.mark.parametrize("kind", ["supply", "demand", "service"])
def test_what_lacks_is_named_by_field_and_the_draft_stays(open_page: Open, kind: str) -> None:
    page = open_page("maatwerk")
    start(page, kind)
    page.fill("#id_title", "Halve gedachte")
    page.click("button[value=publish]")
    summary = page.locator("#errors")
    expect(summary).to_contain_text("Nog niet klaar")
    lacking = "Capaciteit per week" if kind == "service" else "Zeg hoeveel het is."
    expect(summary).to_contain_text(lacking)
    page.goto("/mijn/zoekertjes/?status=draft")
    expect(page.get_by_role("link", name="Halve gedachte").first).to_be_visible()
    page.get_by_role("button", name="Halve gedachte weggooien").first.click()
    expect(page.get_by_text("Het concept is weg.")).to_be_visible()


def test_a_text_file_named_jpg_is_refused_by_name(open_page: Open) -> None:
    page = open_page("bedrijf")
    start(page, "supply")
    page.set_input_files(
        "input[name=photo]", {"name": "lijst.jpg", "mimeType": "image/jpeg", "buffer": b"geen foto"}
    )  # fmt: skip
    expect(page.locator("#photos .field__error")).to_contain_text("lijst.jpg: Dit bestand is geen foto")


def test_a_file_is_checked_first_and_comes_in_when_it_is_right(open_page: Open) -> None:
    page = open_page("bedrijf")
    page.goto("/mijn/zoekertjes/")
    page.get_by_role("link", name="Lijst inlezen").click()
    upload(page, "referentie;materiaal;hoeveelheid;eenheid\nX-1;laptops;veel;stuks\nX-2;laptops;4;stuks\n")
    expect(page.locator("#import")).to_contain_text("1 fout gevonden. Er is niets ingelezen.", timeout=20_000)
    expect(page.locator("#import tbody tr")).to_contain_text(["hoeveelheid"])
    page.get_by_role("link", name="Opnieuw opladen").click()
    upload(page, "referentie;materiaal;hoeveelheid;eenheid\nX-1;laptops;3;stuks\nX-2;laptops;4;stuks\n")
    expect(page.locator("#import")).to_contain_text("2 rijen nagekeken, geen fouten.", timeout=20_000)
    page.get_by_role("button", name="Inlezen").click()
    expect(page.locator("#import")).to_contain_text("2 nieuw, 0 bijgewerkt, 0 ongewijzigd.", timeout=20_000)


def upload(page: Page, text: str) -> None:
    page.set_input_files("#file", {"name": "stock.csv", "mimeType": "text/csv", "buffer": text.encode()})
    page.get_by_role("button", name="Nakijken").click()


def test_a_hub_manager_changes_the_intro_and_a_partner(open_page: Open) -> None:
    page = open_page("hub")
    page.goto("/hubs/sociaal-circulaire-hub-gent/")
    page.get_by_role("link", name="Beheren", exact=True).click()
    page.fill("#id_intro", "Wij verbinden wie maakt en wie herstelt.")
    page.get_by_role("button", name="Bewaren").click()
    expect(page.locator(".hubhead")).to_contain_text("Wij verbinden wie maakt en wie herstelt.")
    other = open_page("bedrijf")
    assert other.goto("/hubs/sociaal-circulaire-hub-gent/beheer/").status == 403  # type: ignore[union-attr]


@pytest.mark.parametrize(("language", "heading"), [("fr", "hubs"), ("en", "hubs")])
def test_the_language_can_be_chosen(open_page: Open, language: str, heading: str) -> None:
    page = open_page()
    page.goto("/hubs/")
    page.locator(".header__end .menu").first.locator("summary").click()
    page.locator(f".header__end button[value={language}]").first.click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("h1")).not_to_contain_text("kringlopen")
    expect(page.locator("h1")).to_contain_text(re.compile(heading, re.IGNORECASE))


def test_without_javascript_search_and_posting_work(open_page: Open) -> None:
    page = open_page("bedrijf", java_script_enabled=False)
    page.goto("/")
    page.fill("#place", "Gent")
    page.click("#search button.button--primary")
    expect(page.locator(".chip--off", has_text="binnen 25 km van Gent")).to_be_visible()
    start(page, "demand")
    page.select_option("noscript select[name=material], select[name=material]", "wood-pallets")
    page.fill("#id_quantity", "12")
    page.select_option("#id_unit", "piece")
    publish(page)
    expect(page.get_by_text("Je zoekertje staat online.")).to_be_visible()
