"""Saying of two listings that look alike that they aren't one lot, and taking that back."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_is_hub_staff
from geo.models import Hub
from journal.events import record
from listings.duplicates.pairs import looks_of_pair
from listings.late import TooLate
from listings.models import Listing, NoDuplicate
from listings.verbs import ListingVerb


@transaction.atomic
def say_no_duplicate(
    *,
    by: User,
    hub: Hub,
    one: Listing,
    other: Listing,
    reason: str = "",
    seen: str = "",
    at: dt.datetime | None = None,
) -> NoDuplicate:
    """Take two listings off the list of likely duplicates, for staff of a hub that one of them lies in.

    It holds for all hubs until a listing says something else of what made them alike. Two who say so at once make one
    row: the second gets what the first said. `seen` is `Pair.seen` of what the user looked at.

    Raises PermissionDenied; ValidationError by field; TooLate where the two don't look alike any more, or not as seen.
    """
    check_is_hub_staff(by, hub)
    _check_in_hub(hub, one, other)
    older, newer = _locked(one, other)
    found = looks_of_pair(newer, older)
    if found is None:
        raise TooLate(_("Deze twee lijken niet op elkaar, of niet meer: er is niets van de lijst te halen."))
    looks, as_it_is = found
    if seen and seen != as_it_is:
        raise TooLate(_("Een van beide veranderde terwijl je keek. Bekijk het paar opnieuw, en kies dan."))
    known = NoDuplicate.objects.filter(newer=newer, older=older).first()
    if known is not None and known.looks == looks:
        return known
    made = known or NoDuplicate(newer=newer, older=older)
    made.looks, made.reason, made.hub, made.by, made.said_at = looks, reason.strip(), hub, by, at or timezone.now()
    made.full_clean(validate_unique=False, validate_constraints=False)
    made.save()
    _record(ListingVerb.NO_DUPLICATE, by, newer, older, {"why": made.reason} if made.reason else {})
    return made


@transaction.atomic
def take_back_no_duplicate(*, by: User, hub: Hub, said: NoDuplicate) -> None:
    """Put a pair back on the list, for staff of a hub that one of both lies in. It does no harm to do this twice."""
    check_is_hub_staff(by, hub)
    _check_in_hub(hub, said.newer, said.older)
    gone, _rows = NoDuplicate.objects.filter(pk=said.pk).delete()
    if gone:
        _record(ListingVerb.DUPLICATE_AGAIN, by, said.newer, said.older, {})


def _check_in_hub(hub: Hub, one: Listing, other: Listing) -> None:
    if hub.pk not in {*one.hub_ids, *other.hub_ids}:
        raise PermissionDenied(_("Geen van beide ligt in de regio van %(hub)s.") % {"hub": hub.name})


def _locked(one: Listing, other: Listing) -> tuple[Listing, Listing]:
    """Both as they are stored now, the older one first, until the transaction ends: two people take turns."""
    if one.pk == other.pk:
        raise ValidationError({"other": _("Dit is twee keer hetzelfde zoekertje. Kies een ander.")})
    rows = Listing.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=[one.pk, other.pk])
    match list(rows.order_by("pk")):
        case [older, newer]:
            return older, newer
        case _others:
            raise TooLate(_("Een van beide zoekertjes is er niet meer: er is niets van de lijst te halen."))


def _record(verb: ListingVerb, by: User, newer: Listing, older: Listing, changes: dict[str, str]) -> None:
    """For the hubs alone: what staff think of listings is no affair of the organisations."""
    record(verb, newer, by=by, hub_ids={*newer.hub_ids, *older.hub_ids}, changes={"other": older.pk} | changes)
