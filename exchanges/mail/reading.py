"""A mail as it came, read: who sent it, what sort it is, what they wrote, and which photos they sent along.

Nothing in it is to be trusted: headers may be broken, a charset unknown, a body millions of signs long.
"""

import json
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message as Mail
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses

from django.conf import settings
from django.urls import reverse

from journal.addresses import mailbox
from sandbox.limited import Limits, Stopped, run_limited

#: A mail with more is answered, and not read.
LARGEST_MAIL_BYTES = 20_000_000
#: What of a mail its head is surely in. Of one that is too large, or for an address that we never gave out, no more is
#: kept.
HEAD_BYTES = 65_536
#: Signs of a body that are looked at: forty times what a message may have.
LONGEST_BODY = 160_000
LONGEST_WHOLE_TEXT = 20_000
#: A picture that the text itself shows and that is smaller is a logo under a name, and no photo.
DECORATION_BYTES = 30_000
TRIMMING = Limits(memory_bytes=400_000_000, cpu_s=10, answer_bytes=2_000_000)

#: Answers that nobody wrote, as mail programs call them in a subject.
_AUTOMATIC = re.compile(
    r"\s*(automatisch antwoord|automatische beantwoording|afwezig|out of (the )?office|auto(matic)?[- ]?reply"
    r"|réponse automatique|absence du bureau|absent|automatische antwort|abwesen)",
    re.IGNORECASE,
)
_CONTROL = re.compile(
    # Control characters but line feed and tab, and those that turn the direction of the text around.
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ufeff]"
)
_TOKEN_ADDRESS = r"[a-zA-Z2-7]{32}@"


class Unreadable(Exception):
    """A mail that even its parser gives up on."""


@dataclass(frozen=True)
class Body:
    """`text` is what the sender wrote, `whole` with what they quote. `photos` as they came; `others` are files that
    are none.
    """

    text: str
    whole: str
    photos: list[bytes]
    others: int


@dataclass(frozen=True)
class Envelope:
    """What the head of a mail says. `sender` is one mailbox, empty where it names none, or several."""

    sender: str
    message_id: str
    is_bounce: bool
    is_automatic: bool


def parse(raw: bytes) -> "Mail[str, str]":
    return BytesParser(policy=compat32).parsebytes(raw)


def read_envelope(mail: "Mail[str, str]", envelope_sender: str) -> Envelope:
    named = [address for _name, address in getaddresses([header(mail, "From")]) if "@" in address]
    sender = mailbox(named[0]) if len(named) == 1 else ""
    kind, report = mail.get_content_type(), str(mail.get_param("report-type", "")).lower()
    is_bounce = (
        (kind == "multipart/report" and report == "delivery-status")
        or sender.split("@")[0] in ("mailer-daemon", "postmaster")
        or bool(header(mail, "X-Failed-Recipients"))
    )
    is_automatic = (
        header(mail, "Auto-Submitted").lower() not in ("", "no")
        or header(mail, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply")
        or any(header(mail, name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id"))
        or _AUTOMATIC.match(header(mail, "Subject")) is not None
        # Only who doesn't want an answer sends without an address to answer to.
        or (not envelope_sender and not is_bounce)
    )
    return Envelope(sender, header(mail, "Message-ID"), is_bounce, is_automatic)


def read_body(mail: "Mail[str, str]") -> Body:
    """Raises Unreadable where what is written can't be taken from what is quoted."""
    plain, html, others = "", "", 0
    pictures: list[Mail[str, str]] = []
    for part in mail.walk():
        kind = part.get_content_type()
        if part.is_multipart():
            continue
        if part.get_content_disposition() != "attachment" and kind in ("text/plain", "text/html"):
            if kind == "text/plain":
                plain = plain or _text_of(part)
            else:
                html = html or _text_of(part)
        elif part.get_content_maintype() == "image":
            pictures.append(part)
        else:
            others += 1
    text, whole = _trimmed(plain if plain.strip() else html, is_html=not plain.strip())
    photos = [content for part in pictures if (content := _bytes_of(part)) and not _is_decoration(part, content, html)]
    return Body(text, "" if whole == text else whole[:LONGEST_WHOLE_TEXT], photos, others)


def cleaned(text: str) -> str:
    """Without what the database can't store, and what would mislead who reads it."""
    return _CONTROL.sub("", text.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n"))


def _trimmed(body: str, *, is_html: bool) -> tuple[str, str]:
    if not body.strip():
        return "", ""
    with tempfile.TemporaryFile() as file:
        file.write(body[:LONGEST_BODY].encode())
        file.seek(0)
        try:
            answer = run_limited("exchanges.mail.trimming:own_words", file, TRIMMING, arguments={"is_html": is_html})
        except Stopped as stopped:
            raise Unreadable(str(stopped)) from None
    words = json.loads(answer)
    return _without_keys(words["text"]), _without_keys(words["whole"])


def _without_keys(text: str) -> str:
    """Without what is as good as a key, in whatever of our letters somebody quotes: where they reply to, and the link
    by which they stop letters.
    """
    refusal = re.escape(settings.SITE_URL + reverse("letters-refuse", args=["x"]).rsplit("x", 1)[0])
    return re.sub(rf"{refusal}\S*|{_TOKEN_ADDRESS}{re.escape(settings.REPLY_DOMAIN)}", "…", text)


def header(mail: "Mail[str, str]", name: str) -> str:
    """A header in words, on one line; empty where it isn't there."""
    value = str(mail.get(name, ""))
    # In a charset that nobody knows, what it says stays encoded.
    with suppress(LookupError, ValueError):
        value = str(make_header(decode_header(value)))
    return " ".join(cleaned(value).split())


def _bytes_of(part: "Mail[str, str]") -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text_of(part: "Mail[str, str]") -> str:
    content = _bytes_of(part)
    charset = part.get_content_charset() or "utf-8"
    try:
        return cleaned(content.decode(charset, "replace"))
    except (LookupError, ValueError):
        return cleaned(content.decode("utf-8", "replace"))


def _is_decoration(part: "Mail[str, str]", content: bytes, html: str) -> bool:
    name = str(part.get("Content-ID", "")).strip("<> ")
    return bool(name) and f"cid:{name}" in html and len(content) < DECORATION_BYTES
