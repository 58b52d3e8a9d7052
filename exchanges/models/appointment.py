"""When a leg is handed over: times that a side proposes, of which the other confirms one."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from exchanges.enums import AppointmentState, Side
from exchanges.models.exchange import ExchangeLeg


class Appointment(models.Model):
    """A time that a side proposed. One is confirmed at most; another that is confirmed later takes its place."""

    leg = models.ForeignKey(ExchangeLeg, models.CASCADE, related_name="appointments")
    period = DateTimeRangeField()
    proposed_by = models.CharField(max_length=10, choices=Side)
    state = models.CharField(max_length=10, choices=AppointmentState, default=AppointmentState.PROPOSED)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["leg", "period"]
        constraints = [
            models.UniqueConstraint(fields=["leg"], condition=Q(state="confirmed"), name="appointment_one_confirmed"),
            models.UniqueConstraint(
                fields=["leg", "period"], condition=Q(state="proposed"), name="appointment_proposed_once"
            ),
            models.CheckConstraint(
                name="appointment_has_both_ends",
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leg_id}: {self.period} ({self.state})"
