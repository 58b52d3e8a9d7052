"""Writing listings over the API: shapes only; listings.services decides what may be stored."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Organisation, Site
from geo.models import HubRegion, Municipality
from geo.points import point_from, point_from_projected
from listings.enums import Condition, ServiceKind
from listings.models import Listing
from materials.models import Material

LOCATION = {
    "type": "object",
    "description": "WGS84 degrees, or metres in EPSG:31370 (Lambert 72) or EPSG:3812 (Lambert 2008).",
    "oneOf": [
        {
            "type": "object",
            "properties": {"lat": {"type": "number"}, "lon": {"type": "number"}},
            "required": ["lat", "lon"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "properties": {
                "x": {"type": "number"},
                "y": {"type": "number"},
                "srid": {"type": "integer", "enum": [31370, 3812]},
            },
            "required": ["x", "y", "srid"],
            "additionalProperties": False,
        },
    ],
}


@extend_schema_field(LOCATION)
class LocationField(serializers.Field):
    """`{"lat": 51.05, "lon": 3.72}`, or `{"x": 104880, "y": 193860, "srid": 31370}`."""

    def to_internal_value(self, data: Any) -> Any:
        names = frozenset(data) if isinstance(data, dict) else frozenset()
        try:
            if names == {"lat", "lon"}:
                return point_from(lat=_number(data, "lat"), lon=_number(data, "lon"))
            if names == {"x", "y", "srid"}:
                return point_from_projected(
                    x=_number(data, "x"), y=_number(data, "y"), srid=int(_number(data, "srid"))
                )
        except ValidationError as error:
            raise serializers.ValidationError(error.message_dict) from None
        raise serializers.ValidationError(
            _('Geef een plek als {"lat": …, "lon": …}, of als {"x": …, "y": …, "srid": 31370}.')
        )

    def to_representation(self, value: Any) -> dict[str, float]:
        return {"lat": value.y, "lon": value.x}


def _number(data: dict[str, Any], name: str) -> float:
    """A JSON number, or one in a string; NaN and infinity too, for the point to refuse."""
    value = data[name]
    try:
        if isinstance(value, bool):
            raise TypeError
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise ValidationError({name: _("Geef een gewoon getal.")}) from None


class ConditionField(serializers.ChoiceField):
    def __init__(self, **more: Any) -> None:
        super().__init__(choices=[choice.slug for choice in Condition], **more)

    def to_internal_value(self, data: Any) -> Any:
        return Condition.from_slug(super().to_internal_value(data))

    def to_representation(self, value: Any) -> str:
        return Condition(value).slug


class KnownFields:
    """A serializer that refuses what it has no field for: a name that is spelled wrong must not go unnoticed."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))  # type: ignore[attr-defined]
            if unknown:
                message = _("Dit veld bestaat niet of is niet te veranderen.")
                raise serializers.ValidationError({str(name)[:80]: [message] for name in unknown[:20]})
        return super().to_internal_value(data)  # type: ignore[misc]


class ListingWriteSerializer(KnownFields, serializers.ModelSerializer[Listing]):
    """What a member writes. Materials go by code, municipalities by NIS code."""

    organisation = serializers.PrimaryKeyRelatedField(queryset=Organisation.objects.all())
    site = serializers.PrimaryKeyRelatedField(queryset=Site.objects.all(), required=False, allow_null=True)
    material = serializers.SlugRelatedField("code", queryset=Material.objects.all(), required=False, allow_null=True)
    materials = serializers.SlugRelatedField("code", queryset=Material.objects.all(), many=True, required=False)
    catchment_municipalities = serializers.SlugRelatedField(
        "nis", queryset=Municipality.objects.all(), many=True, required=False
    )
    catchment_regions = serializers.PrimaryKeyRelatedField(queryset=HubRegion.objects.all(), many=True, required=False)
    condition = ConditionField(required=False, allow_null=True)
    location = LocationField(required=False, allow_null=True)
    needs_services = serializers.ListField(child=serializers.ChoiceField(ServiceKind.choices), required=False)
    service_kinds = serializers.ListField(child=serializers.ChoiceField(ServiceKind.choices), required=False)

    class Meta:
        model = Listing
        fields = [
            "organisation", "kind", "site", "reference", "title", "description", "language", "material", "materials",
            "quantity", "unit", "splittable", "recurrence", "available_from", "available_until", "condition",
            "price_kind", "price_eur", "price_basis", "pickup", "delivery", "reach_km", "packaging",
            "needs_forklift", "has_loading_dock", "eural_code", "declared_status", "needs_services",
            "service_kinds", "capacity_per_week", "capacity_unit", "lead_time_days", "catchment_kind",
            "catchment_municipalities", "catchment_regions", "location", "precision",
        ]  # fmt: skip
        #: Rules across fields are the service's and the database's, said once there.
        validators: list[Any] = []


class ListingChangeSerializer(ListingWriteSerializer):
    """What can change of a listing: not whose it is, nor its kind."""

    organisation = None  # type: ignore[assignment]

    class Meta(ListingWriteSerializer.Meta):
        fields = [name for name in ListingWriteSerializer.Meta.fields if name not in ("organisation", "kind")]


class StepSerializer(KnownFields, serializers.Serializer[Any]):
    """A step of a listing's life."""

    status = serializers.ChoiceField(choices=["published", "reserved", "closed", "withdrawn"])


class PhotoSerializer(KnownFields, serializers.Serializer[Any]):
    """A photo: JPEG, PNG, WebP or GIF. It is stored anew, without the place and date that a camera writes in it."""

    image = serializers.FileField()
    alt = serializers.CharField(max_length=200, required=False, allow_blank=True)
