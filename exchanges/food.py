"""Food and its date: when it may be handed over, what is asked about first, and what both sides read of it."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils import timezone
from psycopg.types.range import TimestamptzRange

from exchanges.checks import check_still_safe, given_of, late_food_words, unsafe_food_words
from exchanges.enums import AppointmentState, ExchangeState
from exchanges.models import Exchange, ExchangeLeg
from listings.models import Listing

#: A moment can still be chosen, or is still to come.
_TO_COME = frozenset({ExchangeState.ACCEPTED, ExchangeState.SCHEDULED, ExchangeState.NO_SHOW})
#: When somebody meets for it.
_MEETS = frozenset({AppointmentState.PROPOSED, AppointmentState.CONFIRMED})


def check_food_date(listing: Listing, periods: list[TimestamptzRange], *, sure: bool) -> None:
    """Raise ValidationError for a moment after a use-by date; and unless somebody is `sure`, with the code "unlikely",
    for one after a best-before date.
    """
    check_still_safe(listing, periods)
    words = "" if sure else _latest_words(listing, periods)
    if words:
        raise ValidationError({"sure": ValidationError(words, code="unlikely")})


def food_date_words(exchange: Exchange, leg: ExchangeLeg) -> str:
    """What both sides should know where the appointment, or a moment that is proposed, comes after the date of the
    food; "" for all else. No query for what has no such date.
    """
    listing = given_of(exchange)
    if listing.food_date is None or exchange.state not in _TO_COME:
        return ""
    return _latest_words(listing, [one.period for one in leg.appointments.all() if one.state in _MEETS])


def _latest_words(listing: Listing, periods: Iterable[TimestamptzRange]) -> str:
    days = [timezone.localdate(period.lower) for period in periods if period.lower is not None]
    if not days:
        return ""
    return unsafe_food_words(listing, max(days)) or late_food_words(listing, max(days))
