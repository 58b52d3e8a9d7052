"""What keeps a request from being reserved: its listing isn't what it was when it was asked for, or others were first.

One rule: steps that it keeps from succeeding aren't offered, taking them is refused by its words, and the page and the
API say it.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from exchanges.enums import ExchangeState, Side
from exchanges.models import Exchange, ExchangeLeg
from listings.balances.free import NotEnoughFree, goes_whole, standing_of, unit_of
from listings.balances.periods import is_stream, period_of
from listings.balances.services import CLOSED_TO_HOLDS
from listings.enums import ListingKind, ListingStatus
from listings.models import WHOLE_LOT, Listing
from materials import figures

_BOTH_STEPS, _ACCEPTING = frozenset({"accept", "counter"}), frozenset({"accept"})


@dataclass(frozen=True)
class Obstacle:
    """In words for the owner and for who asked; which steps it closes, and at which field a refusal stands."""

    to_owner: str
    to_requester: str
    closes: frozenset[str] = _BOTH_STEPS
    field: str = "listing"

    def words(self, sides: set[Side]) -> str:
        """For somebody of these sides; the hub reads what the owner does."""
        return self.to_requester if sides == {Side.REQUESTER} else self.to_owner


def obstacle_of(exchange: Exchange, leg: ExchangeLeg) -> Obstacle | None:
    """What stands in the way of accepting a request, as far as can be told beforehand. One query."""
    if exchange.state != ExchangeState.REQUESTED:
        return None
    return why_not_held(exchange.listing, leg.unit, exchange.period) or _too_little(exchange, leg)


def why_not_held(listing: Listing, unit: str, period: dt.date) -> Obstacle | None:
    """Why nothing of a listing can be held in this unit and period, however little it is."""
    if listing.status == ListingStatus.EXPIRED:
        return Obstacle(
            _("Dit zoekertje is verlopen. Publiceer het opnieuw, en aanvaard dan."),
            _("Dit zoekertje is verlopen: de eigenaar publiceert het eerst opnieuw."),
        )
    if listing.status in CLOSED_TO_HOLDS:
        status = {"status": listing.get_status_display().lower()}
        words = _("Dit zoekertje is %(status)s: je kunt er niets van vastleggen.") % status
        return Obstacle(words, words)
    if unit_of(listing) != unit:
        return Obstacle(
            _("De eenheid van het zoekertje is intussen veranderd. Weiger, en laat het opnieuw aanvragen."),
            _("De eenheid van het zoekertje is intussen veranderd. Trek je aanvraag in, en vraag het opnieuw aan."),
            field="quantity",
        )
    if not _fits(listing, period):
        return Obstacle(
            _("Wanneer dit terugkomt, is intussen veranderd. Weiger, en laat het opnieuw aanvragen."),
            _("Wanneer dit terugkomt, is intussen veranderd. Trek je aanvraag in, en vraag het opnieuw aan."),
        )
    return None


def _fits(listing: Listing, period: dt.date) -> bool:
    """Whether a period is still one of the listing's own."""
    if listing.kind == ListingKind.SERVICE:
        return period != WHOLE_LOT
    if is_stream(listing):
        return period != WHOLE_LOT and period == period_of(listing, period)
    return period == WHOLE_LOT


def _too_little(exchange: Exchange, leg: ExchangeLeg) -> Obstacle | None:
    """Where others were first: accepting takes all that was asked, a counter-offer what is left."""
    listing = exchange.listing
    standing = standing_of(listing, exchange.period)
    if leg.quantity <= standing.free and (standing.splittable or leg.quantity == standing.free):
        return None
    (words,) = NotEnoughFree(standing.free, listing).messages
    if standing.free <= 0:
        return Obstacle(words, words, field="quantity")
    free = {"free": figures.amount(standing.free, unit_of(listing))}
    to_owner = words if goes_whole(listing) else _("Nog %(free)s vrij: doe een tegenvoorstel, of weiger.") % free
    return Obstacle(to_owner, words, _ACCEPTING, "quantity")
