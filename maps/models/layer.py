"""A layer of a map, and layers of other maps that a map shows."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import BooleanField, Func, Q
from django.utils.translation import gettext_lazy as _

from maps.enums import GeometryKind, Licence, Visibility
from maps.models.map import Curated, MaterialMap
from maps.querysets import MapLayerQuerySet
from maps.style import default_style

#: How many months there may be between two verifications of an element.
LONGEST_RHYTHM_MONTHS = 60


class MapLayer(Curated):
    """Elements that are curated together: who may see, propose, edit and publish is said per layer (`LayerRight`).

    An element is never shown more widely than its layer. `verify_every_months` says how long what was verified
    counts; empty is: nobody is asked.
    """

    map = models.ForeignKey(MaterialMap, models.CASCADE, related_name="layers")
    geometry_kind = models.CharField(_("vormen"), max_length=10, choices=GeometryKind, default=GeometryKind.ANY)
    style = models.JSONField(_("stijl"), default=default_style)
    visibility = models.SmallIntegerField(_("zichtbaar voor"), choices=Visibility, default=Visibility.PUBLIC)
    verify_every_months = models.PositiveSmallIntegerField(
        _("nakijken om de zoveel maanden"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_RHYTHM_MONTHS)],
    )

    objects = MapLayerQuerySet.as_manager()

    class Meta:
        verbose_name = _("laag")
        verbose_name_plural = _("lagen")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                name="layer_titled", condition=~Q(title=""), violation_error_message=_("Geef de laag een titel.")
            ),
            models.CheckConstraint(name="layer_licence_known", condition=Q(licence__in=Licence.values)),
            models.CheckConstraint(
                name="layer_geometry_kind_known", condition=Q(geometry_kind__in=GeometryKind.values)
            ),
            models.CheckConstraint(name="layer_visibility_known", condition=Q(visibility__in=Visibility.values)),
            models.CheckConstraint(
                name="layer_rhythm_in_range",
                condition=Q(verify_every_months=None)
                | Q(verify_every_months__gte=1, verify_every_months__lte=LONGEST_RHYTHM_MONTHS),
                violation_error_message=_("Kies 1 tot 60 maanden, of laat het leeg."),
            ),
            # What stands in it, maps.style checks.
            models.CheckConstraint(
                name="layer_style_says_by_what",
                condition=Func(
                    "style",
                    template="(coalesce(%(expressions)s ->> 'by', '') <> '')",
                    output_field=BooleanField(),
                ),
            ),
        ]

    @property
    def said_source(self) -> str:
        """Whom to name wherever the layer is shown or given: its own source, else that of its map, else the hub."""
        return self.attribution or self.map.attribution or self.map.hub.name


class MapLayerShown(models.Model):
    """A layer of another map, most often of another hub, that a map shows too: with its own rights and style."""

    map = models.ForeignKey(MaterialMap, models.CASCADE, related_name="shown_layers")
    layer = models.ForeignKey(MapLayer, models.CASCADE, related_name="shown_on")
    order = models.PositiveSmallIntegerField(_("volgorde"), default=0)

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["map", "layer"],
                name="layer_shown_once",
                violation_error_message=_("Deze kaart toont die laag al."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.layer} op {self.map}"
