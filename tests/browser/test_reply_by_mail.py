"""What is written on a page is replied to by mail over SMTP, and read on the page again: of a question to a hub and of
an exchange.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import PHONE, Site
from tests.browser.mails import hand_over, newest_mail
from tests.browser.test_accessibility import faults_twice
from tests.browser.test_exchanges import a_lot_of, ask
from tests.exchanges.mails import PLAIN, a_photo, reply

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def wait_for_reply(page: Page, words: str) -> None:
    """A worker reads it; the page shows it when it is opened again, with its photo."""
    for _try in range(60):
        page.reload()
        if page.get_by_text(words).count():
            break
        page.wait_for_timeout(250)
    last = page.locator(".talk__one").last
    expect(last).to_contain_text(words)
    expect(last.locator("img")).to_be_visible()
    assert last.locator("img").evaluate("image => image.naturalWidth") == 64
    expect(last.locator(".talk__text").first).not_to_contain_text("Past morgen?")


def test_a_hub_and_who_asked_write_on_the_page_and_by_mail(open_page: Open, site: Site) -> None:
    photo = FilePayload(name="tapijt.jpg", mimeType="image/jpeg", buffer=a_photo("red"))
    asker = open_page("koper", viewport=PHONE)
    asker.goto("/hubs/sociaal-circulaire-hub-gent/")
    asker.get_by_role("link", name="Vraag aan de hub").click()
    found = {"asking": faults_twice(asker)}
    asker.fill("#id_subject", "Wie haalt tapijt op?")
    asker.fill("#id_text", "Honderd vierkante meter, proper.")
    asker.get_by_label("Foto's").set_input_files([photo])
    asker.get_by_role("button", name="Vraag versturen").click()
    expect(asker.locator("h1")).to_have_text("Wie haalt tapijt op?")
    expect(asker.locator(".talk__one img")).to_be_visible()
    asker.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert asker.evaluate("document.documentElement.scrollWidth") == PHONE["width"]

    hub = open_page("hub")
    hub.goto("/hubs/sociaal-circulaire-hub-gent/vragen/")
    row = hub.locator("tr", has_text="Wie haalt tapijt op?")
    expect(row.get_by_text("1 nieuw bericht")).to_be_visible()
    found["questions of a hub"] = faults_twice(hub)
    row.get_by_role("link", name="Wie haalt tapijt op?").click()
    expect(hub.locator(".talk__one img")).to_be_visible()
    found["a question"] = faults_twice(hub)
    hub.fill("#id_text", "Een partner in Gent. Heb je een foto?")
    hub.get_by_label("Foto's").set_input_files([photo])
    hub.get_by_role("button", name="Bericht sturen").click()
    expect(hub.locator(".talk__one").last).to_contain_text("Heb je een foto?")
    expect(hub.locator(".talk__one").last.locator("img")).to_be_visible()

    asker.goto("/mijn/vragen/")
    unread = asker.locator("li", has_text="Wie haalt tapijt op?").get_by_role("link", name="1 nieuw bericht")
    found["own questions"] = faults_twice(asker)
    unread.click()
    expect(asker.locator(".talk__one").last).to_contain_text("Heb je een foto?")
    asker.goto("/mijn/vragen/")
    expect(asker.locator("li", has_text="Wie haalt tapijt op?").get_by_text("nieuw bericht")).to_have_count(0)

    told = newest_mail(site.mail, "koper@demo.example", "Heb je een foto?")
    own = PLAIN["Gmail, Dutch"].format(own="Zeker, hierbij.")
    hand_over(site, reply(told["Reply-To"], "koper@demo.example", own, photos=[a_photo()]))
    wait_for_reply(hub, "Zeker, hierbij.")
    assert {page: faults for page, faults in found.items() if faults} == {}


def test_the_sides_of_an_exchange_write_on_the_page_and_by_mail(open_page: Open, site: Site) -> None:
    company, buyer = open_page("bedrijf"), open_page("koper")
    exchange = ask(buyer, a_lot_of(company, "Paletten waarover we mailen"), "6")
    company.goto(exchange)
    company.get_by_label("Jouw bericht").fill("Ze staan achteraan. Stuur je een foto van de bestelwagen?")
    company.get_by_role("button", name="Bericht sturen").click()
    expect(company.locator(".talk__one").last).to_contain_text("foto van de bestelwagen?")

    told = newest_mail(site.mail, "koper@demo.example", "foto van de bestelwagen?")
    own = PLAIN["Outlook, Dutch"].format(own="Deze is het.")
    hand_over(site, reply(told["Reply-To"], "koper@demo.example", own, photos=[a_photo()]))
    wait_for_reply(company, "Deze is het.")
    # The other side's answer by mail goes on from there.
    back = newest_mail(site.mail, "bedrijf@demo.example", "Deze is het.")
    hand_over(site, reply(back["Reply-To"], "bedrijf@demo.example", "Die past.", photos=[a_photo()]))
    wait_for_reply(buyer, "Die past.")
    # Somebody else who was shown the address doesn't write by it.
    hand_over(site, reply(told["Reply-To"], "hub@demo.example", "Ik kijk mee."))
    newest_mail(site.mail, "hub@demo.example", "van een ander mailadres")
    buyer.reload()
    expect(buyer.get_by_text("Ik kijk mee.")).to_have_count(0)
