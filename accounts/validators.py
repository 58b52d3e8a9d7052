"""Numbers of the Crossroads Bank for Enterprises (KBO/BCE), telephone numbers, and texts that people can see."""

import re
import unicodedata

import idna
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from stdnum.be import vat

#: What ends a line in some program: Excel, word processors, Unicode.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
#: Characters that nobody sees: controls, those of no width, those that turn the direction of writing, fillers, tags.
#: The group is a flag that is written with tags, such as that of Scotland.
_UNSEEN = re.compile(
    "(\U0001f3f4[\U000e0030-\U000e007a]{2,6}\U000e007f)|"
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_JOINER, _NON_JOINER = "\u200d", "\u200c"
_VARIATIONS = range(0xFE00, 0xFE10)
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def visible(text: str) -> str:
    """The text without characters that nobody sees, and without spaces around it: what looks empty is empty.

    Those that make one sign of two stay where they do so: "👩‍🔧" is a woman, a joiner and a spanner.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    text = _LINE_ENDS.sub("\n", text)
    return _UNSEEN.sub(lambda found: found[0] if found[1] or _shapes(text, found.start()) else "", text).strip()


def _shapes(text: str, place: int) -> bool:
    """Whether an unseen character changes how the signs beside it look."""
    char, before, after = text[place], text[place - 1 : place], text[place + 1 : place + 2]
    if not before:
        return False
    if ord(char) in _VARIATIONS:
        return unicodedata.category(before)[0] in "SPN" or unicodedata.category(before) == "Lo"
    if char not in (_JOINER, _NON_JOINER) or not after:
        return False
    if unicodedata.category(after) == "So":
        joined = unicodedata.category(before) == "So" or ord(before) in _VARIATIONS or ord(before) in _SKIN_TONES
        return char == _JOINER and joined
    # Writing such as Persian and Hindi: the rule of domain names says where a joiner counts (RFC 5892, appendix A).
    try:
        return idna.valid_contextj(text, place)
    except ValueError:
        return False


def one_line(text: str) -> str:
    """The same as a name: on one line. With line breaks a name could pretend to be a paragraph of our letters."""
    return " ".join(visible(text).split())


# ---- numbers ----

#: What may stand between the digits of a number.
_BETWEEN = r"[\s./·-]*"
#: How people announce an enterprise number. Where a register is named, its place follows: "RPR Gent, afdeling Aalst".
_ENTERPRISE = re.compile(
    rf"""
    (?:(?:RPR|RPM)\b[^0-9\n]{{0,60}}?[\s,:]+)?
    (?:(?:btw|tva|vat|mwst|kbo|bce|on|ondernemingsnummer|ondernemingsnr|num[ée]ro\ d['’]entreprise|n°\ d['’]entreprise)
       [\s.:-]*)*
    (?:(?:nummer|num[ée]ro|number|nr|no|n°)[\s.:-]*)?
    (?:BE[\s.:-]*)?
    (?P<digits>[0-9](?:{_BETWEEN}[0-9])*)
    (?:[\s,;(-]+(?:RPR|RPM)\b[^0-9\n]{{0,60}})?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ESTABLISHMENT = re.compile(
    rf"(?:(?:vestigingsnummer|vestigingsnr|vestigingseenheid|vestiging|ve|ue)[\s.:-]*)?"
    rf"(?:(?:nummer|nr|no|n°)[\s.:-]*)?(?P<digits>[0-9](?:{_BETWEEN}[0-9])*)",
    re.IGNORECASE,
)
_ANNOUNCES_PHONE = re.compile(r"^(?:telefoon|t[ée]l[ée]phone|tel|tél|t|gsm|mobiel|mobile|m)\b[\s.:]*", re.IGNORECASE)
#: Longer texts are no number.
_LONGEST = 120


def plainly(text: str) -> str:
    """A number as it would be typed: no-break and narrow spaces are spaces, any dash is "-", wide digits are digits.

    Web pages and word processors write them so, and contact lists put unseen marks around them.
    """
    text = visible(unicodedata.normalize("NFKC", text[: 2 * _LONGEST]))
    dashed = "".join("-" if unicodedata.category(char) == "Pd" or char == "\u2212" else char for char in text)
    return " ".join(dashed.split())


def _digits(pattern: re.Pattern[str], text: str) -> str:
    """The digits of a number in a text of this pattern; nothing where the text is of another form."""
    found = pattern.fullmatch(plainly(text)) if len(text) <= _LONGEST else None
    return re.sub(r"[^0-9]", "", found["digits"]) if found else ""


def enterprise_number(text: str) -> str:
    """Ten digits of an enterprise number written in any usual way ("BTW BE 0403.170.701"). Raises ValidationError.

    Nine digits are how they were written until 2005, without the 0 in front. python-stdnum checks the last two: it
    takes 97 for a remainder of 0, as the KBO does, and numbers may begin with 0 or 1.
    """
    digits = _digits(_ENTERPRISE, text)
    if re.fullmatch(r"[1-9][0-9]{8}", digits):
        digits = f"0{digits}"
    if not re.fullmatch(r"[01][0-9]{9}", digits):
        raise ValidationError(_("Een ondernemingsnummer heeft tien cijfers en begint met 0 of 1: 0403.170.701."))
    if not vat.is_valid(digits) or digits.endswith("00"):
        raise ValidationError(_("Dit ondernemingsnummer klopt niet: de laatste twee cijfers passen niet bij de rest."))
    return digits


def phone(text: str) -> str:
    """A telephone number as people write it, in characters that a telephone takes. Raises ValidationError for what
    nobody can call.
    """
    number = _ANNOUNCES_PHONE.sub("", plainly(text))
    digits = re.sub(r"[^0-9]", "", number)
    if not re.fullmatch(r"\(?\+?\(?[0-9](?:[ ./()-]{0,3}[0-9])*", number) or not 8 <= len(digits) <= 15:
        raise ValidationError(_("Geef een telefoonnummer, bijvoorbeeld 09 123 45 67 of +32 470 12 34 56."))
    return number


def establishment_number(text: str) -> str:
    """Ten digits of an establishment number, which begins with 2 to 8. Raises ValidationError."""
    digits = _digits(_ESTABLISHMENT, text)
    if not re.fullmatch(r"[2-8][0-9]{9}", digits):
        raise ValidationError(_("Een vestigingsnummer heeft tien cijfers en begint met 2 tot 8: 2.000.000.042."))
    if 97 - int(digits[:8]) % 97 != int(digits[8:]):
        raise ValidationError(_("Dit vestigingsnummer klopt niet: de laatste twee cijfers passen niet bij de rest."))
    return digits
