"""What people want to hear of, and what they were told."""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alerts.enums import Answer, Frequency, Topic
from alerts.querysets import (
    AlertQuerySet,
    FreshnessRoundQuerySet,
    Reason,
    SavedSearchQuerySet,
    WaitingListingQuerySet,
)
from geo.points import METRIC_SRID

LONGEST_NAME = 80


class SavedSearch(models.Model):
    """A search that somebody wants to hear of when something new fits it.

    `asked` holds the parameters of the search's address, as SearchParameters.to_query() writes them: whatever was
    typed has been understood when it was saved. `called` says how its points are called, by the parameter of their
    latitude.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_searches", db_index=False)
    name = models.CharField(_("naam"), max_length=LONGEST_NAME)
    # Its owner gave it no name: alerts.names says its words in the reader's language.
    is_called_by_words = models.BooleanField(default=False, db_default=False)
    asked = models.JSONField(_("zoekopdracht"))
    called = models.JSONField(default=dict, blank=True)
    frequency = models.CharField(_("hoe vaak"), max_length=10, choices=Frequency, default=Frequency.DAILY)
    paused = models.BooleanField(_("gepauzeerd"), default=False)
    created_at = models.DateTimeField(db_default=Now())

    #: How many listings its owner has heard of by it; with_told() counts.
    told: int

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("bewaarde zoekopdracht")
        verbose_name_plural = _("bewaarde zoekopdrachten")
        indexes = [models.Index(fields=["owner", "-id"], name="saved_search_of_owner")]
        constraints = [
            models.CheckConstraint(
                name="saved_search_frequency_known",
                condition=Q(frequency__in=Frequency.values),
                violation_error_message=_("Kies hoe vaak je een mail wilt."),
            ),
            models.CheckConstraint(
                name="saved_search_named",
                condition=~Q(name=""),
                violation_error_message=_("Geef de zoekopdracht een naam."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("saved-search", args=[self.pk])

    @property
    def is_listening(self) -> bool:
        """Whether its owner is told of what is new."""
        return not self.paused and self.frequency != Frequency.OFF


class Watch(models.Model):
    """Where a saved search waits for a listing: the database finds those that may fit by one look into an index.

    `key` says what kind, material and hub it asks for (alerts.watching); of several materials of which any will do,
    each has a row. `area` is a box around all places that can fit.
    """

    search = models.ForeignKey(SavedSearch, models.CASCADE, related_name="watches", db_index=False)
    key = models.BigIntegerField()
    area = models.PolygonField(srid=METRIC_SRID, spatial_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["search", "key"], name="watch_once")]
        # Each key has a strip of the plane to itself, in which its boxes lie: an index over both columns has to look
        # into some forty times as many pages.
        indexes = [
            GistIndex(
                models.Func(models.F("key"), models.F("area"), function="alerts_watch_box"), name="watch_by_strip"
            )
        ]

    def __str__(self) -> str:
        return f"{self.search_id}: {self.key}"


class MatchAlerts(models.Model):
    """How often somebody wants to hear of new matches of their organisations' listings. Who has no row, never."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="match_alerts")
    frequency = models.CharField(_("hoe vaak"), max_length=10, choices=Frequency, default=Frequency.OFF)
    paused = models.BooleanField(_("gepauzeerd"), default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="match_alerts_frequency_known",
                condition=Q(frequency__in=Frequency.values),
                violation_error_message=_("Kies hoe vaak je een mail wilt."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.owner}: {self.get_frequency_display()}"

    @property
    def is_listening(self) -> bool:
        return not self.paused and self.frequency != Frequency.OFF


class WaitingListing(models.Model):
    """A listing that became public or changed, and of which nobody was told yet, by topic.

    A trigger of the listings writes it, whoever changes them. No constraint ties it to the listing: what has gone by
    then is passed over.
    """

    listing = models.ForeignKey(
        "listings.Listing", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    topic = models.CharField(max_length=10, choices=Topic)
    since = models.DateTimeField(db_default=Now())

    objects = WaitingListingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["listing", "topic"], name="waiting_listing_once")]
        indexes = [models.Index(fields=["topic", "id"], name="waiting_listing_in_order")]

    def __str__(self) -> str:
        return f"{self.listing_id}, {self.topic}"


class Alert(models.Model):
    """That somebody hears, or heard, of one version of a listing: once, whatever it fits.

    `version` counts how often the listing became public again. `search` or `own`, a listing of one's own that it
    matches, says why; a search that was deleted leaves what it told, so that nothing is told twice.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="alerts", db_index=False)
    listing = models.ForeignKey("listings.Listing", models.CASCADE, related_name="+")
    version = models.IntegerField()
    search = models.ForeignKey(SavedSearch, models.SET_NULL, null=True, related_name="alerts")
    own = models.ForeignKey("listings.Listing", models.SET_NULL, null=True, related_name="+")
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "listing", "version"], name="alert_once"),
            models.CheckConstraint(name="alert_has_one_reason", condition=~Q(search__isnull=False, own__isnull=False)),
        ]
        indexes = [
            models.Index(F("due_at"), F("person"), name="alert_due", condition=Q(sent_at__isnull=True)),
            models.Index(fields=["person"], name="alert_unsent_of", condition=Q(sent_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} → {self.person_id}"

    @property
    def reason(self) -> Reason:
        return self.person_id, self.search_id, self.own_id


class FreshnessRound(models.Model):
    """That somebody is asked whether a listing that stands long is still there: from the first letter to its end.

    `due_at` is when the next letter goes, or when it ends without an answer; empty once it has ended.
    """

    listing = models.ForeignKey("listings.Listing", models.CASCADE, related_name="+", db_index=False)
    number = models.IntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    begun_at = models.DateTimeField()
    letters = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=12, choices=Answer, blank=True)

    objects = FreshnessRoundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["listing", "number"], name="freshness_round_once"),
            models.UniqueConstraint(
                fields=["listing"], condition=Q(ended_at__isnull=True), name="freshness_round_open_once"
            ),
            models.CheckConstraint(
                name="freshness_round_ends_with_answer",
                condition=Q(ended_at__isnull=True, due_at__isnull=False, answer="")
                | Q(ended_at__isnull=False, due_at__isnull=True, answer__in=Answer.values),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "person"], name="freshness_round_due", condition=Q(ended_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.listing_id}, {self.number}"
