"""Mail that came in, as it came, and what became of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchanges.conversation_querysets import InboundMailQuerySet
from exchanges.enums import InboundOutcome, InboundSource
from exchanges.models.conversation import Conversation
from exchanges.models.message import Message

LONGEST_ADDRESS = 320
LONGEST_HEADER = 300


class InboundMail(models.Model):
    """A mail for one of our reply addresses. It is stored before its sender hears that we have it.

    `message_id` and `sha256` keep a mail that is delivered twice from being read twice; `copies` counts how often it
    came. A mail to two addresses of ours is two rows. Of a mail that is too large `raw` holds the beginning alone.
    Rows go after a while (exchanges.mail.upkeep); the message stays.
    """

    recipient = models.CharField(_("aan"), max_length=LONGEST_ADDRESS)
    envelope_sender = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    sender = models.CharField(_("van"), max_length=LONGEST_ADDRESS, blank=True)
    message_id = models.CharField(max_length=LONGEST_HEADER, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    raw = models.BinaryField()
    source = models.CharField(max_length=10, choices=InboundSource)
    received_at = models.DateTimeField(_("ontvangen"))
    copies = models.PositiveIntegerField(default=1)
    attempts = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(_("afloop"), max_length=16, choices=InboundOutcome, default=InboundOutcome.WAITING)
    handled_at = models.DateTimeField(null=True)
    conversation = models.ForeignKey(Conversation, models.SET_NULL, null=True, related_name="+")
    became = models.OneToOneField(Message, models.SET_NULL, null=True, related_name="mail")

    objects = InboundMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("binnengekomen mail")
        verbose_name_plural = _("binnengekomen mails")
        indexes = [
            models.Index(fields=["received_at"], name="inbound_waiting", condition=Q(handled_at__isnull=True)),
            models.Index(fields=["handled_at"], name="inbound_read", condition=Q(handled_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "message_id"], condition=~Q(message_id=""), name="inbound_message_once"
            ),
            models.UniqueConstraint(fields=["recipient", "sha256"], name="inbound_content_once"),
            models.CheckConstraint(name="inbound_outcome_known", condition=Q(outcome__in=InboundOutcome.values)),
            models.CheckConstraint(
                name="inbound_handled_says_when",
                condition=Q(outcome="waiting", handled_at__isnull=True)
                | ~Q(outcome="waiting") & Q(handled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender} → {self.recipient} ({self.get_outcome_display()})"
