"""A letter as it reads: subject, plain text and HTML, all from one template in the recipient's language.

`letters/{template}.html` fills the blocks `subject`, `body`, `button` and `why`; three frames in `letters/frame/` put
those in order. So a text stands once, and both parts of a mail say the same. A letter that lists things has `lists` in
its data, each with a `heading`, its `items` (`title`, `line` and `link`) and `more`, which says how many aren't named.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from journal.enums import Topic
from journal.models import Letter

#: Of addresses that refuse further letters; nobody else can make one.
REFUSAL_SALT = "journal.refusal"


@dataclass(frozen=True)
class LetterText:
    subject: str
    text: str
    html: str


def render_letter(letter: Letter) -> LetterText:
    context = {
        "link": "",
        "lists": [],
        **letter.data,
        "stop_link": letter.stop_link,
        "site": settings.SITE_URL,
        "language": letter.language,
        "refusal_link": refusal_link_of(letter),
        "topic": letter.topic,
    }
    with translation.override(letter.language):
        subject, text, html = (_in_frame(letter.template, frame, context) for frame in ("subject", "text", "html"))
    return LetterText(" ".join(subject.split()), _without_gaps(text), html)


def subject_of(letter: Letter) -> str:
    """How a letter is called in a list; its address where what stood in it is gone."""
    if not letter.data:
        return letter.recipient
    with translation.override(letter.language):
        return " ".join(_in_frame(letter.template, "subject", {"link": "", "lists": []} | letter.data).split())


def refusal_link(address: str, topic: str) -> str:
    """Where someone refuses further letters of a topic: it holds their address and the topic, signed."""
    token = signing.dumps([address, str(topic)], salt=REFUSAL_SALT)
    return f"{settings.SITE_URL}{reverse('letters-refuse', args=[token])}"


def refusal_link_of(letter: Letter) -> str:
    """Where whoever gets a letter refuses further ones like it; empty where they can't."""
    return refusal_link(letter.recipient, letter.topic) if letter.topic else ""


def refused_by(token: str) -> tuple[str, Topic] | None:
    """The address and the topic of such a link; None for one that nobody here made."""
    try:
        held = signing.loads(token, salt=REFUSAL_SALT)
    except signing.BadSignature:
        return None
    # Links of before there were topics hold an address alone, and speak of what nobody asked for.
    address, topic = held if isinstance(held, list) else (held, Topic.STRANGERS)
    return str(address), Topic(topic)


def _in_frame(template: str, frame: str, context: dict[str, Any]) -> str:
    suffix = "html" if frame == "html" else "txt"
    rendered: str = render_to_string(
        f"letters/{template}.html", context | {"frame": f"letters/frame/{frame}.{suffix}"}
    )
    return rendered


def _without_gaps(text: str) -> str:
    """With one empty line between paragraphs at most, and none at the ends."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.strip())
    return "\n".join(lines).strip() + "\n"
