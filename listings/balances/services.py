"""Holds a part of a listing, gives it, or releases it: with the listing's status that follows from what is free.

Rooms above call these within a step of their own, which says who may take it and records what happened. Each locks the
listing first and then its reservations, which trigger what follows in its balances. Who locks several listings, locks
them in order of id.
"""

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from journal.events import events_of, record
from listings.balances.free import NotEnoughFree, quantity_of, standing_of
from listings.balances.periods import recurs
from listings.enums import ListingKind, ListingStatus, Recurrence, ReservationState
from listings.late import TooLate
from listings.lifecycle import next_statuses
from listings.models import WHOLE_LOT, Listing, Reservation
from listings.verbs import ListingVerb

#: The constraints of Balance, by which the database refuses to promise more than there is.
_REFUSALS = ("never_oversold", "goes_whole")
#: Nothing is promised of what isn't public yet, or no more.
CLOSED_TO_HOLDS = (ListingStatus.DRAFT, ListingStatus.WITHDRAWN, ListingStatus.CLOSED)


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
    is_booking: bool = False,
) -> Reservation:
    """Hold a part of one period of a listing. A booking can be cancelled by hand, as cancel_booking() says.

    Raises NotEnoughFree, which says what is left, and ValidationError by field for what makes no sense; then nothing
    is held.
    """
    locked = _locked(listing.pk)
    if locked.status in CLOSED_TO_HOLDS:
        words = {"status": locked.get_status_display().lower()}
        raise TooLate(_("Dit zoekertje is %(status)s: je kunt er niets van vastleggen.") % words)
    quantity_of(locked)
    reservation = Reservation(
        listing=locked, period=period, quantity=quantity, organisation=organisation, supply=supply, note=note,
        is_booking=is_booking, created_by=by,
    )  # fmt: skip
    # Not full_clean(): it would ask the database for each other row that is here already.
    reservation.clean_fields(exclude=["listing", "organisation", "supply", "created_by"])
    _write(reservation)
    follow_what_is_free(locked, before=locked)
    return reservation


@transaction.atomic
def hold_as_much(*, reservation: Reservation, quantity: Decimal) -> None:
    """Hold so much where it is more than what is held: it was promised before, so that it doesn't matter what became
    of its listing since. Raises NotEnoughFree where it is more than that and what is free together.
    """
    locked = _locked(reservation.listing_id)
    _read_anew(reservation, locked)
    if reservation.state != ReservationState.HELD or quantity <= reservation.quantity:
        return
    reservation.quantity = quantity
    reservation.clean_fields(exclude=["listing", "organisation", "supply", "created_by"])
    _write(reservation)
    follow_what_is_free(locked, before=locked)


@transaction.atomic
def give(*, reservation: Reservation, quantity: Decimal) -> None:
    """Say that what was held is given, and how much it came to: the rest is free again.

    What was given already is corrected. Of a listing that goes whole, the whole is given. Raises NotEnoughFree where
    it came to more than what was held and what is free together, ValidationError for what is released.
    """
    locked = _locked(reservation.listing_id)
    _read_anew(reservation, locked)
    if reservation.state == ReservationState.RELEASED:
        raise TooLate(_("Deze reservatie is al vrijgegeven."))
    reservation.state, reservation.given_quantity = ReservationState.GIVEN, quantity
    reservation.clean_fields(exclude=["listing", "organisation", "supply", "created_by"])
    _write(reservation)
    follow_what_is_free(locked, before=locked)


@transaction.atomic
def release(*, reservation: Reservation) -> None:
    """Let go of what is held or given: it is free again. What is released already stays so."""
    locked = _locked(reservation.listing_id)
    _read_anew(reservation, locked)
    if reservation.state == ReservationState.RELEASED:
        return
    reservation.state, reservation.given_quantity = ReservationState.RELEASED, None
    _write(reservation)
    follow_what_is_free(locked, before=locked)


def _locked(listing_id: int) -> Listing:
    """The listing as it is stored now, locked as the triggers lock it until the transaction ends."""
    return Listing.objects.select_for_update(of=("self",), no_key=True).get(pk=listing_id)


def _read_anew(reservation: Reservation, listing: Listing) -> None:
    """What another transaction made of a reservation before this one got the lock of its listing."""
    reservation.refresh_from_db(fields=["state", "quantity", "given_quantity"])
    reservation.listing = listing


def _write(reservation: Reservation) -> None:
    """Save, and say in words what the database refuses."""
    try:
        with transaction.atomic():
            reservation.save()
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name in _REFUSALS:
            free = standing_of(reservation.listing, reservation.period).free
            raise NotEnoughFree(free, reservation.listing) from None
        if name == "period_fits_listing":
            raise ValidationError({"period": _period_refused(reservation.listing)}) from None
        if name == "reservation_quantity_positive":
            raise ValidationError({"quantity": _("De hoeveelheid moet meer dan 0 zijn.")}) from None
        raise


def _period_refused(listing: Listing) -> str:
    if listing.kind == ListingKind.SERVICE or listing.recurrence == Recurrence.WEEKLY:
        return _("Een week begint op maandag.")
    if listing.recurrence == Recurrence.ONE_OFF:
        return _("Deze partij is er één keer: kies geen week of maand.")
    return _("Een maand of kwartaal begint op de eerste dag ervan.")


def follow_what_is_free(listing: Listing, *, before: Listing) -> None:
    """Let a lot that is public say by its status whether something is left of it: nobody does that by hand.

    `before` is the listing as it was. A lot of which something was free, and still is, stays as its owner put it.
    """
    if recurs(listing):
        return
    standing = standing_of(listing)
    was_free = quantity_of(before) > before.taken_quantity
    after = _FOLLOWS.get((listing.status, was_free, standing.free > 0))
    if standing.given >= standing.quantity and ListingStatus.CLOSED in next_statuses(listing.status):
        after = ListingStatus.CLOSED
        listing.closed_at = timezone.now()
    if listing.status == ListingStatus.CLOSED and after == ListingStatus.PUBLISHED:
        if not _was_closed_by_balance(listing):
            return
        listing.closed_at = None
    if after is None:
        return
    changes = {"status": [listing.status, after]}
    listing.status, listing.paired_at = after, None
    listing.save(update_fields=["status", "paired_at", "closed_at", "updated_at"])
    record(
        _VERBS[after], listing, organisation_id=listing.organisation_id, hub_ids=listing.hub_ids, changes=changes
    )  # fmt: skip


def _was_closed_by_balance(listing: Listing) -> bool:
    """Whether it is closed because all of it was given. What its owner closed stays closed."""
    last = events_of(listing).of_verbs([ListingVerb.CLOSED]).first()
    return last is not None and last.by_id is None


#: By a lot's status, whether something was free and whether something is: the status that follows.
_FOLLOWS: dict[tuple[str, bool, bool], ListingStatus] = {
    (ListingStatus.PUBLISHED, True, False): ListingStatus.RESERVED,
    (ListingStatus.RESERVED, False, True): ListingStatus.PUBLISHED,
    # It was given, and turns out not to be, or less of it: found again, unless its owner closed it.
    (ListingStatus.CLOSED, False, True): ListingStatus.PUBLISHED,
}
#: How the journal says that a lot's status followed what is free.
_VERBS = {
    ListingStatus.PUBLISHED: ListingVerb.PUBLISHED,
    ListingStatus.RESERVED: ListingVerb.RESERVED,
    ListingStatus.CLOSED: ListingVerb.CLOSED,
}
