"""A hub's manager lets a colleague in and out again, on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import faults

pytestmark = pytest.mark.browser


def test_a_manager_adds_a_colleague_and_removes_them(open_page: Callable[..., Page]) -> None:
    page = open_page("hub", viewport=PHONE)
    page.goto("/hubs/sociaal-circulaire-hub-gent/")
    page.get_by_role("link", name="Hubbeheerders").click()
    assert faults(page) == []
    page.fill("#id_email", "koper@demo.example")
    page.get_by_role("button", name="Toevoegen").click()
    expect(page.get_by_text("werkt nu voor")).to_be_visible()
    row = page.locator("li.row", has=page.locator("button[value=manager]"))
    expect(row).to_have_count(1)
    assert faults(page) == []
    row.locator("button[value=remove]").click()
    expect(page.get_by_text("Bewaard.")).to_be_visible()
    expect(row).to_have_count(0)
