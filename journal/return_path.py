"""Where a letter that can't be delivered comes back to: an address of its own for each letter, beside the one that
readers see (RFC 5321, section 4.4); and where an answer to a letter goes that has no address for answers.

It holds the letter's number and a seal of the letter's own Message-ID, by the installation's key: nothing is stored
for it, nobody invents one, and all attempts of a letter have the same. Under a new key those given out before are
known no more, unless the old one stands among SECRET_KEY_FALLBACKS: what comes back does so within days. Only where
mail comes in at all (settings.REPLY_DOMAIN); elsewhere what can't be delivered goes where it always went.
"""

import base64
import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from journal.models import Letter

_SALT = "journal.return-path"
#: 130 bits: 26 letters and figures, which no change of case breaks.
_SEAL_LETTERS = 26
_NAME = re.compile(r"bounce-([1-9][0-9]{0,17})-([a-z2-7]{26})")


def return_path(letter: Letter) -> str:
    """The sender of the letter's envelope; empty where no mail comes in."""
    if not settings.REPLY_DOMAIN:
        return ""
    return f"bounce-{letter.pk}-{_seal(letter, settings.SECRET_KEY)}@{settings.REPLY_DOMAIN}"


def could_be_return_path(address: str) -> bool:
    """Whether an address looks like one: tells without the database."""
    return _parts(address) is not None


def returned_letter(address: str) -> Letter | None:
    """The letter of such an address; None for one that was never given out. One query, none for what doesn't look like
    one.
    """
    parts = _parts(address)
    letter = Letter.objects.filter(pk=int(parts[0])).first() if parts else None
    if parts is None or letter is None:
        return None
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return letter if any(constant_time_compare(parts[1], _seal(letter, key)) for key in keys) else None


def _parts(address: str) -> tuple[str, str] | None:
    name, _at, domain = address.lower().rpartition("@")
    if not settings.REPLY_DOMAIN or domain != settings.REPLY_DOMAIN:
        return None
    found = _NAME.fullmatch(name)
    return (found[1], found[2]) if found else None


def _seal(letter: Letter, key: str) -> str:
    made = salted_hmac(_SALT, f"{letter.pk} {letter.message_id}", secret=key, algorithm="sha256").digest()
    return base64.b32encode(made).decode().lower()[:_SEAL_LETTERS]
