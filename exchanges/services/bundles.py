"""Asking for all parts of a bundle in one go."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.arrangements import OtherRequest, begin_arrangement, errors_at_field, legs_of
from exchanges.beginning import asked_with
from exchanges.enums import ArrangementKind
from exchanges.models import Arrangement
from exchanges.permissions import requesting_role
from exchanges.services.requests import request_exchange
from exchanges.texts import check_behalf_note
from listings.enums import ListingKind
from listings.models import Listing

#: A list of matches holds no more.
MOST_PARTS = 20


@transaction.atomic
def request_bundle(
    *,
    by: User,
    demand: Listing,
    parts: Sequence[tuple[Listing, Decimal]],
    wanted_on: dt.date | None = None,
    message: str = "",
    behalf_note: str = "",
    idempotency_key: str = "",
    at: dt.datetime | None = None,
) -> Arrangement:
    """Ask for a part of each of several supplies, for one demand: an exchange for each of them, or none at all.

    Takes `behalf_note`, and raises PermissionDenied and ValidationError by field, as request_exchange(); what is wrong
    with one supply stands at "part_" and its number. The same key again gives what it began before.
    """
    at = at or timezone.now()
    _check_parts(demand, parts)
    for role in [requesting_role(by, demand.organisation, supply) for supply, _quantity in parts]:
        check_behalf_note(role, behalf_note)
    supplies = [supply for supply, _quantity in parts]
    arrangement, is_new = begin_arrangement(
        ArrangementKind.BUNDLE, by=by, requester=demand.organisation, about=supplies, key=idempotency_key, at=at
    )
    if not is_new:
        _check_same(arrangement, parts, wanted_on, message, behalf_note)
        return arrangement
    # In one order: two who ask for the same at once wait for each other, not both for both.
    for supply, quantity in sorted(parts, key=lambda part: part[0].pk):
        with errors_at_field(f"part_{supply.pk}"):
            request_exchange(
                by=by, organisation=demand.organisation, listing=supply, quantity=quantity, wanted_on=wanted_on,
                message=message, matched=demand, arrangement=arrangement, behalf_note=behalf_note, at=at,
            )  # fmt: skip
    return arrangement


def _check_same(
    arrangement: Arrangement, parts: Sequence[tuple[Listing, Decimal]], wanted_on: dt.date | None, message: str,
    behalf_note: str,
) -> None:  # fmt: skip
    """Raise OtherRequest unless this is what the arrangement was begun with."""
    before = {(leg.listing_id, leg.asked_quantity, leg.asked_on) for leg in legs_of(arrangement)}
    first = arrangement.exchanges.order_by("pk").first()
    said = (asked_with(first), first.behalf_note) if first is not None else ("", "")
    wanted = {(one.pk, quantity, wanted_on) for one, quantity in parts}
    if (before, said) != (wanted, (message.strip(), behalf_note.strip())):
        raise OtherRequest


def _check_parts(demand: Listing, parts: Sequence[tuple[Listing, Decimal]]) -> None:
    if demand.kind != ListingKind.DEMAND:
        raise ValidationError({"demand": _("Een bundel hoort bij een vraag.")})
    if any(supply.kind != ListingKind.SUPPLY for supply, _quantity in parts):
        raise ValidationError({"parts": _("Een bundel bestaat uit aanbod.")})
    if not 2 <= len(parts) <= MOST_PARTS:
        words = {"most": MOST_PARTS}
        raise ValidationError({"parts": _("Kies er minstens twee en hoogstens %(most)d.") % words})
    if len({supply.pk for supply, _quantity in parts}) < len(parts):
        raise ValidationError({"parts": _("Kies elk aanbod één keer.")})
