"""How people write numbers: one grammar for lists, forms and the API.

A text is read exactly as its writer means it, or refused in words. Nothing is cleaned away before it is understood: in
"5 – 10", "£ 50" or "12·50" what is no digit counts.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

#: Letters in a number, at most: a longer text is no number that anybody wrote by hand.
LONGEST_NUMBER = 40
#: How many letters of a text a refusal repeats.
LONGEST_ECHO = 40
#: The largest whole number that a field of days or kilometres needs to read; each field has a limit of its own.
LARGEST_WHOLE = 10**9

#: What people and spreadsheets write for a minus: hyphens, the minus of mathematics, and short dashes.
MINUS_SIGNS = "-\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d"
#: What stands between groups of three digits; a point or a comma there may also be a decimal mark.
GROUP_MARKS = ".,' \u2019\u00a0\u2007\u2009\u202f"
#: The decimals that a fraction stands for.
FRACTIONS = {"½": "5", "¼": "25", "¾": "75"}

_BODY = rf"""
    (?P<whole> [1-9][0-9]{{0,2}} (?P<group>[{GROUP_MARKS}]) [0-9]{{3}} (?: (?P=group) [0-9]{{3}} )* | [0-9]* )
    (?: (?P<mark>[.,]) (?P<part>[0-9]+) )?
    (?P<fraction> [{"".join(FRACTIONS)}] )?
"""
#: The hyphen comes first: elsewhere in brackets it would mean a range.
_SIGN = rf"[{MINUS_SIGNS}+]"
#: Never a line break: two lines are two numbers.
_BLANK = "[ \u00a0\u202f]?"
_EURO = r"(?: € | euros? | eur )"
_NUMBER = re.compile(rf"(?P<bracket>\()? (?P<sign>{_SIGN})? {_BLANK} {_BODY} (?(bracket)\))", re.VERBOSE)
#: "12,-" and "12,=" are twelve euro and no cents.
_MONEY = re.compile(
    rf"""(?P<sign>{_SIGN})? {_BLANK} (?: {_EURO} {_BLANK} )?
    (?P<bracket>\()? (?: {_EURO} {_BLANK} )? (?P<later_sign>{_SIGN})? {_BLANK} {_BODY}
    (?: (?P<no_cents>[.,]) (?: [{MINUS_SIGNS}\u2014]{{1,2}} | = ) )?
    (?: {_BLANK} {_EURO} )? (?(bracket)\)) (?: {_BLANK} {_EURO} )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ANYWHERE = re.compile(rf"[^0-9]* {_BODY} [^0-9]*", re.VERBOSE)
_OTHER_CURRENCY = re.compile(
    r"[£$¥₤₣₩₽₺₹¢] | \b (?: usd | us | gbp | chf | bef | nlg | frf | dem | jpy | cny | sek | dkk | nok | pln | czk"
    r" | cad | aud | kr | zł | kč | dollars? | pond | pounds? | livres? | bfr | frank | francs? | gulden ) \b",
    re.VERBOSE | re.IGNORECASE,
)
_ENDLESS_POWER = re.compile(r"[0-9.,]+[eE][+-]?[0-9]{3,}")
#: "1e9" and "1,25E+05". Nobody writes by hand so, and what a narrow column of a spreadsheet shows so is rounded.
_POWER = re.compile(r"[0-9.,][eE][+-]?[0-9]")
_DIGITS = re.compile(r"[0-9]+(?:[.,'][0-9]+)*")
_DEGREES = re.compile(rf"(?P<sign>{_SIGN})?(?P<whole>[0-9]{{1,9}})(?:[.,](?P<part>[0-9]{{1,20}}))?")


@dataclass(frozen=True)
class Marks:
    """What a point and a comma mean in some numbers: which of them were seen before decimals, which between groups."""

    decimal: frozenset[str] = frozenset()
    grouping: frozenset[str] = frozenset()

    def is_decimal(self, mark: str) -> bool | None:
        """Whether the mark in a number such as "1.250" or "1,250" is a decimal one; None where only the writer knows.

        Where nothing else is known, Belgians group with a point and write decimals after a comma.
        """
        other = "," if mark == "." else "."
        decimal = mark in self.decimal or other in self.grouping
        grouping = mark in self.grouping or other in self.decimal
        if decimal and grouping:
            return None
        if not decimal and not grouping:
            return mark == ","
        # Number cells of a workbook come with a decimal comma, also where its texts have a point.
        if grouping and mark == "," and mark not in self.grouping:
            return None
        return decimal


#: For a number without a column.
BELGIAN = Marks()
#: For the API, whose users have both habits.
UNSURE = Marks(frozenset(".,"), frozenset(".,"))


def marks_of(texts: Iterable[str]) -> Marks:
    """What the marks in a column mean, by those of its numbers that can be read in one way only."""
    decimal, grouping = set[str](), set[str]()
    for text in set(texts):
        found = _ANYWHERE.fullmatch(text) if len(text) <= LONGEST_NUMBER else None
        if found is None or not found["whole"] or _is_unclear(found):
            continue
        if found["mark"]:
            decimal.add(found["mark"])
        if found["group"]:
            grouping.add(found["group"])
    return Marks(frozenset(decimal & {".", ","}), frozenset(grouping & {".", ","}))


