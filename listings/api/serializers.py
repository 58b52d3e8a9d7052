"""Writing listings over the API: shapes only; listings.services decides what may be stored."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.models import Organisation, Site
from geo.models import HubRegion, Municipality
from geo.points import point_from
from listings.enums import Condition, ServiceKind
from listings.models import Listing
from materials.models import Material


class LocationField(serializers.Field):
    """`{"lat": 51.05, "lon": 3.72}`, optionally with "srid" and x, y in 31370 or 3812."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict) or not {"lat", "lon"} <= data.keys():
            raise serializers.ValidationError(_('Geef een plek als {"lat": …, "lon": …}.'))
        try:
            return point_from(lat=float(data["lat"]), lon=float(data["lon"]))
        except (TypeError, ValueError):
            raise serializers.ValidationError(_("lat en lon zijn getallen, in graden.")) from None
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from None

    def to_representation(self, value: Any) -> dict[str, float]:
        return {"lat": value.y, "lon": value.x}


class ConditionField(serializers.ChoiceField):
    def __init__(self, **more: Any) -> None:
        super().__init__(choices=[choice.slug for choice in Condition], **more)

    def to_internal_value(self, data: Any) -> Any:
        return Condition.from_slug(super().to_internal_value(data))

    def to_representation(self, value: Any) -> str:
        return Condition(value).slug


class ListingWriteSerializer(serializers.ModelSerializer[Listing]):
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


class StepSerializer(serializers.Serializer[Any]):
    """A step of a listing's life."""

    status = serializers.ChoiceField(choices=["published", "reserved", "closed", "withdrawn"])
