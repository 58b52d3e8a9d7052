"""Ends requests of what isn't there any more: its owner closed or withdrew it, or all of it was given to others.

Whoever asked hears so at once, and of what comes nearest. What is reserved stays as it is. It follows on the step of
the listing by a task of its own (settings.REACTIONS) and by the sweep of every minute: an exchange is locked before
its listing, which a step of the listing has locked already.
"""

import datetime as dt

from django.db.models import QuerySet

from exchanges.enums import ExchangeState
from exchanges.letters import tell_of_gone
from exchanges.models import Exchange
from exchanges.taking import begin, finish
from journal.one_by_one import take_one_by_one
from listings.balances.services import CLOSED_TO_HOLDS


def requests_of_what_is_gone() -> QuerySet[Exchange]:
    """What expired isn't gone: it may be published again within the time of a request."""
    return Exchange.objects.filter(state=ExchangeState.REQUESTED, listing__status__in=CLOSED_TO_HOLDS)


def sweep_gone(*, at: dt.datetime) -> int:
    """Up to AT_ONCE requests, each in its own transaction; returns how many. The next run takes the rest."""
    return take_one_by_one("requests of what is gone", requests_of_what_is_gone(), lambda found: _end(found, at), at)


def _end(exchange: Exchange, at: dt.datetime) -> None:
    taking = begin("gone", exchange=exchange, by=None, at=at)
    # It may have been published again before this got the lock of its listing.
    if taking.exchange.listing.status in CLOSED_TO_HOLDS:
        taking.is_told = True
        tell_of_gone(finish(taking), at)
