"""What the API takes when maps, layers and elements are written. It checks forms only: maps.services decides."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.behalf import LONGEST_BEHALF_NOTE
from accounts.models import Organisation, Site, User
from geo.models import Hub
from geo.points import SRIDS, WGS84_SRID
from geo.shapes import read_shape
from listings.api.fields import ByCodeField, ByNumberField, DayField, NumberField, OneOfField, WholeField
from listings.api.serializers import HUBS, MATERIALS, KnownFields
from listings.validators import LONGEST_EURAL
from maps.api.fields import GeometryField, StyleField, VisibilityField
from maps.enums import GeometryKind, Licence, Period, Power
from maps.fields import WRITABLE
from maps.models import LONGEST_ALT, LONGEST_DOCUMENT_NAME, LONGEST_REASON, MapFeature, PartnerGroup
from maps.models.feature import MOST_VERTICES
from maps.permissions import STEPS
from maps.services.many import MOST_AT_ONCE, OF_EACH
from materials.enums import Unit
from materials.models import Material
from sandbox import sizes

#: Texts that the API gives as null where they are empty, and takes as null.
EMPTY_AS_NULL = ("unit", "period", "eural_code")
ME, ORGANISATIONS, GROUPS = "/api/v1/me/", "/api/v1/organisations/", "/api/v1/maps/groups/"
#: Steps that are taken by their name alone; others have an address of their own.
NAMED_STEPS = [step for step in STEPS if step not in ("change", "propose", "undo")]


class MapSerializer(KnownFields, serializers.Serializer[Any]):
    """A new map of a hub."""

    hub = ByCodeField("slug", HUBS, queryset=Hub.objects.all())
    title = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=4_000, required=False, allow_blank=True)
    licence = OneOfField(choices=Licence.values, required=False)
    attribution = serializers.CharField(max_length=200, required=False, allow_blank=True)
    order = WholeField(min_value=0, max_value=1_000, required=False)


class MapChangeSerializer(MapSerializer):
    """What is to be different; what isn't named stays. With the version that you read, nobody's change is lost."""

    hub = None  # type: ignore[assignment]
    version = WholeField(min_value=1, required=False)


class LayerSerializer(KnownFields, serializers.Serializer[Any]):
    """A new layer of a map."""

    title = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=4_000, required=False, allow_blank=True)
    licence = OneOfField(choices=Licence.values, required=False)
    attribution = serializers.CharField(max_length=200, required=False, allow_blank=True)
    order = WholeField(min_value=0, max_value=1_000, required=False)
    geometry_kind = OneOfField(choices=GeometryKind.values, required=False)
    style = StyleField(required=False)  # type: ignore[assignment] # a serializer has a `style` too, for HTML
    visibility = VisibilityField(required=False)
    verify_every_months = WholeField(min_value=1, max_value=60, required=False, allow_null=True)


class LayerChangeSerializer(LayerSerializer):
    """What is to be different; what isn't named stays. With the version that you read, nobody's change is lost."""

    version = WholeField(min_value=1, required=False)


class ElementSerializer(KnownFields, serializers.ModelSerializer[MapFeature]):
    """An element. Materials and organisations go by code; a shape as GeoJSON."""

    serializer_choice_field = OneOfField
    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {
        models.DateField: DayField,
        models.DecimalField: NumberField,
        models.SmallIntegerField: WholeField,
    }

    material = ByCodeField("code", MATERIALS, queryset=Material.objects.all(), required=False, allow_null=True)
    source_organisation = ByCodeField(
        "slug", ORGANISATIONS, queryset=Organisation.objects.all(), required=False, allow_null=True
    )
    site = ByNumberField(ME, queryset=Site.objects.all(), required=False, allow_null=True)
    owner = ByNumberField(
        ME, queryset=User.objects.filter(hub_roles__isnull=False).distinct(), required=False, allow_null=True
    )
    eural_code = serializers.CharField(max_length=LONGEST_EURAL, required=False, allow_blank=True, allow_null=True)
    unit = OneOfField(choices=Unit.choices, required=False, allow_null=True)
    period = OneOfField(choices=Period.choices, required=False, allow_null=True)
    season_months = serializers.ListField(child=WholeField(min_value=1, max_value=12), required=False, max_length=12)
    visibility = VisibilityField(required=False)
    geometry = GeometryField()
    srid = serializers.ChoiceField(choices=SRIDS, required=False, write_only=True)
    repair = serializers.BooleanField(
        required=False, write_only=True, help_text="Mend a shape that crosses itself, as a refusal proposed."
    )

    class Meta:
        model = MapFeature
        fields = [*WRITABLE, "srid", "repair"]

    def to_internal_value(self, data: Any) -> Any:
        given = super().to_internal_value(data)
        return given | {name: "" for name in EMPTY_AS_NULL if name in given and given[name] is None}


class VersionedElementSerializer(ElementSerializer):
    """What is to be different, and the version that it is meant for, unless If-Match names that."""

    version = WholeField(min_value=1, required=False)

    class Meta(ElementSerializer.Meta):
        fields = [*ElementSerializer.Meta.fields, "version"]


class ProposalSerializer(VersionedElementSerializer):
    """What a published element would be."""

    comment = serializers.CharField(max_length=LONGEST_REASON, required=False, allow_blank=True)

    class Meta(VersionedElementSerializer.Meta):
        fields = [*VersionedElementSerializer.Meta.fields, "comment"]


class ElementStepSerializer(KnownFields, serializers.Serializer[Any]):
    step = OneOfField(choices=NAMED_STEPS)
    version = WholeField(min_value=1, required=False)
    reason = serializers.CharField(max_length=LONGEST_REASON, required=False, allow_blank=True)


class SeenElementSerializer(KnownFields, serializers.Serializer[Any]):
    """An element in the version that was read."""

    id = WholeField(min_value=1)
    version = WholeField(min_value=1)


class SharedFieldsSerializer(ElementSerializer):
    """What many elements get alike. What isn't named stays; what is named empty becomes empty."""

    class Meta(ElementSerializer.Meta):
        fields = [name for name in WRITABLE if name not in OF_EACH]
        extra_kwargs = {"kind": {"required": False}}


