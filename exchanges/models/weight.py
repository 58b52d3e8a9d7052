"""What was handed over, as each side says it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from exchanges.enums import Side, Vehicle, WeightMethod
from exchanges.models.exchange import ExchangeLeg

HEAVIEST_KG = 10**7


class WeightStatement(models.Model):
    """How much went and what it weighed, by one side. Only ever added to, by a trigger; a correction is a next row.

    `kg` is empty where it was counted and nobody knows what one weighs: unknown stays unknown.
    """

    leg = models.ForeignKey(ExchangeLeg, models.DO_NOTHING, db_constraint=False, related_name="weights")
    side = models.CharField(max_length=10, choices=Side)
    revision = models.PositiveSmallIntegerField()
    method = models.CharField(_("hoe gemeten"), max_length=10, choices=WeightMethod)
    quantity = models.DecimalField(_("hoeveelheid"), max_digits=14, decimal_places=3)
    kg = models.DecimalField(_("gewicht (kg)"), max_digits=12, decimal_places=3, null=True, blank=True)
    # What carried it, for who knows.
    vehicle = models.CharField(_("voertuig"), max_length=6, choices=Vehicle, blank=True, default="", db_default="")
    # Staff of the hub that mediated said it, for both.
    by_hub = models.BooleanField(default=False)
    stated_by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["leg", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["leg", "side", "revision"], name="weight_revision_once"),
            models.CheckConstraint(name="weight_quantity_positive", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="weight_kg_in_range", condition=Q(kg__isnull=True) | Q(kg__gt=0, kg__lte=HEAVIEST_KG)
            ),
            models.CheckConstraint(
                name="weight_known_unless_counted", condition=Q(kg__isnull=False) | Q(method="counted")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leg_id}, {self.side} {self.revision}: {self.quantity}, {self.kg} kg"


class WeighingSlip(models.Model):
    """A photo of the slip that a statement rests on, as `listings.photos` made it: for those who take part alone."""

    statement = models.OneToOneField(
        WeightStatement, models.DO_NOTHING, db_constraint=False, primary_key=True, related_name="slip"
    )
    webp = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.statement_id}"
