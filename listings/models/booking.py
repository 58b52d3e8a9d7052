"""Bookings: how much of a service's week is taken."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from listings.models.constraints import MendedByFields


class CapacityBooking(MendedByFields):
    """An amount of one week of a service, in the service's `capacity_unit`; `listings.capacity` alone writes it.

    A week is named by its Monday. `supply` says for which lot it is, `organisation` for whom; both may be unknown.
    """

    MENDED_BY = {"booking_week_starts_on_monday": "week_start", "booking_quantity_positive": "quantity"}

    service = models.ForeignKey("listings.Listing", models.CASCADE, related_name="bookings")
    week_start = models.DateField(_("week"))
    quantity = models.DecimalField(_("hoeveelheid"), max_digits=12, decimal_places=3)
    supply = models.ForeignKey("listings.Listing", models.SET_NULL, null=True, blank=True, related_name="booked_for")
    organisation = models.ForeignKey(
        "accounts.Organisation", models.SET_NULL, null=True, blank=True, related_name="booked_for"
    )
    note = models.CharField(_("nota"), max_length=200, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("boeking")
        verbose_name_plural = _("boekingen")
        ordering = ["week_start", "id"]
        indexes = [models.Index(fields=["service", "week_start"], name="booking_of_week")]
        constraints = [
            models.CheckConstraint(
                name="booking_week_starts_on_monday",
                condition=Q(week_start__iso_week_day=1),
                violation_error_message=_("Een week begint op maandag."),
            ),
            models.CheckConstraint(
                name="booking_quantity_positive",
                condition=Q(quantity__gt=0),
                violation_error_message=_("De hoeveelheid moet meer dan 0 zijn."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id}, {self.week_start}: {self.quantity}"
