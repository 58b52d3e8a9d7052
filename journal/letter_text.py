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
        "refusal_link": refusal_link(letter.recipient) if letter.refusable else "",
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


def refusal_link(address: str) -> str:
    """Where someone refuses further letters: it holds their address, signed."""
    return f"{settings.SITE_URL}{reverse('letters-refuse', args=[signing.dumps(address, salt=REFUSAL_SALT)])}"


def refusing_address(token: str) -> str | None:
    """The address of such a link; None for one that nobody here made."""
    try:
        return str(signing.loads(token, salt=REFUSAL_SALT))
    except signing.BadSignature:
        return None


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
