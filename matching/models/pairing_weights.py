"""How much each part of a score counts when a hub's demands are paired."""

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from matching.weights.default_weights import MOST_POINTS, WEIGHT_POINTS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _points(label: "StrOrPromise", part: str) -> "models.PositiveSmallIntegerField[int, int]":
    return models.PositiveSmallIntegerField(
        label, default=WEIGHT_POINTS[part], validators=[MaxValueValidator(MOST_POINTS)]
    )


class PairingWeights(models.Model):
    """The points (0 to MOST_POINTS) of each part of a match's score. A part weighs its share of all points.

    For a hub without a row the WEIGHTS of `matching/weights/default_weights.py` hold. Only `matching.weights` writes
    points. `paired_at` is empty until the hub's demands have been paired with them.
    """

    hub = models.OneToOneField("geo.Hub", models.CASCADE, related_name="pairing_weights")
    material = _points(_("materiaal"), "material")
    distance = _points(_("afstand"), "distance")
    quantity = _points(_("hoeveelheid"), "quantity")
    timing = _points(_("tijd"), "timing")
    price = _points(_("prijs"), "price")
    condition = _points(_("staat"), "condition")
    changed_at = models.DateTimeField()
    paired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("gewichten van koppels")
        verbose_name_plural = _("gewichten van koppels")
        constraints = [
            models.CheckConstraint(
                name="pairing_weights_count_something",
                condition=reduce(or_, (Q(**{f"{part}__gt": 0}) for part in WEIGHT_POINTS)),
                violation_error_message=_("Geef minstens één onderdeel een punt."),
            ),
            *(
                models.CheckConstraint(
                    name=f"pairing_weights_{part}_in_range", condition=Q(**{f"{part}__lte": MOST_POINTS})
                )
                for part in WEIGHT_POINTS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hub_id}: {', '.join(f'{part} {getattr(self, part)}' for part in WEIGHT_POINTS)}"
