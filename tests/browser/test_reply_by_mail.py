"""A question to a hub: answered on the page, replied to by mail over SMTP, and read on the page again."""

import re
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, ROOT, Site
from tests.exchanges.mails import PLAIN, a_photo, reply

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
#: Django's files of mail hold several, with this between them.
BETWEEN = "-" * 79


def newest_mail(folder: Path, to: str, words: str) -> "Message[str, str]":
    """The newest to somebody that can be replied to and says this. A worker that has just begun needs its time."""
    for _try in range(150):
        for path in sorted(folder.glob("*"), key=lambda one: one.stat().st_mtime, reverse=True):
            for text in reversed(path.read_text().split(BETWEEN)):
                mail = message_from_bytes(text.lstrip().encode())
                if mail["To"] == to and mail["Reply-To"] and words in text_of(mail):
                    return mail
        time.sleep(0.2)
    raise AssertionError(f"No mail to {to}")


def text_of(mail: "Message[str, str]") -> str:
    plain = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    content = plain.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


def test_a_hub_and_who_asked_write_on_the_page_and_by_mail(open_page: Open, site: Site) -> None:
    asker = open_page("koper", viewport=PHONE)
    asker.goto("/hubs/sociaal-circulaire-hub-gent/")
    asker.get_by_role("link", name="Vraag aan de hub").click()
    asker.fill("#id_subject", "Wie haalt tapijt op?")
    asker.fill("#id_text", "Honderd vierkante meter, proper.")
    asker.get_by_role("button", name="Vraag versturen").click()
    expect(asker.locator("h1")).to_have_text("Wie haalt tapijt op?")

    hub = open_page("hub")
    hub.goto("/hubs/sociaal-circulaire-hub-gent/vragen/")
    hub.get_by_role("link", name="Wie haalt tapijt op?").click()
    hub.fill("#id_text", "Een partner in Gent. Heb je een foto?")
    hub.get_by_role("button", name="Bericht sturen").click()
    expect(hub.locator(".talk")).to_contain_text("Heb je een foto?")

    told = newest_mail(site.mail, "koper@demo.example", "Heb je een foto?")
    command = [sys.executable, "manage.py", "receive_mail", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=site.env, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(re.findall(r"(\d+)\.$", server.stdout.readline().strip())[0])
        answer = reply(
            told["Reply-To"], "koper@demo.example", PLAIN["Gmail, Dutch"].format(own="Zeker, hierbij."),
            photos=[a_photo()],
        )  # fmt: skip
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            client.send_message(answer)
        server.terminate()
        assert server.wait(20) == 0

    for _try in range(60):
        hub.reload()
        if hub.get_by_text("Zeker, hierbij.").count():
            break
        hub.wait_for_timeout(250)
    expect(hub.locator(".talk__one").last).to_contain_text("Zeker, hierbij.")
    expect(hub.locator(".talk__one").last.locator("img")).to_be_visible()
    shown = hub.locator(".talk__one").last.locator("img").evaluate("image => image.naturalWidth")
    assert shown == 64
    expect(hub.locator(".talk__one").last.locator(".talk__text").first).not_to_contain_text("Past morgen?")
