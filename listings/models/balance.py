"""What of a listing is held for somebody, what is given, and so what is free: by lot, and by period of what recurs."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from listings.enums import ReservationState
from listings.models.constraints import MendedByFields

#: The period of a lot, which has but one: a day that is neither a Monday nor the first of a month.
WHOLE_LOT = dt.date(1, 1, 2)


class Balance(models.Model):
    """What of one period of a listing is held and given, in the listing's own unit.

    A lot has one period, WHOLE_LOT; a service one for each week, named by its Monday; a stream one for each week,
    month or quarter, named by its first day (listings.balances.periods). A period of which nothing was ever held has
    no row: all of it is free.

    Reservations alone change `held` and `given`, by a trigger; `quantity` and `splittable` follow the listing, by
    another. So whatever code writes them, the two constraints refuse to promise more than there is.
    """

    pk = models.CompositePrimaryKey("listing_id", "period")
    listing = models.ForeignKey("listings.Listing", models.CASCADE, related_name="balances")
    period = models.DateField()
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    splittable = models.BooleanField()
    held = models.DecimalField(max_digits=14, decimal_places=3)
    given = models.DecimalField(max_digits=14, decimal_places=3)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="never_oversold",
                condition=Q(held__gte=0, given__gte=0, quantity__gte=F("held") + F("given")),
                violation_error_message=_("Er is niet meer zoveel vrij."),
            ),
            models.CheckConstraint(
                name="goes_whole",
                condition=Q(splittable=True)
                | (Q(held=0) | Q(held=F("quantity"))) & (Q(given=0) | Q(given=F("quantity"))),
                violation_error_message=_("Deze partij gaat alleen in haar geheel weg."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id}, {self.period}: {self.held} + {self.given} / {self.quantity}"


class ReservationQuerySet(models.QuerySet["Reservation"]):
    def live(self) -> Self:
        """What is held or given: what counts in a balance."""
        return self.exclude(state=ReservationState.RELEASED)

    def bookings(self) -> Self:
        """What people of a service noted by hand in its weeks, and didn't cancel."""
        return self.live().filter(is_booking=True)


class Reservation(MendedByFields):
    """A part of one period of a listing that is held for somebody, was given, or is released again.

    `quantity` is what was asked for, in the listing's own unit; `given_quantity` what it came to, which may be less or
    more. Of a service, `supply` says for which lot its week is kept. A booking is what people of the service noted by
    hand in its weeks, and can cancel so; of all else, rooms above say why it is held, and until when.
    `listings.balances` alone writes the rows.
    """

    MENDED_BY = {"reservation_quantity_positive": "quantity"}

    listing = models.ForeignKey("listings.Listing", models.CASCADE, related_name="reservations")
    period = models.DateField(_("periode"), default=WHOLE_LOT)
    quantity = models.DecimalField(_("hoeveelheid"), max_digits=14, decimal_places=3)
    given_quantity = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    state = models.CharField(max_length=8, choices=ReservationState, default=ReservationState.HELD)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.SET_NULL, null=True, blank=True, related_name="reservations"
    )
    supply = models.ForeignKey("listings.Listing", models.SET_NULL, null=True, blank=True, related_name="reserved_for")
    note = models.CharField(_("nota"), max_length=200, blank=True)
    is_booking = models.BooleanField(default=False, db_default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reservatie")
        verbose_name_plural = _("reservaties")
        ordering = ["period", "id"]
        indexes = [models.Index(fields=["listing", "period"], name="reservation_of_period")]
        constraints = [
            models.CheckConstraint(
                name="reservation_quantity_positive",
                condition=Q(quantity__gt=0),
                violation_error_message=_("De hoeveelheid moet meer dan 0 zijn."),
            ),
            models.CheckConstraint(
                name="reservation_given_says_how_much",
                condition=Q(state="given", given_quantity__isnull=False, given_quantity__gte=0)
                | ~Q(state="given") & Q(given_quantity__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id}, {self.period}: {self.quantity} ({self.get_state_display()})"
