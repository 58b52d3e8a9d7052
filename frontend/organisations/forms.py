"""Forms of organisations, their sites and members."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberRole, OrganisationKind
from accounts.models import Organisation, Site
from geo.gazetteer import lies_elsewhere, names_of_postal_code, of_postal_code
from geo.points import point_from


class OrganisationForm(forms.Form):
    name = forms.CharField(label=_("Naam"), max_length=120)
    kind = forms.ChoiceField(label=_("Soort"), choices=OrganisationKind.choices, widget=forms.RadioSelect)
    enterprise_number = forms.CharField(
        label=_("Ondernemingsnummer"), max_length=120, required=False, help_text=_("Bijvoorbeeld 0403.170.701.")
    )
    description = forms.CharField(
        label=_("Wat jullie doen"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    email = forms.EmailField(
        label=_("E-mail voor contact"), required=False, help_text=_("Staat bij je zoekertjes, voor wie ingelogd is.")
    )
    phone = forms.CharField(label=_("Telefoon"), max_length=60, required=False)
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")

    def __init__(self, data: Any = None, *, organisation: Organisation | None = None) -> None:
        initial = {name: getattr(organisation, name) for name in self.base_fields} if organisation else {}
        if organisation:
            initial["enterprise_number"] = organisation.enterprise_number_display
        super().__init__(data, initial=initial)


class SiteForm(forms.Form):
    name = forms.CharField(label=_("Naam van de vestiging"), max_length=80, initial=_("Hoofdvestiging"))
    street = forms.CharField(label=_("Straat"), max_length=100, required=False)
    house_number = forms.CharField(label=_("Nummer"), max_length=12, required=False)
    postal_code = forms.CharField(
        label=_("Postcode"), max_length=4, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    place_name = forms.CharField(label=_("Plaats"), max_length=60)
    establishment_number = forms.CharField(
        label=_("Vestigingsnummer"), max_length=120, required=False, help_text=_("Bijvoorbeeld 2.123.456.778.")
    )
    lat = forms.FloatField(required=False, widget=forms.HiddenInput(attrs={"id": "id_lat"}))
    lon = forms.FloatField(required=False, widget=forms.HiddenInput(attrs={"id": "id_lon"}))

    def __init__(self, data: Any = None, *, site: Site | None = None) -> None:
        names = set(self.base_fields) - {"lat", "lon"}
        initial = {name: getattr(site, name) for name in names} if site else {}
        if site:
            initial |= {"lat": site.location.y, "lon": site.location.x}
        super().__init__(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        """The point from the map, else that of the postal code."""
        given = super().clean() or self.cleaned_data
        lat, lon = given.pop("lat", None), given.pop("lon", None)
        code, name = given.get("postal_code", ""), given.get("place_name", "")
        if lies_elsewhere(code, name):
            words = {"code": code, "place": name, "own": ", ".join(names_of_postal_code(code))}
            self.add_error("place_name", _("%(place)s heeft een andere postcode: %(code)s is %(own)s.") % words)
            return given
        try:
            if lat is not None and lon is not None:
                given["location"] = point_from(lat=lat, lon=lon)
            elif code:
                given["location"] = _point_of(code, name)
        except ValidationError as error:
            self.add_error(None, error.messages)  # type: ignore[arg-type]
        return given


def _point_of(code: str, name: str) -> Any:
    found = of_postal_code(code, name)
    if found is None:
        raise ValidationError(
            _("Postcode %(code)s ligt niet in Vlaanderen of Brussel. Zet zelf een punt op de kaart."),
            params={"code": code},
        )
    return point_from(lat=found.lat, lon=found.lon)


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("E-mailadres"))
    role = forms.ChoiceField(label=_("Rol"), choices=MemberRole.choices, initial=MemberRole.MEMBER)
