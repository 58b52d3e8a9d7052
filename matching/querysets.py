"""Chainable reads of matches."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils import timezone

from listings.enums import ListingStatus
from listings.querysets import not_over
from matching.models.dismissal import Dismissal

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from listings.models import Listing
    from matching.models import Match  # noqa: F401


def _dismissed(**by: Any) -> models.Exists:
    """Whether a side of a match has dismissed it: any, or one of which `by` holds."""
    supply, demand = models.OuterRef("supply"), models.OuterRef("demand")
    either = models.Q(listing=supply, other=demand) | models.Q(listing=demand, other=supply)
    return models.Exists(Dismissal.objects.filter(either, **by))


class MatchQuerySet(models.QuerySet["Match"]):
    def current(self) -> Self:
        """Matches between two published listings that aren't over.

        Others are stored for a while: until the worker has seen that one of both listings has gone.
        """
        today = timezone.localdate()
        return self.filter(
            not_over(today, "supply__"),
            not_over(today, "demand__"),
            supply__status=ListingStatus.PUBLISHED,
            demand__status=ListingStatus.PUBLISHED,
        )

    def kept_by(self, bit: int) -> Self:
        """Matches in the lists of a side, by its bit (matching.pairs.sides)."""
        return self.alias(kept_by_side=models.F("kept_by").bitand(bit)).filter(kept_by_side=bit)

    def in_hub(self, hub_id: int) -> Self:
        """Matches of which both sides lie in the hub, and that neither has dismissed."""
        return self.filter(hub_ids__contains=[hub_id]).exclude(_dismissed())

    def of_listing(self, listing: "Listing") -> Self:
        return self.filter(models.Q(supply=listing) | models.Q(demand=listing))

    def shown_with(self, listing: "Listing") -> Self:
        """Matches of a listing that its side hasn't dismissed."""
        return self.of_listing(listing).exclude(_dismissed(listing=listing))

    def of_member(self, user: "User | AnonymousUser") -> Self:
        """Matches with a side that belongs to one of the user's organisations, which hasn't dismissed it."""
        if not user.is_authenticated:
            return self.none()
        own = models.Q(supply__organisation__memberships__user=user)
        own |= models.Q(demand__organisation__memberships__user=user)
        return self.filter(own).exclude(_dismissed(listing__organisation__memberships__user=user)).distinct()

    def best_first(self) -> Self:
        return self.order_by("-score", "id")

    def after(self, score: float, last_id: int) -> Self:
        """Matches after (score, id) in the order of best_first()."""
        return self.filter(score__lte=score).filter(models.Q(score__lt=score) | models.Q(id__gt=last_id))

    def for_reasons(self) -> Self:
        """Together with what explain() reads of both listings, in one query."""
        return self.select_related("supply__material", "demand__material")

    def for_cards(self) -> Self:
        """Together with what cards show of both listings, in a fixed number of queries."""
        sides = [
            f"{side}__{name}" for side in ("supply", "demand") for name in ("organisation", "material", "municipality")
        ]
        return self.select_related("supply", "demand", *sides).prefetch_related("supply__photos", "demand__photos")