def number(text: str, marks: Marks = BELGIAN) -> Decimal:
    """ "1.250,5", "1 250,5", "1250.5" and "1,250.50" are all the same number; "1.250" is a thousand, "0.125" isn't.

    A minus may be of any kind and "(50)" is one below zero. "2½" is two and a half. Raises ValidationError for
    everything else: for two numbers or a range, for more digits than anybody needs, for powers of ten, for words.
    """
    value = f"{_read(_NUMBER, text.strip(), marks):f}"
    return Decimal(value.rstrip("0").rstrip(".") if "." in value else value)


def euros(text: str, marks: Marks = BELGIAN) -> Decimal:
    """A number as number() reads it, with or without the euro: "€ 12", "12,50 euro", "12,-". No other currency.

    Trailing zeros stay: "1,250" has three decimals, and so may mean a thousand.
    """
    return _read(_MONEY, text.strip(), marks)


def whole(text: str) -> int:
    """A whole number. Raises ValidationError for one with decimals, and for one that no field takes."""
    found = number(text)
    # The size comes first: to build a whole number of a million digits takes minutes.
    if abs(found) > LARGEST_WHOLE or found != int(found):
        raise ValidationError(
            _("“%(text)s” is geen heel getal, of het is te groot."), params={"text": text[:LONGEST_ECHO]}
        )
    return int(found)


def coordinate(text: str) -> float:
    """Degrees or metres. A point or a comma is always a decimal one here: "51.054" is 51 and a bit."""
    found = _DEGREES.fullmatch(text.strip())
    if found is None:
        raise _refusal(text, is_money=False)
    sign = "-" if found["sign"] and found["sign"] != "+" else ""
    return float(f"{sign}{found['whole']}.{found['part'] or 0}")


def _read(form: re.Pattern[str], text: str, marks: Marks) -> Decimal:
    found = form.fullmatch(text) if len(text) <= LONGEST_NUMBER else None
    if found is None or not _is_one_number(found):
        raise _refusal(text, is_money=form is _MONEY)
    if _is_unclear(found):
        is_decimal = marks.is_decimal(found["group"])
        if is_decimal is None:
            raise _which_of_both(text, found)
        digits = found["whole"].replace(found["group"], "." if is_decimal else "")
    else:
        digits = "".join(filter(str.isdigit, found["whole"])) or "0"
    if decimals := found["part"] or FRACTIONS.get(found["fraction"]):
        digits += f".{decimals}"
    # Decimal arithmetic would round what has many digits; made from a text it is exact.
    return Decimal(f"{'-' if _is_negative(found) else ''}{digits}")


def _is_one_number(found: re.Match[str]) -> bool:
    """Whether what was found goes together: "1.250.5", "--5", "-(5)" and "12,50,-" are no numbers."""
    given = found.groupdict()
    signs = [given["sign"], given["bracket"], given.get("later_sign")]
    if sum(map(bool, signs)) > 1 or not (given["whole"] or given["part"] or given["fraction"]):
        return False
    if given["group"] and given["mark"] == given["group"]:
        return False
    if given["fraction"] and given["part"]:
        return False
    ending = given.get("no_cents")
    return not ending or bool(given["whole"] and ending != given["group"] and not (given["part"] or given["fraction"]))


def _is_unclear(found: re.Match[str]) -> bool:
    """Whether a point or a comma before three digits may be a decimal mark as well: "1.250", but not "1.250,5"."""
    given = found.groupdict()
    group, ends = given["group"], given["mark"] or given["fraction"] or given.get("no_cents")
    return group in (".", ",") and found["whole"].count(group) == 1 and not ends


def _is_negative(found: re.Match[str]) -> bool:
    sign = found["sign"] or found.groupdict().get("later_sign")
    return bool(found["bracket"]) or bool(sign and sign in MINUS_SIGNS)


def _which_of_both(text: str, found: re.Match[str]) -> ValidationError:
    """What to write instead of "1.250" where it may be both."""
    first, rest = found["whole"].split(found["group"])
    # One decimal more or less says that it is no thousand.
    decimals = (rest.rstrip("0") or "0") if rest.endswith("0") else f"{rest}0"
    words = {
        "text": text,
        "thousands": first + rest,
        "decimals": f"{first}{get_format('DECIMAL_SEPARATOR')}{decimals}",
    }
    return ValidationError(
        _("“%(text)s” kan twee getallen zijn. Schrijf %(thousands)s of %(decimals)s."), params=words, code="unclear"
    )


def _refusal(text: str, *, is_money: bool) -> ValidationError:
    """Why a text is no number, as precisely as we can tell."""
    shown = {"text": " ".join(text[:LONGEST_ECHO].split())}
    if is_money and (other := _OTHER_CURRENCY.search(text[:LONGEST_ECHO])):
        message = _("Het bedrag staat in %(currency)s; geef de prijs in euro.")
        return ValidationError(message, params={"currency": other[0].strip()})
    if len(text) > LONGEST_NUMBER or _ENDLESS_POWER.search(text):
        return ValidationError(_("“%(text)s” is geen getal dat we kunnen lezen: het is veel te lang."), params=shown)
    if _POWER.search(text):
        words = _("“%(text)s” is een verkorte schrijfwijze. Schrijf het getal voluit, met al zijn cijfers.")
        return ValidationError(words, params=shown)
    if len(_DIGITS.findall(text)) > 1:
        return ValidationError(_("In “%(text)s” staat meer dan één getal. Geef er één."), params=shown)
    return ValidationError(_("“%(text)s” is geen getal. Schrijf het als 1250 of 12,5."), params=shown)
