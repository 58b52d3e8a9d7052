"""Chainable reads of saved searches and alerts."""

import datetime as dt
from collections import Counter
from collections.abc import Collection
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.models import User
from alerts.enums import Frequency, Topic
from listings.enums import ListingStatus
from listings.models import Listing
from listings.querysets import is_among, not_over

if TYPE_CHECKING:
    from alerts.models import Alert, FreshnessRound, SavedSearch, WaitingListing  # noqa: F401

#: Who hears of something, and by which saved search or listing of their own.
Reason = tuple[int, int | None, int | None]


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def of(self, user: User) -> Self:
        return self.filter(owner=user)

    def listening(self) -> Self:
        """Whose owners are told of what is new."""
        return self.filter(paused=False, owner__is_active=True).exclude(frequency=Frequency.OFF)

    def newest_first(self) -> Self:
        return self.order_by("-id")

    def with_told(self) -> Self:
        """Each with `told`: how many listings its owner has heard of by it."""
        return self.annotate(told=models.Count("alerts", filter=models.Q(alerts__sent_at__isnull=False)))


class WaitingListingQuerySet(models.QuerySet["WaitingListing"]):
    def of_topic(self, topic: Topic) -> Self:
        return self.filter(topic=topic)

    def ready(self, topic: Topic) -> Self:
        """Those to look at now, the longest waiting first. Matches are there when a listing has been paired."""
        found = self.of_topic(topic).order_by("pk")
        if topic == Topic.MATCHES:
            unpaired = Listing.objects.published().filter(pk=models.OuterRef("listing_id"), paired_at__isnull=True)
            return found.exclude(models.Exists(unpaired))
        return found

    def after(self, last_id: int) -> Self:
        return self.filter(pk__gt=last_id)


class AlertQuerySet(models.QuerySet["Alert"]):
    def unsent(self) -> Self:
        return self.filter(sent_at__isnull=True)

    def due(self, at: dt.datetime) -> Self:
        return self.unsent().filter(due_at__lte=at)

    def among(self, ids: Collection[int]) -> Self:
        """Those with one of these numbers."""
        return self.filter(is_among(models.F("pk"), ids, models.BigIntegerField()))

    def current(self, at: dt.datetime) -> Self:
        """Of what can still be had: published, and not over."""
        still = not_over(timezone.localdate(at), "listing__")
        return self.filter(still, listing__status=ListingStatus.PUBLISHED)

    def counts_by_reason(self) -> Counter[Reason]:
        rows = self.order_by().values_list("person", "search", "own").annotate(models.Count("pk"))
        return Counter({(person, search, own): count for person, search, own, count in rows})

    def first_of_each_reason(self, count: int) -> Self:
        """The newest few of each person and reason."""
        reason = [models.F("person"), models.F("search"), models.F("own")]
        rank = models.Window(RowNumber(), partition_by=reason, order_by=models.F("pk").desc())
        return self.annotate(rank=rank).filter(rank__lte=count).order_by("person", "search", "own", "-pk")

    def for_letters(self) -> Self:
        """With what a letter says of each. Many alerts are of few listings, and each of those is read once: alerts of
        the same listing share its object.
        """
        listings = Listing.objects.select_related("material").defer("search_vector", "facets")
        new = listings.select_related("municipality", "organisation")
        return self.prefetch_related(
            "search", models.Prefetch("own", queryset=listings), models.Prefetch("listing", queryset=new)
        )


class FreshnessRoundQuerySet(models.QuerySet["FreshnessRound"]):
    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def due(self, at: dt.datetime) -> Self:
        return self.open().filter(due_at__lte=at)

    def asked_of(self, person: User) -> Self:
        """Of listings that the person may change still."""
        return self.filter(person=person, listing__organisation__memberships__user=person)

    def for_letters(self) -> Self:
        return self.select_related("person", "listing__material", "listing__municipality", "listing__organisation")
