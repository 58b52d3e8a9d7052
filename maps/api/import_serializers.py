"""What the API takes about files for layers. It checks forms only: maps.services and maps.imports.choice decide."""

from typing import Any

from rest_framework import serializers

from listings.api.fields import OneOfField, WholeField
from listings.api.serializers import KnownFields
from maps.enums import TAKEABLE
from maps.imports.choice import LONGEST_NAME, LONGEST_VALUE
from sandbox import sizes

#: Rows that one request chooses by their ids.
MOST_CHOSEN = 1_000


class ImportFileSerializer(KnownFields, serializers.Serializer[Any]):
    """GeoJSON, GeoPackage, a shapefile in a zip, KML, GML, FlatGeobuf, CSV or XLSX."""

    file = serializers.FileField(help_text=f"At most {sizes.LARGEST_UPLOAD_BYTES // 10**6} MB.")


class ImportChoiceSerializer(KnownFields, serializers.Serializer[Any]):
    """How a file is to be read. What isn't named stays as it was."""

    layer = serializers.CharField(max_length=LONGEST_NAME, required=False, allow_null=True)
    srid = WholeField(min_value=1, max_value=999_999, required=False, allow_null=True)
    swapped = serializers.BooleanField(required=False, help_text="Read y as x.")
    repair = serializers.BooleanField(required=False, help_text="Mend shapes that cross themselves.")
    id_column = serializers.CharField(
        max_length=LONGEST_NAME, required=False, allow_blank=True, allow_null=True,
        help_text="Which holds the source's own numbers: null for a guess, empty where there is none.",
    )  # fmt: skip
    encoding = serializers.CharField(max_length=20, required=False, allow_blank=True)
    columns = serializers.DictField(
        child=serializers.CharField(max_length=30, allow_blank=True), required=False,
        help_text="By column the field of an element that it holds; empty for one that isn't read.",
    )  # fmt: skip
    given = serializers.DictField(
        child=serializers.CharField(max_length=LONGEST_VALUE, allow_blank=True), required=False,
        help_text="By field what counts where a row says nothing of it.",
    )  # fmt: skip


class RowChoiceSerializer(KnownFields, serializers.Serializer[Any]):
    chosen = serializers.BooleanField()
    rows = serializers.ListField(child=WholeField(min_value=1), max_length=MOST_CHOSEN, required=False)
    fate = OneOfField(choices=[fate.value for fate in TAKEABLE], required=False)
