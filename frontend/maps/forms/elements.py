"""An element's form: all that people write of it, and where it is."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import HubStaff, Organisation, Site, User
from frontend.components.coordinates import latitude_field, longitude_field, point_given
from frontend.components.form_fields import BelgianDecimalField, DateField
from frontend.maps.forms.choices import NONE_CHOSEN
from frontend.maps.organisation_field import OrganisationField
from geo.gazetteer import point_of
from geo.shapes import LONGEST_TEXT, ShapeRefused, read_shape_text
from listings.enums import DeclaredStatus
from listings.validators import LONGEST_EURAL
from maps.enums import Certainty, FeatureKind, Period, QuantityBasis, Visibility
from maps.models import MapFeature, MapLayer
from maps.models import feature as lengths
from materials.enums import Unit
from materials.models import Material

#: Before the name of a material, for each that it is part of.
_INDENT = "\N{EM SPACE}"


class _MaterialField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """The whole tree, each below what it is part of."""

    def label_from_instance(self, obj: Any) -> str:
        return _INDENT * obj.depth + str(obj)


class ElementForm(forms.Form):
    """All that people write of an element. Where it is: an address, coordinates, or a shape as text."""

    title = forms.CharField(label=gettext_lazy("Titel"), max_length=lengths.LONGEST_TITLE)
    kind = forms.ChoiceField(label=gettext_lazy("Soort"), choices=FeatureKind.choices, widget=forms.RadioSelect)
    description = forms.CharField(
        label=gettext_lazy("Beschrijving"),
        max_length=lengths.LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    place = forms.CharField(
        label=gettext_lazy("Adres of plaats"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Of geef hieronder coördinaten of een vorm."),
    )
    lat = latitude_field()
    lon = longitude_field()
    shape = forms.CharField(
        label=gettext_lazy("Lijn of vlak"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy("Als WKT of GeoJSON, zoals LINESTRING(3.71 51.05, 3.72 51.06)."),
    )
    repair = forms.BooleanField(label=gettext_lazy("Herstel de vorm als ze zichzelf kruist"), required=False)
    material = _MaterialField(
        Material.objects.order_by("tree_left"), label=gettext_lazy("Materiaal"), required=False, to_field_name="code"
    )
    quantity = BelgianDecimalField(label=gettext_lazy("Hoeveelheid"), required=False, max_digits=14, decimal_places=3)
    unit = forms.ChoiceField(label=gettext_lazy("Eenheid"), choices=[NONE_CHOSEN, *Unit.choices], required=False)
    period = forms.ChoiceField(
        label=gettext_lazy("Per"),
        choices=[NONE_CHOSEN, *Period.choices],
        required=False,
        help_text=gettext_lazy("Van een stroom."),
    )
    quantity_basis = forms.ChoiceField(label=gettext_lazy("Hoe weet je dat?"), choices=QuantityBasis.choices)
    season_months = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Enkel in deze maanden"),
        coerce=int,
        required=False,
        choices=[(month, str(month)) for month in lengths.MONTHS],
        widget=forms.CheckboxSelectMultiple,
    )
    form = forms.CharField(label=gettext_lazy("Vorm"), max_length=lengths.LONGEST_LINE, required=False)
    composition = forms.CharField(
        label=gettext_lazy("Samenstelling"),
        max_length=lengths.LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    contaminants = forms.CharField(
        label=gettext_lazy("Verontreiniging"),
        max_length=lengths.LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    declared_status = forms.ChoiceField(label=gettext_lazy("Juridische status"), choices=DeclaredStatus.choices)
    eural_code = forms.CharField(label=gettext_lazy("Euralcode"), max_length=LONGEST_EURAL, required=False)
    source_organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("Organisatie van de bron"),
        required=False,
        to_field_name="slug",
        help_text=gettext_lazy("Een partner van de hub. Een andere schrijf je hieronder."),
    )
    other_source = OrganisationField(
        label=gettext_lazy("Andere organisatie van de bron"),
        help_text=gettext_lazy(
            "Met naam of ondernemingsnummer. Staat ze niet in Werkstof, geef dan een naam van de bron."
        ),
    )
    source_name = forms.CharField(
        label=gettext_lazy("Naam van de bron"), max_length=lengths.LONGEST_LINE, required=False
    )
    site = forms.ModelChoiceField(Site.objects.none(), label=gettext_lazy("Vestiging"), required=False)
    source_reference = forms.CharField(
        label=gettext_lazy("Nummer bij de bron"), max_length=lengths.LONGEST_LINE, required=False
    )
    destination = forms.CharField(
        label=gettext_lazy("Huidige bestemming"), max_length=lengths.LONGEST_LINE, required=False
    )
    available_from = DateField(label=gettext_lazy("Beschikbaar van"), required=False)
    available_until = DateField(label=gettext_lazy("Beschikbaar tot"), required=False)
    certainty = forms.ChoiceField(label=gettext_lazy("Zekerheid"), choices=Certainty.choices)
    owner = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Eigenaar bij de hub"), required=False)
    visibility = forms.TypedChoiceField(label=gettext_lazy("Zichtbaar voor"), coerce=int)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, layer: MapLayer, feature: MapFeature | None = None, staff: bool, **more: Any
    ) -> None:
        super().__init__(data, initial=_initial(layer, feature), **more)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = NONE_CHOSEN[1]
        #: Why the shape can't be kept, with where and what was probably meant.
        self.shape_refused: ShapeRefused | None = None
        partners = Organisation.objects.partners_of(layer.map.hub)
        kept = feature.source_organisation if feature else None
        sources = Organisation.objects.filter(
            pk__in=[*partners.values_list("pk", flat=True), *([kept.pk] if kept else [])]
        )
        self.fields["source_organisation"].queryset = sources  # type: ignore[attr-defined]
        self.fields["site"].queryset = Site.objects.filter(organisation__in=sources)  # type: ignore[attr-defined]
        months = [(month, date_format(dt.date(2000, month, 1), "F")) for month in lengths.MONTHS]
        self.fields["season_months"].choices = months  # type: ignore[attr-defined]
        widest = [choice for choice in Visibility.choices if choice[0] <= layer.visibility]
        self.fields["visibility"].choices = widest  # type: ignore[attr-defined]
        if staff:
            people = HubStaff.objects.filter(hub=layer.map.hub_id).values("user")
            self.fields["owner"].queryset = User.objects.filter(pk__in=people)  # type: ignore[attr-defined]
        else:
            del self.fields["owner"]

    def clean(self) -> dict[str, Any]:
        given = dict(super().clean() or self.cleaned_data)
        self._take_other_source(given)
        place, shape = given.pop("place", ""), given.pop("shape", "")
        lat, lon, repair = given.pop("lat", ""), given.pop("lon", ""), given.pop("repair", False)
        ways = [name for name, said in (("place", place), ("shape", shape), ("lat", lat or lon)) if said]
        changed = [
            name for name in ways if name in self.changed_data or (name == "lat" and "lon" in self.changed_data)
        ]
        if len(changed or ways) > 1:
            self.add_error(
                changed[0] if changed else ways[0], _("Zeg op één manier waar het is, en laat de rest leeg.")
            )
            return given
        way = next(iter(changed or ways), None)
        try:
            given["geometry"] = self._geometry(way, place, shape, lat, lon, repair=repair)
        except ValidationError as error:
            self.shape_refused = error if isinstance(error, ShapeRefused) else None
            for messages in error.message_dict.values() if hasattr(error, "error_dict") else [error.messages]:
                self.add_error(way or "place", messages)
        return given

    def _take_other_source(self, given: dict[str, Any]) -> None:
        """Whoever is written is the source: what the list showed gives way."""
        if (other := given.pop("other_source", None)) is not None:
            given["source_organisation"] = other

    def _geometry(self, way: str | None, place: str, shape: str, lat: str, lon: str, *, repair: bool) -> Any:
        match way:
            case "place":
                return point_of(place)
            case "shape":
                return read_shape_text(shape, most_vertices=lengths.MOST_VERTICES, repair=repair)
            case "lat":
                return point_given(lat=lat, lon=lon)
        raise ValidationError(_("Zeg waar het is: geef een adres, coördinaten of een vorm."))


def given_fields(form: ElementForm, names: Iterable[str]) -> dict[str, Any]:
    """What a service takes of a form."""
    return {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}


def _initial(layer: MapLayer, feature: MapFeature | None) -> dict[str, Any]:
    if feature is None:
        return {
            "kind": FeatureKind.STOCK, "visibility": layer.visibility, "quantity_basis": QuantityBasis.UNKNOWN,
            "declared_status": DeclaredStatus.UNSURE, "certainty": Certainty.LIKELY,
        }  # fmt: skip
    plain = (
        "title", "kind", "description", "quantity", "unit", "period", "quantity_basis", "season_months", "form",
        "composition", "contaminants", "declared_status", "eural_code", "source_name", "site", "source_reference",
        "destination", "available_from", "available_until", "certainty", "owner", "visibility", "version",
    )  # fmt: skip
    found = {name: getattr(feature, name) for name in plain}
    found["material"] = feature.material.code if feature.material else None
    found["source_organisation"] = feature.source_organisation.slug if feature.source_organisation else None
    if feature.geometry.geom_type == "Point":
        return found | {"lat": repr(feature.geometry.y), "lon": repr(feature.geometry.x)}
    return found | {"shape": feature.geometry.wkt}
