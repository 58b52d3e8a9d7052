"""Colours of a layer are chosen in rows, for materials, kinds, states or classes; without a script they are typed."""

import pytest
from playwright.sync_api import Locator, Page, expect

from maps.enums import Visibility
from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import faults_twice
from tests.browser.test_drawing import Open

pytestmark = pytest.mark.browser
HUB = "sociaal-circulaire-hub-gent"


def new_layer(page: Page, title: str) -> Page:
    """The form for a layer in a map of its own, which others' tests don't see."""
    page.goto(f"/hubs/{HUB}/kaarten/nieuw/")
    page.get_by_label("Titel").fill(title)
    page.get_by_role("button", name="Bewaren", exact=True).click()
    page.wait_for_url("**/beheren/")
    page.goto(page.url.replace("/beheren/", "/laag/"))
    page.get_by_label("Titel").fill("Stromen")
    page.get_by_label("Zichtbaar voor").select_option(str(Visibility.HUB.value))
    return page


def rows(page: Page) -> Locator:
    return page.locator(".colorrows li")


def lines(page: Page) -> str:
    return page.locator("#id_colors").input_value()


def test_colours_by_material_are_chosen_kept_and_shown_again(open_page: Open) -> None:
    page = new_layer(open_page("hub"), "Kaart met kleuren per materiaal")
    expect(page.locator(".colorrows")).to_be_hidden()
    page.get_by_label("Kleur naar").select_option("material")
    expect(page.locator("#id_colors")).to_be_hidden()
    add = page.get_by_role("button", name="Nog een kleur")
    add.click()
    expect(page.get_by_label("Waarvoor 1")).to_be_focused()
    page.get_by_label("Waarvoor 1").select_option("wood")
    page.get_by_label("Kleur: Hout").fill("#9a6b3f")
    add.click()
    page.get_by_label("Waarvoor 2").select_option("metals")
    page.get_by_label("Kleur: Metalen").fill("#5b7fa3")
    add.click()
    expect(rows(page)).to_have_count(3)
    page.get_by_role("button", name="Weg: ").last.click()
    expect(rows(page)).to_have_count(2)
    assert lines(page) == "wood #9a6b3f\nmetals #5b7fa3"
    assert faults_twice(page, anew=False) == []
    # Another way of colouring has rows of its own; who turns back finds the first again.
    page.get_by_label("Kleur naar").select_option("status")
    expect(rows(page)).to_have_count(0)
    page.get_by_label("Kleur naar").select_option("material")
    expect(rows(page)).to_have_count(2)
    page.get_by_role("button", name="Bewaren", exact=True).click()
    page.get_by_text("De laag is er.").wait_for()
    expect(page.locator(".legend").first).to_contain_text("Hout")
    expect(page.locator(".legend").first.locator("[fill='#5b7fa3']")).to_have_count(1)


def test_colours_by_kind_and_by_class_are_chosen_on_a_phone_in_each_language(open_page: Open) -> None:
    page = new_layer(open_page("hub", viewport=PHONE), "Kaart met kleuren per soort")
    page.get_by_label("Kleur naar").select_option("kind")
    add = page.get_by_role("button", name="Nog een kleur")
    for _time in range(3):
        add.click()
    # There are three kinds: a fourth row would be for nothing.
    expect(add).to_be_hidden()
    names = [row.locator("option:checked").inner_text() for row in rows(page).all()]
    assert names == ["Voorraad", "Stroom", "Plaats"]
    assert len({line.split()[1] for line in lines(page).splitlines()}) == 3
    page.get_by_label("Kleur naar").select_option("quantity")
    expect(page.get_by_label("Eenheid van die getallen")).to_be_visible()
    add.click()
    page.get_by_label("Vanaf welk getal 1").fill("0,5")
    page.get_by_label("Kleur: 0,5").fill("#f0d9b5")
    add.click()
    page.get_by_label("Vanaf welk getal 2").fill("veel")
    page.get_by_role("button", name="Bewaren", exact=True).click()
    # What is refused stays in its row, with why.
    expect(page.locator("#id_colors_error")).to_contain_text("Regel 2")
    expect(page.get_by_label("Vanaf welk getal 1")).to_have_value("0,5")
    expect(page.get_by_label("Vanaf welk getal 2")).to_have_value("veel")
    page.get_by_label("Vanaf welk getal 2").fill("50")
    assert lines(page).splitlines()[0] == "0,5 #f0d9b5"
    page.get_by_role("button", name="Bewaren", exact=True).click()
    page.get_by_text("De laag is er.").wait_for()
    expect(page.locator(".legend").first).to_contain_text("vanaf 50")


@pytest.mark.parametrize(("language", "words"), [("fr", "Une couleur de plus"), ("en", "Another colour")])
def test_rows_speak_the_readers_language(open_page: Open, language: str, words: str) -> None:
    page = open_page("hub")
    page.goto(f"/{language}/kaarten/{HUB}/materiaalkaart/laag/")
    page.locator("#id_style_by").select_option("kind")
    page.get_by_role("button", name=words).click()
    assert lines(page).startswith("stock #")


def test_without_a_script_colours_are_typed(open_page: Open) -> None:
    page = open_page("hub")
    page.goto(f"/kaarten/{HUB}/materiaalkaart/laag/")
    cookies = page.context.cookies()
    plain = open_page(java_script_enabled=False)
    plain.context.add_cookies(cookies)  # type: ignore[arg-type]
    plain.goto(f"/kaarten/{HUB}/materiaalkaart/laag/")
    expect(plain.get_by_label("Kleuren")).to_be_visible()
    expect(plain.get_by_label("Kleuren")).to_be_editable()
    expect(plain.get_by_text("Per regel een naam en een kleur")).to_be_visible()
