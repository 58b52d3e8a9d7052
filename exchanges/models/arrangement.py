"""Exchanges that belong together."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchanges.enums import ArrangementKind

#: Of an idempotency key, here and of an exchange.
LONGEST_KEY = 64


class Arrangement(models.Model):
    """Why several exchanges belong together, and who began them in one go.

    Each exchange keeps its own two sides, days, weights and steps: `docs/adr/0044` says why.
    """

    kind = models.CharField(max_length=10, choices=ArrangementKind)
    requester = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="arrangements")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    idempotency_key = models.CharField(max_length=LONGEST_KEY)
    created_at = models.DateTimeField()
    # Of a chain: when all were told that one of its hand-overs won't take place.
    fell_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("samenhang")
        verbose_name_plural = _("samenhangen")
        constraints = [
            models.UniqueConstraint(fields=["requester", "idempotency_key"], name="arrangement_asked_once"),
            models.CheckConstraint(name="arrangement_kind_known", condition=Q(kind__in=ArrangementKind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.requester}"
