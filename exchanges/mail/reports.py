"""What a mail server says of a mail that it couldn't deliver (RFC 3464, and RFC 6533 for other alphabets)."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from email.message import Message as Mail

from exchanges.mail.reading import header

_STATUS = ("message/delivery-status", "message/global-delivery-status")
LONGEST_WORDS = 250


@dataclass(frozen=True)
class Report:
    """`is_final` where the server has given up; else it goes on trying, or delivered it. `words` are the server's."""

    is_final: bool
    words: str


def read_report(mail: "Mail[str, str]") -> Report | None:
    """None for a mail that says nothing of a delivery. One that only a person can read isn't taken for final: it may
    be a warning.
    """
    blocks = [block for part in mail.walk() if part.get_content_type() in _STATUS for block in _blocks(part)]
    of_recipients = [block for block in blocks if header(block, "Action")]
    failed = [block for block in of_recipients if header(block, "Action").lower() == "failed"]
    if failed:
        return Report(True, _words(failed[0]))
    if of_recipients:
        return Report(False, _words(of_recipients[0]))
    named = header(mail, "X-Failed-Recipients")
    return Report(True, f"X-Failed-Recipients: {named}"[:LONGEST_WORDS]) if named else None


def _blocks(part: "Mail[str, str]") -> Iterator["Mail[str, str]"]:
    """The groups of fields of a report: of the mail as a whole, then of each recipient. The parser has read each as a
    mail of its own; of the newer sort it reads the first only, whose text is the rest.
    """
    payload = part.get_payload()
    for block in payload if isinstance(payload, list) else []:
        assert isinstance(block, Mail), "a part of several mails has no text of its own"
        yield block
        rest = block.get_payload()
        if isinstance(rest, str):
            for text in rest.replace("\r\n", "\n").split("\n\n"):
                yield message_from_string(text.strip() + "\n\n")


def _words(block: "Mail[str, str]") -> str:
    said = (header(block, "Status"), header(block, "Diagnostic-Code"))
    return " ".join(word for word in said if word)[:LONGEST_WORDS]
