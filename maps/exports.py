"""A layer as a file: what somebody sees of it, with its source and licence."""

from collections.abc import Iterator

from django.utils.text import slugify

from maps.enums import Licence
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
    Field("source_name"), Field("organisation_slug"), Field("destination"), Field("available_from", "date"),
    Field("available_until", "date"), Field("certainty"), Field("state"), Field("nis"), Field("mass_kg", "number"),
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
    while page := list(features.for_rows().after(last).order_by("pk")[:_AT_ONCE]):
        for feature in page:
            yield Row(bytes(feature.geometry.wkb), _values(feature))
        last = page[-1].pk


def _values(feature: MapFeature) -> list[Value]:
    source, material, municipality = feature.source_organisation, feature.material, feature.municipality
    return [
        reference_of(feature), feature.title, feature.kind, feature.description, material.code if material else None,
        feature.quantity, feature.unit, feature.quantity_basis, feature.period,
        ", ".join(map(str, feature.season_months)),
        feature.form, feature.composition, feature.contaminants, feature.declared_status, feature.eural_code,
        feature.source_name, source.slug if source else None, feature.destination, feature.available_from,
        feature.available_until, feature.certainty, feature.state, municipality.nis if municipality else None,
        feature.mass_kg,
    ]  # fmt: skip
