"""What happened in an exchange: rows that are only ever added."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.behalf import LONGEST_BEHALF_NOTE
from exchanges.enums import ExchangeState, Role, Side
from exchanges.models.arrangement import LONGEST_KEY
from exchanges.models.exchange import Exchange
from journal.enums import Source
from materials.enums import Unit

LONGEST_REASON = 1_000


class ExchangeStep(models.Model):
    """One step, by whom and as whom. A trigger refuses UPDATE and DELETE: a row goes only along with its exchange.

    People and organisations are ids without a foreign key, as in the journal: who is deleted leaves the fact.
    `side` is the organisation that it was taken for; of staff of a hub, `role` says that they acted on its behalf, and
    `behalf_note` who of it asked them to.
    """

    exchange = models.ForeignKey(Exchange, models.DO_NOTHING, db_constraint=False, related_name="steps")
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=40)
    state_before = models.CharField(max_length=12, choices=ExchangeState, blank=True)
    state_after = models.CharField(max_length=12, choices=ExchangeState)
    actor_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    role = models.CharField(max_length=10, choices=Role)
    side = models.CharField(max_length=10, choices=Side, blank=True)
    cause = models.CharField(max_length=10, choices=Source)
    reason = models.TextField(max_length=LONGEST_REASON, blank=True)
    behalf_note = models.CharField(
        _("wie vroeg dit aan de hub, en hoe"), max_length=LONGEST_BEHALF_NOTE, blank=True, default="", db_default=""
    )
    quantity = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    unit = models.CharField(max_length=10, choices=Unit, blank=True)
    kg = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    wanted_on = models.DateField(null=True)
    period = DateTimeRangeField(null=True)
    at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=LONGEST_KEY, blank=True)

    class Meta:
        verbose_name = _("stap")
        verbose_name_plural = _("stappen")
        ordering = ["exchange", "number"]
        constraints = [
            models.UniqueConstraint(fields=["exchange", "number"], name="exchange_step_once"),
            models.UniqueConstraint(
                fields=["exchange", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="exchange_step_sent_once",
            ),
            models.CheckConstraint(
                name="exchange_step_says_who",
                condition=Q(role="time_out", actor_id__isnull=True) | ~Q(role="time_out") & Q(actor_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exchange_id}, {self.number}: {self.step}"
