"""A layer as a file: what somebody sees of it, with its source and licence."""

from collections.abc import Iterator

from django.utils.text import slugify

from maps.enums import Licence, Visibility
from maps.fields import reference_of
from maps.files.child.sniffing import Format
from maps.files.rows import About, Field, Row, Value
from maps.files.writing import Export, written
from maps.models import MapFeature, MapLayer
from maps.querysets import MapFeatureQuerySet

#: Elements that are asked for at once.
_AT_ONCE = 1_000
#: Columns, by the names that an import knows again.
FIELDS = (
    Field("source_reference"), Field("title"), Field("kind"), Field("description"), Field("material"),
    Field("quantity", "number"), Field("unit"), Field("quantity_basis"), Field("period"), Field("season_months"),
    Field("form"), Field("composition"), Field("contaminants"), Field("declared_status"), Field("eural_code"),
    Field("source_name"), Field("organisation_slug", short="org_slug"), Field("destination"),
    Field("available_from", "date", "avail_from"), Field("available_until", "date", "avail_till"), Field("certainty"),
    Field("visibility"), Field("verified_at", "datetime"), Field("state"), Field("nis"), Field("mass_kg", "number"),
)  # fmt: skip


def exported(layer: MapLayer, features: MapFeatureQuerySet, format_: Format) -> Export:
    """Elements of a layer as a file. `features` are those that the reader sees; reads the layer's map and hub."""
    licence = Licence(layer.licence)
    about = About(
        name=f"{slugify(layer.title)[:60] or 'laag'}-{layer.pk}",
        title=layer.title,
        attribution=layer.said_source,
        licence=str(licence.label),
        licence_address=licence.address,
    )
    return written(format_, _rows(features), FIELDS, about)


def _rows(features: MapFeatureQuerySet) -> Iterator[Row]:
    """Page by page: no query stays open while a slow reader takes the file."""
    last = 0
    while page := list(page_after(features, last)):
        for feature in page:
            yield Row(bytes(feature.geometry.wkb), _values(feature))
        last = page[-1].pk


def page_after(features: MapFeatureQuerySet, last: int) -> MapFeatureQuerySet:
    """The elements that are asked for at once, behind the last one before."""
    return features.for_rows().after(last).order_by("pk")[:_AT_ONCE]


def _values(feature: MapFeature) -> list[Value]:
    source, material, municipality = feature.source_organisation, feature.material, feature.municipality
    return [
        reference_of(feature), feature.title, feature.kind, feature.description, material.code if material else None,
        feature.quantity, feature.unit, feature.quantity_basis, feature.period,
        ", ".join(map(str, feature.season_months)),
        feature.form, feature.composition, feature.contaminants, feature.declared_status, feature.eural_code,
        feature.source_name, source.slug if source else None, feature.destination, feature.available_from,
        feature.available_until, feature.certainty, Visibility(feature.visibility).slug, feature.verified_at,
        feature.state, municipality.nis if municipality else None, feature.mass_kg,
    ]  # fmt: skip
