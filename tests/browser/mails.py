"""The mail of the running site: what it sent, and what comes in over SMTP."""

import re
import smtplib
import subprocess
import sys
import time
from email import message_from_bytes
from email.message import EmailMessage, Message
from pathlib import Path

from tests.browser.conftest import ROOT, Site

#: Django's files of mail hold several, with this between them.
BETWEEN = "-" * 79


def newest_mail(folder: Path, to: str, words: str) -> "Message[str, str]":
    """The newest to somebody that says this. A worker that has just begun needs its time."""
    for _try in range(150):
        for path in sorted(folder.glob("*"), key=lambda one: one.stat().st_mtime, reverse=True):
            for text in reversed(path.read_text().split(BETWEEN)):
                mail = message_from_bytes(text.lstrip().encode())
                if mail["To"] == to and words in text_of(mail):
                    return mail
        time.sleep(0.2)
    raise AssertionError(f"No mail to {to}")


def text_of(mail: "Message[str, str]") -> str:
    plain = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    content = plain.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


def hand_over(site: Site, mail: EmailMessage) -> None:
    """As the mail server in front does: over SMTP to the command that takes mail in, which then ends."""
    command = [sys.executable, "manage.py", "receive_mail", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=site.env, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(re.findall(r"(\d+)\.$", server.stdout.readline().strip())[0])
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            client.send_message(mail)
        server.terminate()
        assert server.wait(20) == 0