class ManySerializer(KnownFields, serializers.Serializer[Any]):
    """Which elements, and either fields or a step."""

    elements = SeenElementSerializer(many=True, help_text=f"At most {MOST_AT_ONCE}.")
    fields = SharedFieldsSerializer(required=False)  # type: ignore[assignment] # DRF keeps its own apart
    step = OneOfField(choices=NAMED_STEPS, required=False)
    reason = serializers.CharField(
        max_length=LONGEST_REASON, required=False, allow_blank=True, help_text="Why they are sent back."
    )
    preview = serializers.BooleanField(default=False, help_text="Say what would happen, and store nothing.")

    def validate(self, attrs: Any) -> Any:
        if ("fields" in attrs) == ("step" in attrs):
            raise serializers.ValidationError({"fields": _("Geef velden of een stap: één van de twee.")})
        if len({one["id"] for one in attrs["elements"]}) < len(attrs["elements"]):
            raise serializers.ValidationError({"elements": _("Noem elk element één keer.")})
        return attrs


class ManyUndoSerializer(KnownFields, serializers.Serializer[Any]):
    """Which change of many elements is taken back."""

    change = serializers.UUIDField(help_text="The number that the change was answered with.")


class ElementUndoSerializer(KnownFields, serializers.Serializer[Any]):
    seen = WholeField(min_value=1, help_text="The version that the element has now.")
    version = WholeField(min_value=1, required=False, help_text="Back to this one; else to the one before.")


class ElementSplitSerializer(KnownFields, serializers.Serializer[Any]):
    line = GeometryField(help_text="A LineString that crosses the element, and begins and ends outside it.")
    version = WholeField(min_value=1, required=False, help_text="The one that you saw, unless If-Match names it.")


class ElementJoinSerializer(KnownFields, serializers.Serializer[Any]):
    other = WholeField(min_value=1, help_text="The element that becomes part of this one, and is withdrawn.")
    other_version = WholeField(min_value=1)
    version = WholeField(min_value=1, required=False, help_text="The one that you saw, unless If-Match names it.")


