"""Who carries waste that is handed over, as a side says it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchanges.enums import CarrierExemption, Side
from exchanges.models.exchange import ExchangeLeg

LONGEST_CARRIER, LONGEST_REGISTRATION = 120, 40


class Carrier(models.Model):
    """The carrier of a leg and the number under which OVAM knows it, or why it needs none (VLAREMA, chapter 6).

    How such numbers are written isn't laid down anywhere that we know of: they are kept as they are given. That it
    was said, by whom and when, the steps of the exchange tell.
    """

    leg = models.OneToOneField(ExchangeLeg, models.CASCADE, related_name="carrier")
    name = models.CharField(_("vervoerder"), max_length=LONGEST_CARRIER)
    registration = models.CharField(_("registratienummer"), max_length=LONGEST_REGISTRATION, blank=True)
    exemption = models.CharField(_("vrijstelling"), max_length=12, choices=CarrierExemption, blank=True)
    stated_by = models.CharField(max_length=10, choices=Side)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="carrier_registered_or_exempt",
                condition=(~Q(registration="") & Q(exemption="")) | (Q(registration="") & ~Q(exemption="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.registration or self.get_exemption_display()})"
