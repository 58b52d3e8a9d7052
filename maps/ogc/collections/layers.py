"""Public layers of material maps, each a collection of the elements that everyone may see."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from geo.points import METRIC_SRID, WGS84_SRID
from geo.sql import Literal
from listings.enums import DeclaredStatus
from listings.querysets import Box
from maps.enums import Certainty, FeatureKind, FeatureState, GeometryKind, Licence, Period, QuantityBasis, Visibility
from maps.models import MapFeature, MapLayer, MapLayerCount
from maps.ogc.collections.base import Collection, Facts, Viewer
from maps.ogc.crs import CRS84
from maps.ogc.extents import ends_of, extent_from
from maps.ogc.properties import Property, chosen, filled, page_property
from materials.enums import Unit

#: What begins the id of a layer's collection; its number follows, and stays whatever the layer is called.
PREFIX = "layer-"
_SHAPES = {
    GeometryKind.POINTS: "geometry-point-or-multipoint",
    GeometryKind.LINES: "geometry-linestring-or-multilinestring",
    GeometryKind.POLYGONS: "geometry-polygon-or-multipolygon",
}


def public_layers() -> QuerySet[MapLayer]:
    """Layers that everyone may see, with how far they reach, in the order of their hubs, maps and own order."""
    layers = MapLayer.objects.visible_to(AnonymousUser()).select_related("map__hub")
    ends = ends_of(public_features().filter(layer=OuterRef("pk")), "position")
    return layers.annotate(**ends).order_by("map__hub__name", "map__order", "map_id", "order", "pk")


def public_features() -> QuerySet[MapFeature]:
    """Elements that everyone may see, where they may see the layer."""
    return MapFeature.objects.filter(
        state=Literal(FeatureState.PUBLISHED), visibility=Literal(Visibility.PUBLIC.value)
    )


class LayerCollection(Collection):
    """A layer. Nobody sees more of it here than a stranger does: what others may see is on the hub's pages."""

    stored = CRS84
    columns = {WGS84_SRID: "geometry", METRIC_SRID: "position"}
    position = "position"
    time = ("available_from", "available_until")

    def __init__(self, viewer: Viewer, layer: MapLayer) -> None:
        super().__init__(viewer)
        self.layer = layer
        self.id = f"{PREFIX}{layer.pk}"
        self.shape = _SHAPES.get(GeometryKind(layer.geometry_kind), "geometry-any")

    def rows(self) -> QuerySet[Any]:
        # An index of places compares numbers of layers of one size alone.
        return public_features().filter(layer=Cast(Value(self.layer.pk), BigIntegerField()))

    def counted(self) -> Combinable:
        counts = MapLayerCount.objects.filter(
            layer=self.layer.pk, state=FeatureState.PUBLISHED, visibility=Visibility.PUBLIC
        )
        return Coalesce(Subquery(counts.values("count")), Value(0), output_field=IntegerField())

    @property
    def counts_all(self) -> bool:
        return True

    def facts(self) -> Facts:
        layer, shown_on = self.layer, self.layer.map
        words = [layer.description or shown_on.description, gettext("Laag van %(hub)s.") % {"hub": shown_on.hub.name}]
        if shown_on.is_fictional:
            words.append(gettext("Dit zijn verzonnen gegevens, om te tonen hoe het werkt."))
        licence = Licence(layer.licence)
        return Facts(
            title=f"{shown_on.title}: {layer.title}",
            description=" ".join(word for word in words if word),
            attribution=layer.said_source,
            licence=str(licence.label),
            licence_address=licence.address,
        )

    def extent(self) -> Box | None:
        return extent_from(self.layer)

    @cached_property
    def properties(self) -> Sequence[Property]:
        language = get_language() or "nl"
        return (
            chosen("kind", FeatureKind, "kind", _("soort")),
            Property("title", _("titel"), "title", always=True),
            Property("description", _("beschrijving"), filled("description"), asked=False),
            Property("material", _("materiaal, als code"), "material__code"),
            Property("material_name", _("materiaal"), f"material__name_{language}"),
            Property("quantity", _("hoeveelheid"), "quantity", "number"),
            chosen("unit", Unit, "unit", _("eenheid"), empty=True),
            Property("mass_kg", _("massa in kilogram"), "mass_kg", "number"),
            chosen("quantity_basis", QuantityBasis, "quantity_basis", _("hoe de hoeveelheid bekend is")),
            chosen("period", Period, "period", _("periode van een stroom"), empty=True),
            Property("season_months", _("maanden"), "season_months", "array", items="integer", always=True),
            Property("form", _("vorm"), filled("form")),
            Property("composition", _("samenstelling"), filled("composition"), asked=False),
            Property("contaminants", _("verontreiniging"), filled("contaminants"), asked=False),
            chosen("declared_status", DeclaredStatus, "declared_status", _("juridische status")),
            Property("eural_code", _("euralcode"), filled("eural_code")),
            Property(
                "source", _("bron"), Coalesce("source_organisation__name", filled("source_name")), asked=False
            ),
            Property("source_reference", _("nummer bij de bron"), filled("source_reference")),
            Property("destination", _("huidige bestemming"), filled("destination")),
            Property("available_from", _("beschikbaar van"), "available_from", format="date"),
            Property("available_until", _("beschikbaar tot"), "available_until", format="date"),
            chosen("certainty", Certainty, "certainty", _("zekerheid")),
            Property("municipality", _("gemeente"), f"municipality__name_{language}"),
            Property("nis", _("NIS-code van de gemeente"), "municipality__nis"),
            Property("verified_at", _("laatst nagekeken"), "verified_at", format="date-time", asked=False),
            Property("updated_at", _("laatst gewijzigd"), "updated_at", format="date-time", asked=False, always=True),
            page_property("map-element"),
        )  # fmt: skip
