"""Numbers of the Crossroads Bank for Enterprises (KBO/BCE), and names that people can see."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.be import vat

#: Characters of no width, and those that turn the direction of writing.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


def visible(text: str) -> str:
    """The text without characters that nobody sees, and without spaces around it: what looks empty is empty."""
    return _INVISIBLE.sub("", text).strip()


def one_line(text: str) -> str:
    """The same as a name: on one line. With line breaks a name could pretend to be a paragraph of our letters."""
    return " ".join(visible(text).split())


def enterprise_number(text: str) -> str:
    """Ten digits of an enterprise number written in any usual way ("BE 0403.170.701"). Raises ValidationError.

    python-stdnum knows the form; its check takes 97 for a remainder of 0, as the KBO does, and numbers may begin
    with 0 or 1.
    """
    digits = vat.compact(text)
    if not re.fullmatch(r"[01]\d{9}", digits):
        raise ValidationError(_("Een ondernemingsnummer heeft tien cijfers en begint met 0 of 1: 0403.170.701."))
    if not vat.is_valid(digits) or digits.endswith("00"):
        raise ValidationError(_("Dit ondernemingsnummer klopt niet: de laatste twee cijfers passen niet bij de rest."))
    return digits


def phone(text: str) -> str:
    """A telephone number as people write it. Raises ValidationError for what nobody can call."""
    if not re.fullmatch(r"\+?[0-9\s./()-]+", text) or not 8 <= len(re.sub(r"\D", "", text)) <= 15:
        raise ValidationError(_("Geef een telefoonnummer, bijvoorbeeld 09 123 45 67 of +32 470 12 34 56."))
    return text


def establishment_number(text: str) -> str:
    """Ten digits of an establishment number, which begins with 2 to 8. Raises ValidationError."""
    digits = re.sub(r"[\s.]", "", text)
    if not re.fullmatch(r"[2-8]\d{9}", digits):
        raise ValidationError(_("Een vestigingsnummer heeft tien cijfers en begint met 2 tot 8: 2.123.456.778."))
    if 97 - int(digits[:8]) % 97 != int(digits[8:]):
        raise ValidationError(_("Dit vestigingsnummer klopt niet: de laatste twee cijfers passen niet bij de rest."))
    return digits
