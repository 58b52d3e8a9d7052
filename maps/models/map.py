"""A material map of a hub, and what maps and layers have in common."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from maps.enums import Licence
from maps.querysets import MaterialMapQuerySet


class Curated(models.Model):
    """What a hub names, puts in order and may take away: a row that is gone stays, with all that lies in it."""

    title = models.CharField(_("titel"), max_length=120)
    description = models.TextField(_("beschrijving"), max_length=4_000, blank=True)
    licence = models.CharField(_("licentie"), max_length=10, choices=Licence, default=Licence.GRATIS)
    attribution = models.CharField(_("bronvermelding"), max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(_("volgorde"), default=0)
    #: Counts every change: who changes names the version that they saw.
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(db_default=Now())
    deleted_at = models.DateTimeField(null=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class MaterialMap(Curated):
    """A map of a hub: its own layers, and layers of other hubs that it shows (`MapLayerShown`)."""

    hub = models.ForeignKey("geo.Hub", models.CASCADE, related_name="maps")
    slug = models.SlugField(_("adres"), max_length=80)
    is_fictional = models.BooleanField(_("fictief"), default=False)

    objects = MaterialMapQuerySet.as_manager()

    class Meta:
        verbose_name = _("materiaalkaart")
        verbose_name_plural = _("materiaalkaarten")
        ordering = ["hub__name", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hub", "slug"],
                condition=Q(deleted_at=None),
                name="map_slug_once_per_hub",
                violation_error_message=_("Deze hub heeft al een kaart met dit adres."),
            ),
            models.CheckConstraint(
                name="map_titled", condition=~Q(title=""), violation_error_message=_("Geef de kaart een titel.")
            ),
            models.CheckConstraint(name="map_licence_known", condition=Q(licence__in=Licence.values)),
        ]
