"""Lots of the demo of which a part is held or given already, so that pages show it."""

import random
from collections.abc import Mapping, Sequence
from decimal import Decimal

from accounts.demo import DemoOrganisation
from listings.enums import ListingKind, ListingStatus, Recurrence, ReservationState
from listings.models import Listing, Reservation

#: One in so many lots is promised in part, among the first so many listings: each rewrites its row.
ONE_IN, AMONG = 3, 5_000
#: Shares of a lot that are held or given.
_SHARES = (Decimal("0.2"), Decimal("0.25"), Decimal("0.3"))
#: What has fewer doesn't go in parts.
_FEWEST = 10


def promise_some(drawn: Mapping[str, int], organisations: Sequence[DemoOrganisation]) -> None:
    """Hold and give parts of some lots, given by their reference, for other organisations."""
    source = random.Random(25)
    lots = (
        Listing.objects.filter(pk__in=list(drawn.values())[:AMONG], status=ListingStatus.PUBLISHED, splittable=True)
        .exclude(kind=ListingKind.SERVICE)
        .filter(recurrence=Recurrence.ONE_OFF, quantity__gte=_FEWEST)
        .order_by("pk")
    )
    made = []
    for lot in lots[::ONE_IN]:
        for state in source.choice([("held",), ("given",), ("held", "given")]):
            quantity = round(lot.quantity * source.choice(_SHARES))  # type: ignore[operator] # filtered by it
            made.append(
                Reservation(
                    listing=lot, quantity=quantity, state=ReservationState(state),
                    given_quantity=quantity if state == "given" else None,
                    organisation_id=source.choice(organisations).pk,
                )
            )  # fmt: skip
    Reservation.objects.bulk_create(made)
