"""Tells which encoding of before Unicode a text is in, by the letters that each would make of it. Knows no Django."""

import sys
import unicodedata
from collections.abc import Iterable

#: Windows, MS-DOS in Western Europe and in America, Macintosh. Of equals the first is taken.
ENCODINGS = ("cp1252", "cp850", "cp437", "mac_roman")
#: Letters that Dutch and French are full of, and those that they have seldom.
_COMMON, _RARE = set("éèëêïöüçà"), set("âäîôûùñáíóúœæøß")
#: Letters that a word here seldom begins with.
_SELDOM_FIRST = set("êëïâöüîû")
#: Signs that stand beside figures and blanks, not within a word.
_SIGNS = set("€£°½¼¾±×µØ§·–—…•")
#: So many characters have to be at home for each one that isn't.
_AT_HOME = 20
#: Lines that are looked at. More wouldn't change the outcome.
_MOST_LINES = 2_000


def likeliest_encoding(lines: Iterable[bytes]) -> str:
    """The encoding in which these lines, which aren't UTF-8, read most like Dutch, French or English."""
    sample = b"".join(line for _number, line in zip(range(_MOST_LINES), lines, strict=False))
    return max(ENCODINGS, key=lambda encoding: _likeness(sample, encoding))


def _likeness(sample: bytes, encoding: str) -> int:
    """How well the characters beyond ASCII stand where people write them.

    Windows is what remains: of the others nearly all characters have to be at home. So a single odd byte among letters
    of Windows isn't read as something else.
    """
    text = sample.decode(encoding, errors="replace")
    fits = [
        _fits(character, text[place - 1 : place], text[place + 1 : place + 2])
        for place, character in enumerate(text)
        if character > "\x7f"
    ]
    misfits = sum(fit < 0 for fit in fits)
    if encoding != ENCODINGS[0] and misfits * _AT_HOME > len(fits) - misfits:
        return -sys.maxsize
    return sum(fits)


def _fits(character: str, before: str, after: str) -> int:
    if character == "\ufffd" or unicodedata.category(character) in ("Cc", "Co", "Cn"):
        return -6
    if character in "²³":
        return 5 if before == "m" and not after.isalnum() else -2
    if character in "’‘":
        return 3 if after.isalpha() else -1
    if character in "“”«»":
        return 1 if before.isalnum() != after.isalnum() and not (before + after).isdigit() else -1
    if character in _SIGNS:
        return _fits_as_sign(character, before, after)
    if character.lower() in _COMMON | _RARE:
        return _fits_as_letter(character, before, after)
    return -2


def _fits_as_sign(character: str, before: str, after: str) -> int:
    if before.isalpha() and after.isalpha():
        return -2
    return 4 if character in "°½¼¾" and before.isdigit() else 2


def _fits_as_letter(character: str, before: str, after: str) -> int:
    common = character.lower() in _COMMON
    if not (before.isalpha() or after.isalpha()):
        return 1 if character == "à" else -2
    if character.isupper():
        # "CAFÉ" and "Élan", but not "cafÉ".
        return -2 if before.islower() else 3 if common else 1
    if before.isupper() and after.isupper():
        return -2
    if not before.isalpha() and character in _SELDOM_FIRST:
        return 0
    return 4 if common else 1
