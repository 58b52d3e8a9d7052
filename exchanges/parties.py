"""Whose names an exchange shows to whom: the owner of a hub-only listing stays unnamed until it agrees."""

from collections.abc import Iterable

from accounts.models import User
from exchanges.enums import AGREED
from exchanges.models import Exchange, ExchangeStep, StandingAgreement
from listings.owners import ids_with_known_owner, tell_owner


def know_parties(exchanges: Iterable[Exchange | StandingAgreement], reader: User) -> None:
    """Set of each exchange or standing agreement whether this reader may know its owner. Queries only where an owner
    is unnamed so far.
    """
    hidden = [exchange for exchange in exchanges if exchange.may_hide_owner]
    if not hidden:
        return
    known = ids_with_known_owner({exchange.listing_id for exchange in hidden}, reader)
    agreed = _agreed_once([one for one in hidden if isinstance(one, Exchange)])
    for exchange in hidden:
        exchange.owner_known = exchange.listing_id in known or exchange in agreed


def _agreed_once(exchanges: list[Exchange]) -> set[Exchange]:
    """Those that were agreed on at some time. A standing agreement keeps that itself."""
    if not exchanges:
        return set()
    steps = ExchangeStep.objects.filter(exchange__in=exchanges, state_after__in=sorted(AGREED))
    agreed = set(steps.values_list("exchange", flat=True))
    return {exchange for exchange in exchanges if exchange.pk in agreed}


def place_of(exchange: Exchange) -> str:
    """Where exactly it is handed over, once both agreed: an address, or degrees; else empty."""
    if exchange.state not in AGREED:
        return ""
    listing = exchange.place_listing
    if listing.site is not None:
        return str(listing.site.address)
    if listing.location is None:
        return ""
    return f"{listing.location.y:.5f}, {listing.location.x:.5f}"


def tell_parties(exchange: Exchange, before: str) -> None:
    """Let hub-only listings of both sides be known to the other as far as a step goes. Who asks says so who they are;
    who owns it does once an agreement is made.
    """
    if not before and exchange.matched is not None:
        tell_owner(exchange.matched, {exchange.owner_id, exchange.listing.organisation_id})
    if exchange.state in AGREED and before not in AGREED:
        for listing in (exchange.listing, exchange.via):
            if listing is not None:
                tell_owner(listing, {exchange.requester_id})
