"""The impact ledger: what each completed leg did, and the hours that a maatwerkbedrijf worked on it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.behalf import LONGEST_BEHALF_NOTE
from exchanges.enums import Confirmation, UnknownReason, Vehicle, WeightMethod
from exchanges.impact_querysets import ImpactEntryQuerySet
from exchanges.models.exchange import ExchangeLeg
from materials.enums import Unit

MOST_HOURS = 10_000


class ImpactEntry(models.Model):
    """One line of the ledger: what a completed leg avoided, with all figures that it was reckoned from.

    Only ever added to, by a trigger. A correction is a next line that names the one it `corrects`; the last of a leg
    is the one that counts. Where a figure isn't known, `unknown` says which, and the emissions stay empty.
    Organisations and hubs are ids without a foreign key, as in the journal.
    """

    leg = models.ForeignKey(ExchangeLeg, models.DO_NOTHING, db_constraint=False, related_name="impact_entries")
    corrects = models.OneToOneField(
        "self", models.DO_NOTHING, db_constraint=False, null=True, related_name="corrected_by"
    )
    completed_on = models.DateField(_("afgerond op"))
    written_at = models.DateTimeField(db_default=Now())
    hub_ids = ArrayField(models.IntegerField(), default=list)
    giver_id = models.BigIntegerField()
    receiver_id = models.BigIntegerField()
    material = models.ForeignKey("materials.Material", models.RESTRICT, null=True, related_name="+")
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    unit = models.CharField(max_length=10, choices=Unit)
    method = models.CharField(max_length=10, choices=WeightMethod, blank=True)
    confirmation = models.CharField(max_length=10, choices=Confirmation)
    kg = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    value_eur = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    # What the emissions are reckoned from; see `exchanges.impact.formula`.
    primary_kg_co2e_per_tonne = models.DecimalField(max_digits=12, decimal_places=5, null=True)
    reused_kg_co2e_per_tonne = models.DecimalField(max_digits=12, decimal_places=5, null=True)
    factor_source = models.CharField(max_length=200, blank=True)
    factor_year = models.PositiveSmallIntegerField(null=True)
    displacement = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    distance_km = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    vehicle = models.CharField(max_length=6, choices=Vehicle, blank=True)
    # A side said it, or the hub; without that it is as heavy as it was.
    vehicle_stated = models.BooleanField(default=False, db_default=False)
    assumptions = models.CharField(max_length=10)
    transport_kg_co2e = models.DecimalField(max_digits=14, decimal_places=1, null=True)
    low_kg_co2e = models.DecimalField(max_digits=16, decimal_places=1, null=True)
    avoided_kg_co2e = models.DecimalField(max_digits=16, decimal_places=1, null=True)
    high_kg_co2e = models.DecimalField(max_digits=16, decimal_places=1, null=True)
    unknown = models.CharField(max_length=10, choices=UnknownReason, blank=True)

    objects = ImpactEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("impactregel")
        verbose_name_plural = _("impactregels")
        ordering = ["-completed_on", "-pk"]
        indexes = [
            GinIndex(fields=["hub_ids"], name="impact_in_hubs"),
            models.Index(fields=["giver_id", "completed_on"], name="impact_of_giver"),
            models.Index(fields=["receiver_id", "completed_on"], name="impact_of_receiver"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["leg"], condition=Q(corrects=None), name="impact_first_line_once"),
            models.CheckConstraint(
                name="impact_known_or_why",
                condition=Q(
                    unknown="", low_kg_co2e__isnull=False, avoided_kg_co2e__isnull=False, high_kg_co2e__isnull=False
                )
                | Q(low_kg_co2e=None, avoided_kg_co2e=None, high_kg_co2e=None, unknown__in=UnknownReason.values),
            ),
            models.CheckConstraint(
                name="impact_range_in_order",
                condition=Q(avoided_kg_co2e=None)
                | Q(low_kg_co2e__lte=F("avoided_kg_co2e"), avoided_kg_co2e__lte=F("high_kg_co2e")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leg_id}, {self.completed_on}: {self.kg} kg, {self.avoided_kg_co2e} kg CO2e"


class HoursStatement(models.Model):
    """The hours that a maatwerkbedrijf worked on an exchange, as it says, or staff of a hub on its behalf: then with
    who of it asked them to. Of several rows the last counts.
    """

    leg = models.ForeignKey(ExchangeLeg, models.DO_NOTHING, db_constraint=False, related_name="hours")
    organisation_id = models.BigIntegerField()
    revision = models.PositiveSmallIntegerField()
    hours = models.DecimalField(_("gepresteerde uren"), max_digits=7, decimal_places=2)
    stated_by_id = models.BigIntegerField(null=True)
    behalf_note = models.CharField(
        _("wie vroeg dit aan de hub, en hoe"), max_length=LONGEST_BEHALF_NOTE, blank=True, default="", db_default=""
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["leg", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["leg", "organisation_id", "revision"], name="hours_revision_once"),
            models.CheckConstraint(name="hours_in_range", condition=Q(hours__gte=0, hours__lte=MOST_HOURS)),
        ]

    def __str__(self) -> str:
        return f"{self.leg_id}, {self.organisation_id}: {self.hours}"
