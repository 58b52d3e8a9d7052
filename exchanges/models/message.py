"""What the two sides write to each other within an exchange."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from exchanges.enums import Role, Side
from exchanges.models.exchange import Exchange
from exchanges.querysets import MessageQuerySet

LONGEST_MESSAGE = 4_000


class Message(models.Model):
    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    role = models.CharField(max_length=10, choices=Role)
    # The organisation that it was written for; empty for a hub that mediates.
    side = models.CharField(max_length=10, choices=Side, blank=True)
    text = models.TextField(_("bericht"), max_length=LONGEST_MESSAGE)
    sent_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=64, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("bericht")
        verbose_name_plural = _("berichten")
        ordering = ["exchange", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["exchange", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="message_sent_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.exchange_id}, {self.sent_at:%Y-%m-%d %H:%M}"


class ReadMark(models.Model):
    """Up to which message somebody has read an exchange."""

    exchange = models.ForeignKey(Exchange, models.CASCADE, related_name="read_marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    message_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exchange", "user"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"{self.exchange_id}, {self.user_id}: {self.message_id}"
