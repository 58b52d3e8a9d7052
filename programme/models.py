"""What a hub invites people to."""

import datetime as dt

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from psycopg.types.range import TimestamptzRange

from geo.points import WGS84_SRID
from listings.models.constraints import MendedByFields
from programme.enums import LONGEST_ACTIVITY, PUBLIC, ActivityKind, ActivityState
from programme.querysets import ActivityQuerySet

#: Letters in a text, at most.
LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_PLACE, LONGEST_LINK, LONGEST_REASON = 140, 4_000, 200, 500, 500
_HTTPS = "https://"
_DRAFT, _CANCELLED = Q(state=ActivityState.DRAFT), Q(state=ActivityState.CANCELLED)


class Activity(MendedByFields):
    """A network event, hackathon, training, repair day or the like of a hub: at a place, online, or both.

    `place` is what people read; `location` where that lies, as exactly as we know: at the house where `is_exact`, else
    somewhere in the municipality. Once published it is never deleted: it may be cancelled, with a reason that its page
    says. `version` counts every change, and is the number by which calendars know the last of them.
    """

    MENDED_BY = {
        "activity_titled": "title",
        "activity_ends_after_start": "ends_at",
        "activity_not_too_long": "ends_at",
        "activity_somewhere": "place",
        "activity_online_by_https": "online_link",
        "activity_sign_up_by_https": "signup_link",
        "activity_in_a_language": "languages",
        "activity_cancelled_for_a_reason": "cancel_reason",
    }

    hub = models.ForeignKey("geo.Hub", models.CASCADE, related_name="activities")
    kind = models.CharField(_("soort"), max_length=10, choices=ActivityKind)
    title = models.CharField(_("titel"), max_length=LONGEST_TITLE)
    description = models.TextField(_("beschrijving"), max_length=LONGEST_DESCRIPTION, blank=True)
    languages = ArrayField(models.CharField(max_length=2, choices=settings.LANGUAGES), verbose_name=_("talen"))
    starts_at = models.DateTimeField(_("begin"))
    ends_at = models.DateTimeField(_("einde"))

    place = models.CharField(_("plaats"), max_length=LONGEST_PLACE, blank=True)
    location = models.PointField(srid=WGS84_SRID, null=True, editable=False, spatial_index=False)
    is_exact = models.BooleanField(default=False, editable=False)
    municipality = models.ForeignKey("geo.Municipality", models.PROTECT, null=True, editable=False, related_name="+")
    online_link = models.CharField(_("link om online mee te doen"), max_length=LONGEST_LINK, blank=True)

    partner = models.ForeignKey(
        "accounts.Organisation", models.SET_NULL, null=True, blank=True, related_name="activities",
        verbose_name=_("partner die mee organiseert"),
    )  # fmt: skip
    signup_link = models.CharField(_("link om in te schrijven"), max_length=LONGEST_LINK, blank=True)

    state = models.CharField(max_length=10, choices=ActivityState, default=ActivityState.DRAFT, editable=False)
    cancel_reason = models.CharField(
        _("reden van annulering"), max_length=LONGEST_REASON, blank=True, default="", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    is_fictional = models.BooleanField(_("fictief"), default=False, editable=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activiteit")
        verbose_name_plural = _("activiteiten")
        ordering = ["starts_at", "id"]
        indexes = [
            models.Index(
                fields=["starts_at", "id"], name="activity_by_start", condition=Q(published_at__isnull=False)
            ),
            models.Index(fields=["hub", "starts_at", "id"], name="activity_of_hub_by_start"),
        ]
        constraints = [
            models.CheckConstraint(
                name="activity_titled", condition=~Q(title=""), violation_error_message=_("Geef een titel.")
            ),
            models.CheckConstraint(name="activity_kind_known", condition=Q(kind__in=ActivityKind.values)),
            models.CheckConstraint(name="activity_state_known", condition=Q(state__in=ActivityState.values)),
            models.CheckConstraint(
                name="activity_ends_after_start",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("Het einde ligt voor het begin. Kies een later einde."),
            ),
            models.CheckConstraint(
                name="activity_not_too_long",
                condition=Q(ends_at__lte=F("starts_at") + LONGEST_ACTIVITY),
                violation_error_message=_("Een activiteit duurt hoogstens 31 dagen. Maak er meer dan één van."),
            ),
            models.CheckConstraint(
                name="activity_somewhere",
                condition=~Q(place="") | ~Q(online_link=""),
                violation_error_message=_("Geef een plaats, of een link om online mee te doen."),
            ),
            models.CheckConstraint(
                name="activity_place_is_found",
                condition=Q(place="", location=None, is_exact=False) | (~Q(place="") & Q(location__isnull=False)),
            ),
            models.CheckConstraint(
                name="activity_online_by_https",
                condition=Q(online_link="") | Q(online_link__startswith=_HTTPS),
                violation_error_message=_("Geef een adres dat met https:// begint."),
            ),
            models.CheckConstraint(
                name="activity_sign_up_by_https",
                condition=Q(signup_link="") | Q(signup_link__startswith=_HTTPS),
                violation_error_message=_("Geef een adres dat met https:// begint."),
            ),
            models.CheckConstraint(
                name="activity_in_a_language",
                condition=Q(
                    languages__len__gt=0, languages__contained_by=[code for code, _name in settings.LANGUAGES]
                ),
                violation_error_message=_("Kies minstens één taal."),
            ),
            models.CheckConstraint(
                name="activity_cancelled_for_a_reason",
                condition=Q(_CANCELLED, ~Q(cancel_reason="")) | Q(~_CANCELLED, cancel_reason=""),
                violation_error_message=_("Zeg waarom het niet doorgaat: wie wou komen, leest dat."),
            ),
            models.CheckConstraint(
                name="activity_published_once",
                condition=Q(_DRAFT, published_at=None) | Q(~_DRAFT, published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("activity", args=[self.pk])

    @property
    def period(self) -> TimestamptzRange:
        return TimestamptzRange(self.starts_at, self.ends_at)

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC

    def is_over(self, at: dt.datetime) -> bool:
        return self.ends_at <= at
