"""A question that the people of a hub answer."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exchanges.enums import EnquiryEnd, EnquiryState
from exchanges.querysets import EnquiryQuerySet

LONGEST_SUBJECT = 120
LONGEST_KEY = 64


class Enquiry(models.Model):
    """Somebody's question to a hub, found by the place that it is about. What is written stands in its conversation.

    `owner` is who of the hub sees to it; `taken_up_at` is when somebody of the hub first did, by taking it or by
    answering. Until it is closed something always falls due, at `due_at`: exchanges.enquiry_sweep says what.
    """

    hub = models.ForeignKey("geo.Hub", models.CASCADE, related_name="enquiries")
    # Where it is about; empty where somebody asked the hub itself.
    municipality = models.ForeignKey("geo.Municipality", models.SET_NULL, null=True, related_name="+")
    # The place has no hub of its own: this is the nearest.
    is_nearest = models.BooleanField(default=False)
    listing = models.ForeignKey("listings.Listing", models.SET_NULL, null=True, related_name="+")
    subject = models.CharField(_("onderwerp"), max_length=LONGEST_SUBJECT)
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="enquiries")
    organisation = models.ForeignKey("accounts.Organisation", models.SET_NULL, null=True, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(_("stand"), max_length=10, choices=EnquiryState, default=EnquiryState.OPEN)
    ended_by = models.CharField(max_length=10, choices=EnquiryEnd, blank=True)
    created_at = models.DateTimeField()
    state_since = models.DateTimeField()
    taken_up_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    idempotency_key = models.CharField(max_length=LONGEST_KEY)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("vraag aan de hub")
        verbose_name_plural = _("vragen aan de hub")
        indexes = [
            models.Index(fields=["due_at"], name="enquiry_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["hub", "state", "state_since"], name="enquiry_of_hub"),
            models.Index(fields=["asker", "-state_since"], name="enquiry_of_asker"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["asker", "idempotency_key"], name="enquiry_asked_once"),
            models.CheckConstraint(name="enquiry_state_known", condition=Q(state__in=EnquiryState.values)),
            models.CheckConstraint(
                name="enquiry_open_falls_due",
                condition=Q(state="closed", due_at__isnull=True, ended_by__in=EnquiryEnd.values)
                | Q(state__in=["open", "answered"], due_at__isnull=False, ended_by=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.get_state_display()})"

    def get_absolute_url(self) -> str:
        return reverse("enquiry", args=[self.pk])
