"""What the API takes when listings are written. It checks shapes only: listings.services decides what is stored.

What the API answers stands in rows.py, and in details.py for one listing.
"""

import json
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer

from accounts.models import Organisation, Site
from geo.models import HubRegion, Municipality
from listings.api.fields import (
    ByCodeField,
    ByNumberField,
    ConditionField,
    DayField,
    EuroField,
    LocationField,
    NumberField,
    OneOfField,
    PriceField,
    WholeField,
)
from listings.api.rows import ListingRow
from listings.declarations import CHECKLIST, FOOD_FIELDS, STATUS_FIELDS
from listings.enums import Allergen, ServiceKind
from listings.models import LARGEST_REACH_KM, LONGEST_ALT, Listing
from listings.services import STEPS
from listings.validators import LONGEST_EURAL, PRICE_DIGITS, PRICE_PLACES
from materials.models import Material
from sandbox import sizes

#: The lists in which codes and numbers stand that a listing refers to.
MATERIALS, HUBS = "/api/v1/materials/", "/api/v1/hubs/"


#: A member that tells the reader something and says nothing of the listing: other listings change it.
TOLD = "warnings"
#: Texts that the API gives as null where they are empty, and takes as null.
EMPTY_AS_NULL = (
    "unit", "packaging", "eural_code", "capacity_unit", "status_evidence", "status_number", "food_date_kind",
    "food_storage",
)  # fmt: skip


class KnownFields:
    """A serializer that refuses members that it has no field for, so that a misspelled name doesn't go unnoticed."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))  # type: ignore[attr-defined]
            if unknown:
                message = _("Dit veld bestaat niet of is niet te veranderen.")
                raise serializers.ValidationError({str(name)[:80]: [message] for name in unknown[:20]})
        return super().to_internal_value(data)  # type: ignore[misc]


class AsRead:
    """A serializer that also takes `price`, and `location` with its `precision`, as the API gives them."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            data = dict(data)
            _take_apart(data, "price", {"kind": "price_kind", "eur": "price_eur", "basis": "price_basis"})
            _take_apart(data, "location", {"precision": "precision"})
        return super().to_internal_value(data)  # type: ignore[misc]


def _take_apart(data: dict[str, Any], whole: str, parts: dict[str, str]) -> None:
    """Move the parts of a member into members of their own: {"price": {"eur": 3}} becomes {"price_eur": 3}.

    Raises ValidationError for a part that is also given on its own, with another value.
    """
    given = data.get(whole)
    if not isinstance(given, dict):
        return
    rest = {name: value for name, value in given.items() if name not in parts}
    for name, field in parts.items():
        if name in given and data.setdefault(field, given[name]) != given[name]:
            message = _("Dit staat ook in “%(whole)s”, en anders. Geef het één keer.")
            raise serializers.ValidationError({field: [message % {"whole": whole}]})
    if rest:
        data[whole] = rest
    else:
        del data[whole]


class ListingWriteSerializer(AsRead, KnownFields, serializers.ModelSerializer[Listing]):
    """What a member writes. Materials go by code, municipalities by NIS code."""

    serializer_choice_field = OneOfField
    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.DateField: DayField,
        models.DecimalField: NumberField,
        models.SmallIntegerField: WholeField,
        models.PositiveSmallIntegerField: WholeField,
    }

    organisation = ByNumberField("/api/v1/me/", queryset=Organisation.objects.all())
    site = ByNumberField("/api/v1/me/", queryset=Site.objects.all(), required=False, allow_null=True)
    material = ByCodeField("code", MATERIALS, queryset=Material.objects.all(), required=False, allow_null=True)
    materials = ByCodeField("code", MATERIALS, queryset=Material.objects.all(), many=True, required=False)
    catchment_municipalities = ByCodeField("nis", HUBS, queryset=Municipality.objects.all(), many=True, required=False)
    catchment_regions = ByNumberField(HUBS, queryset=HubRegion.objects.all(), many=True, required=False)
    condition = ConditionField(required=False, allow_null=True)
    location = LocationField(required=False, allow_null=True)
    price = PriceField(required=False, write_only=True)
    price_eur = EuroField(PRICE_DIGITS, PRICE_PLACES, required=False, allow_null=True)
    eural_code = serializers.CharField(max_length=LONGEST_EURAL, required=False, allow_blank=True, allow_null=True)
    needs_services = serializers.ListField(child=OneOfField(ServiceKind.choices), required=False)
    allergens = serializers.ListField(child=OneOfField(Allergen.choices), required=False)
    service_kinds = serializers.ListField(child=OneOfField(ServiceKind.choices), required=False)

    class Meta:
        model = Listing
        fields = [
            "organisation", "kind", "site", "reference", "title", "description", "language", "material", "materials",
            "quantity", "unit", "splittable", "recurrence", "available_from", "available_until", "condition",
            "price", "price_kind", "price_eur", "price_basis", "pickup", "delivery", "reach_km", "packaging",
            "needs_forklift", "has_loading_dock", "eural_code", "declared_status", *STATUS_FIELDS,
            *CHECKLIST, *FOOD_FIELDS, "needs_services", "service_kinds", "capacity_per_week", "capacity_unit",
            "lead_time_days", "catchment_kind",
            "catchment_municipalities", "catchment_regions", "location", "precision", "hub_only",
        ]  # fmt: skip
        extra_kwargs = {
            "reach_km": {"min_value": 1, "max_value": LARGEST_REACH_KM},
            **{name: {"allow_null": True} for name in EMPTY_AS_NULL},
        }
        #: Rules over several fields stand in the service and the database, and only there.
        validators: list[Any] = []

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return attrs | {name: "" for name in EMPTY_AS_NULL if name in attrs and attrs[name] is None}


class ListingChangeSerializer(ListingWriteSerializer):
    """What may change about a listing: everything but its organisation and its kind."""

    organisation = None  # type: ignore[assignment]

    class Meta(ListingWriteSerializer.Meta):
        fields = [name for name in ListingWriteSerializer.Meta.fields if name not in ("organisation", "kind")]


def changes(data: Any, row: ListingRow) -> Any:
    """The members of a change that differ from the listing's row: somebody may send back a whole row that they read.

    A member that can't be written stays in where it differs, so that the serializer refuses it.
    """
    if not isinstance(data, dict):
        return data
    now = json.loads(JSONRenderer().render(row))
    return {name: value for name, value in data.items() if name not in now or (now[name] != value and name != TOLD)}


class StepSerializer(KnownFields, serializers.Serializer[Any]):
    """A step of a listing's life. `sure` publishes a draft that looks like a listing that your organisation has."""

    status = OneOfField(choices=[str(status) for status in STEPS])
    sure = serializers.BooleanField(required=False)


class PhotoSerializer(KnownFields, serializers.Serializer[Any]):
    """A photo: JPEG, PNG, WebP, GIF, AVIF or HEIC. It is stored anew, without the place and date that a camera
    writes in it.
    """

    image = serializers.FileField(help_text=f"At most {sizes.LARGEST_ATTACHMENT_BYTES // 10**6} MB.")
    alt = serializers.CharField(max_length=LONGEST_ALT, required=False, allow_blank=True)
