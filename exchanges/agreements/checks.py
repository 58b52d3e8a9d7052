"""What may be agreed on as a standing agreement. Each refusal names the field, and says what to do."""

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.texts import check_text
from exchanges.agreements.rhythm import next_day
from exchanges.agreements.terms import Terms
from exchanges.checks import FURTHEST, check_amount, check_day_of, check_whole
from exchanges.enums import Rhythm, Side
from exchanges.models import LONGEST_PLACE, MOST_APART, StandingAgreement
from listings.balances.free import NotEnoughFree, goes_whole, quantity_of, unit_of
from listings.balances.periods import recurs
from listings.late import TooLate
from listings.models import Listing
from materials import figures

#: Earlier no hand-over begins: our clocks may skip an hour before.
EARLIEST = dt.time(4)


def check_recurs(listing: Listing) -> None:
    """Raise ValidationError for what doesn't come back."""
    if not recurs(listing):
        raise ValidationError({"listing": _once_words()})


def check_still_recurs(listing: Listing) -> None:
    """Raise TooLate where it came back when it was asked for, and doesn't any more."""
    if not recurs(listing):
        raise TooLate({"listing": _once_words()})


def _once_words() -> str:
    return _("Alleen wat regelmatig terugkomt, kan een vaste afspraak hebben.")


def check_terms(listing: Listing, terms: Terms, today: dt.date) -> None:
    """Raise ValidationError by field for terms that make no sense, NotEnoughFree for more than there ever is."""
    check_amount(terms.quantity)
    check_whole(listing, terms.quantity)
    check_there_is(listing, terms.quantity)
    if terms.rhythm not in Rhythm.values:
        raise ValidationError({"rhythm": _("Kies weken of maanden.")})
    if not 1 <= terms.every <= MOST_APART:
        raise ValidationError({"every": _("Kies een getal van 1 tot %(most)d.") % {"most": MOST_APART}})
    _check_days(listing, terms, today)
    _check_times(terms)
    check_text("place", terms.place, LONGEST_PLACE)


def has_its_unit(agreement: StandingAgreement) -> bool:
    """Whether its listing still counts in the unit in which it was asked: else nothing of it can be reserved."""
    return unit_of(agreement.listing) == agreement.unit


def check_same_unit(agreement: StandingAgreement, side: Side) -> None:
    """Raise TooLate where its listing counts in another unit by now: a side can't say yes to what it doesn't say."""
    if not has_its_unit(agreement):
        raise TooLate({"quantity": other_unit_words(side)})


def other_unit_words(side: Side) -> str:
    """What a side does about a question in a unit that counts no more."""
    if side == Side.OWNER:
        return _("De eenheid van het zoekertje is intussen veranderd. Weiger, en laat een nieuwe vragen.")
    return _("De eenheid van het zoekertje is intussen veranderd. Trek je vraag in, en vraag een nieuwe.")


def check_unit_to_make(agreement: StandingAgreement) -> None:
    """Raise TooLate where a date is in a unit that counts no more."""
    if not has_its_unit(agreement):
        words = _("De eenheid van het zoekertje is veranderd. Wijzig de vaste afspraak, of stop ze.")
        raise TooLate({"quantity": words})


def check_there_is(listing: Listing, quantity: Decimal) -> None:
    """Raise NotEnoughFree for more than a period brings where nobody else has anything of it; of what goes whole also
    for less.
    """
    there_is = quantity_of(listing)
    if goes_whole(listing) and quantity != there_is:
        raise NotEnoughFree(there_is, listing)
    if quantity > there_is:
        most = {"free": figures.amount(there_is, unit_of(listing))}
        words = _("Meer dan %(free)s is er nooit: vraag per levering hoogstens zoveel.") % most
        raise NotEnoughFree(there_is, listing, words)


def _check_days(listing: Listing, terms: Terms, today: dt.date) -> None:
    if terms.starts_on <= today:
        raise ValidationError({"starts_on": _("Kies een eerste dag vanaf morgen.")})
    if terms.starts_on > today + FURTHEST:
        raise ValidationError({"starts_on": _("Kies een dag binnen het jaar.")})
    try:
        check_day_of(listing, terms.starts_on, today)
    except ValidationError as error:
        raise ValidationError({"starts_on": error.messages}) from None
    if terms.ends_on is None:
        return
    if terms.ends_on > today + 10 * FURTHEST:
        raise ValidationError({"ends_on": _("Kies een laatste dag binnen de tien jaar, of laat ze leeg.")})
    if next_day(terms, terms.starts_on) is None:
        raise ValidationError({"ends_on": _("De laatste dag ligt voor de eerste levering. Kies een latere.")})


def _check_times(terms: Terms) -> None:
    if (terms.from_time is None) != (terms.to_time is None):
        raise ValidationError({"to_time": _("Geef van wanneer tot wanneer, of laat beide leeg.")})
    if terms.from_time is None or terms.to_time is None:
        return
    if terms.from_time < EARLIEST:
        raise ValidationError({"from_time": _("Kies een uur vanaf 4 uur.")})
    if terms.to_time <= terms.from_time:
        raise ValidationError({"to_time": _("Het einde ligt voor het begin. Kies een later einde.")})
