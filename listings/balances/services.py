"""Holds a part of a listing, gives it, or releases it: with the listing's status that follows from what is free.

Rooms above call these within a step of their own, which says who may take it and records what happened.
"""

import datetime as dt
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Organisation, User
from journal.events import record
from listings.balances.free import NotEnoughFree, standing_of
from listings.enums import ListingKind, ListingStatus, Recurrence, ReservationState
from listings.lifecycle import next_statuses
from listings.models import WHOLE_LOT, Listing, Reservation
from listings.verbs import ListingVerb

#: The constraints of Balance, by which the database refuses to promise more than there is.
_REFUSALS = ("never_oversold", "goes_whole")


@transaction.atomic
def hold(
    *,
    by: User | None,
    listing: Listing,
    quantity: Decimal,
    period: dt.date = WHOLE_LOT,
    organisation: Organisation | None = None,
    supply: Listing | None = None,
    note: str = "",
) -> Reservation:
    """Hold a part of one period of a listing. Raises NotEnoughFree, which says what is left; then nothing is held."""
    reservation = Reservation(
        listing=listing, period=period, quantity=quantity, organisation=organisation, supply=supply, note=note,
        created_by=by,
    )  # fmt: skip
    reservation.full_clean()
    _write(reservation)
    _follow_what_is_free(listing)
    return reservation


@transaction.atomic
def give(*, reservation: Reservation, quantity: Decimal) -> None:
    """Say that what was held is given, and how much it came to: the rest is free again.

    Raises NotEnoughFree where it came to more than what was held and what is free together.
    """
    reservation.state, reservation.given_quantity = ReservationState.GIVEN, quantity
    _write(reservation)
    _follow_what_is_free(reservation.listing)


@transaction.atomic
def release(*, reservation: Reservation) -> None:
    """Let go of what is held or given: it is free again."""
    reservation.state, reservation.given_quantity = ReservationState.RELEASED, None
    _write(reservation)
    _follow_what_is_free(reservation.listing)


def _write(reservation: Reservation) -> None:
    try:
        with transaction.atomic():
            reservation.save()
    except IntegrityError as error:
        cause = error.__cause__
        name = getattr(getattr(cause, "diag", None), "constraint_name", None)
        if name not in _REFUSALS:
            raise
        listing = reservation.listing
        raise NotEnoughFree(standing_of(listing, reservation.period).free, listing) from None


def _follow_what_is_free(listing: Listing) -> None:
    """Let a lot that is public say by its status whether something is left of it: nobody does that by hand."""
    if listing.kind == ListingKind.SERVICE or listing.recurrence != Recurrence.ONE_OFF:
        return
    stored = Listing.objects.select_for_update(of=("self",), no_key=True).get(pk=listing.pk)
    standing = standing_of(stored)
    if standing.given >= standing.quantity:
        after = ListingStatus.CLOSED
    else:
        after = ListingStatus.PUBLISHED if standing.free > 0 else ListingStatus.RESERVED
    if after == stored.status or after not in next_statuses(stored.status):
        return
    changes = {"status": [stored.status, after]}
    stored.status, stored.paired_at = after, None
    if after == ListingStatus.CLOSED:
        stored.closed_at = timezone.now()
    stored.save(update_fields=["status", "paired_at", "closed_at", "updated_at"])
    record(
        _VERBS[after], stored, organisation_id=stored.organisation_id, hub_ids=stored.hub_ids, changes=changes
    )  # fmt: skip


#: How the journal says that a lot's status followed what is free.
_VERBS = {
    ListingStatus.PUBLISHED: ListingVerb.PUBLISHED,
    ListingStatus.RESERVED: ListingVerb.RESERVED,
    ListingStatus.CLOSED: ListingVerb.CLOSED,
}
