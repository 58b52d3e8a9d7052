"""The form asks what the law asks of a material, as soon as that is chosen; the page of the listing says it."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import faults, faults_twice
from tests.browser.test_journeys import Open, choose, publish, start

pytestmark = pytest.mark.browser

SOON = dt.date.today() + dt.timedelta(days=6)


def test_yoghurt_is_posted_on_a_phone_with_its_date_and_allergens(open_page: Open) -> None:
    page = open_page("bedrijf", viewport=PHONE)
    start(page, "supply")
    assert page.locator("#declared fieldset").count() == 0
    choose(page, "#material-name", "laptops", "Laptops")
    expect(page.get_by_role("group", name="Elektrisch veilig")).to_be_visible()
    assert faults(page) == []
    choose(page, "#material-name", "yoghurt", "Zuivel")
    expect(page.get_by_role("group", name="Welke datum staat erop?")).to_be_visible()
    expect(page.locator("#id_food_date")).to_be_hidden()
    page.check("input[name=food_date_kind][value=use_by]")
    page.fill("#id_food_date", SOON.isoformat())
    page.check("input[name=food_storage][value=chilled]")
    page.check("input[name=allergens][value=milk]")
    assert faults(page) == []
    # What comes back has a date at each delivery.
    page.check("input[name=recurrence][value=weekly]")
    expect(page.locator("#id_food_date")).to_be_hidden()
    page.check("input[name=recurrence][value=one_off]")
    expect(page.locator("#id_food_date")).to_have_value(SOON.isoformat())
    page.fill("#id_title", "Yoghurt, kort houdbaar")
    page.fill("#id_quantity", "60")
    page.select_option("#id_unit", "kg")
    page.check("input[name=condition][value='5']")
    expect(page.locator("#savestate")).to_contain_text("Concept bewaard om")
    publish(page)
    page.goto(page.url.split("matches/")[0])
    expect(page.locator("#food")).to_contain_text("Te gebruiken tot (TGT)")
    expect(page.locator("#food")).to_contain_text("Allergenen: melk.")
    assert faults_twice(page) == []