class ProposalDecisionSerializer(KnownFields, serializers.Serializer[Any]):
    decision = OneOfField(choices=["accept", "send_back", "take_back"])
    version = WholeField(min_value=1, required=False, help_text="Of the element, where it changed since.")
    reason = serializers.CharField(max_length=LONGEST_REASON, required=False, allow_blank=True)


class DocumentSerializer(KnownFields, serializers.Serializer[Any]):
    """A document of an element, and what it is to be called."""

    file = serializers.FileField(help_text=f"At most {sizes.LARGEST_ATTACHMENT_BYTES // 10**6} MB.")
    name = serializers.CharField(max_length=LONGEST_DOCUMENT_NAME, required=False, allow_blank=True)


class PowerField(OneOfField):
    """What somebody may do in a layer, by name."""

    def __init__(self, **more: Any) -> None:
        super().__init__(choices=[choice.slug for choice in Power], **more)

    def to_internal_value(self, data: Any) -> Any:
        return Power.from_slug(super().to_internal_value(data))


class RightSerializer(KnownFields, serializers.Serializer[Any]):
    """A right, and whose it is: of one person, one organisation or one group."""

    power = PowerField()
    person = serializers.EmailField(required=False, help_text="The e-mail address of an account.")
    organisation = ByCodeField("slug", ORGANISATIONS, queryset=Organisation.objects.all(), required=False)
    group = ByNumberField(GROUPS, queryset=PartnerGroup.objects.all(), required=False)

    def validate(self, attrs: Any) -> Any:
        holders = [name for name in ("person", "organisation", "group") if attrs.get(name)]
        if len(holders) != 1:
            raise serializers.ValidationError(_("Een recht is van één persoon, één organisatie of één groep."))
        (name,) = holders
        to = attrs[name]
        if name == "person":
            to = User.objects.filter(email__iexact=to).first()
            if to is None:
                raise serializers.ValidationError({"person": _("Niemand heeft een account met dit adres.")})
        return {"power": attrs["power"], "to": to}


class GroupSerializer(KnownFields, serializers.Serializer[Any]):
    """A group of partners of a hub."""

    hub = ByCodeField("slug", HUBS, queryset=Hub.objects.all())
    name = serializers.CharField(max_length=80)
    organisations = ByCodeField("slug", ORGANISATIONS, queryset=Organisation.objects.all(), many=True, required=False)


class GroupChangeSerializer(GroupSerializer):
    """What is to be different; what isn't named stays."""

    hub = None  # type: ignore[assignment]


class ShownLayerSerializer(KnownFields, serializers.Serializer[Any]):
    layer = WholeField(min_value=1)


class PhotoCaptionSerializer(KnownFields, serializers.Serializer[Any]):
    alt = serializers.CharField(max_length=LONGEST_ALT, allow_blank=True)
    seen = serializers.CharField(
        required=False,
        allow_blank=True,
        trim_whitespace=False,
        help_text="The words that you read: if they changed, 409.",
    )


class MoveLayerSerializer(KnownFields, serializers.Serializer[Any]):
    layer = WholeField(min_value=1)
    up = serializers.BooleanField(help_text="Whether one place up, towards what lies on top; else one down.")


class ListElementSerializer(KnownFields, serializers.Serializer[Any]):
    """Whose the listing is to be."""

    organisation = ByCodeField("slug", ORGANISATIONS, queryset=Organisation.objects.all())


class ListForSourceSerializer(KnownFields, serializers.Serializer[Any]):
    behalf_note = serializers.CharField(
        max_length=LONGEST_BEHALF_NOTE, help_text="Who of the organisation asked you to, and how: its members read it."
    )


class FromListingSerializer(KnownFields, serializers.Serializer[Any]):
    listing = WholeField(min_value=1)


def with_shape(given: dict[str, Any]) -> dict[str, Any]:
    """What was given, with its shape read. Raises ShapeRefused."""
    srid, repair = given.pop("srid", WGS84_SRID), given.pop("repair", False)
    if "geometry" in given:
        given["geometry"] = read_shape(given["geometry"], most_vertices=MOST_VERTICES, srid=srid, repair=repair)
    return given
