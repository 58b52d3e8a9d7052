"""What may be agreed on as a standing agreement. Each refusal names the field, and says what to do."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from exchanges.agreements.rhythm import next_day
from exchanges.agreements.terms import Terms
from exchanges.checks import FURTHEST, check_amount, check_day_of, check_whole
from exchanges.enums import Rhythm
from exchanges.models import LONGEST_PLACE, MOST_APART
from exchanges.taking import check_text
from listings.balances.free import NotEnoughFree, goes_whole, quantity_of
from listings.balances.periods import recurs
from listings.models import Listing

#: Earlier no hand-over begins: our clocks may skip an hour before.
EARLIEST = dt.time(4)


def check_recurs(listing: Listing) -> None:
    """Raise ValidationError for what doesn't come back."""
    if not recurs(listing):
        raise ValidationError({"listing": _("Alleen wat regelmatig terugkomt, kan een vaste afspraak hebben.")})


def check_terms(listing: Listing, terms: Terms, today: dt.date) -> None:
    """Raise ValidationError by field for terms that make no sense, NotEnoughFree for more than there ever is."""
    check_amount(terms.quantity)
    check_whole(listing, terms.quantity)
    there_is = quantity_of(listing)
    if terms.quantity > there_is or (goes_whole(listing) and terms.quantity != there_is):
        raise NotEnoughFree(there_is, listing)
    if terms.rhythm not in Rhythm.values:
        raise ValidationError({"rhythm": _("Kies weken of maanden.")})
    if not 1 <= terms.every <= MOST_APART:
        raise ValidationError({"every": _("Kies een getal van 1 tot %(most)d.") % {"most": MOST_APART}})
    _check_days(listing, terms, today)
    _check_times(terms)
    check_text("place", terms.place, LONGEST_PLACE)


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
