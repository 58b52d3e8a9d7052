"""Forms of organisations, their sites and members."""

from typing import Any

from django import forms
from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberRole, OrganisationKind
from accounts.models import Organisation, Site
from geo.addresses import is_configured, pin_of
from geo.points import point_from
from geo.towns import StoredTowns, Town, check_together, find_town, split


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
        label=_("Postcode"),
        max_length=20,
        widget=forms.TextInput(
            # behaviour/postal.ts fills the place.
            attrs={"inputmode": "numeric", "data-fills": "id_place_name", "data-source": reverse_lazy("api-geocode")}
        ),
    )
    place_name = forms.CharField(label=_("Plaats"), max_length=60)
    establishment_number = forms.CharField(
        label=_("Vestigingsnummer"), max_length=120, required=False, help_text=_("Bijvoorbeeld 2.000.000.042.")
    )
    lat = forms.FloatField(required=False, widget=forms.HiddenInput(attrs={"id": "id_lat"}))
    lon = forms.FloatField(required=False, widget=forms.HiddenInput(attrs={"id": "id_lon"}))

    def __init__(self, data: Any = None, *, site: Site | None = None) -> None:
        #: What the reader should know of the pin that was set for them.
        self.said = ""
        names = set(self.base_fields) - {"lat", "lon"}
        initial = {name: getattr(site, name) for name in names} if site else {}
        if site:
            initial |= {"lat": site.location.y, "lon": site.location.x}
        super().__init__(data, initial=initial)

    def clean(self) -> dict[str, Any]:
        """The point from the map, else that of the town."""
        given = super().clean() or self.cleaned_data
        lat, lon = given.pop("lat", None), given.pop("lon", None)
        if self.errors:
            return given
        try:
            code, name = split(given["postal_code"], given["place_name"])
            if lat is None or lon is None:
                given["location"] = self._pin(find_town(code, name, StoredTowns()), given)
            else:
                given["location"] = point_from(lat=lat, lon=lon)
                check_together(code, name, StoredTowns())
            given |= {"postal_code": code, "place_name": name}
        except ValidationError as error:
            self._refuse(error)
        return given

    @property
    def pin_help(self) -> str:
        if is_configured():
            return str(_("Zonder speld zoeken we het huisnummer op. Kennen we dat niet, dan staat ze in het dorp."))
        return str(_("Zonder speld staat ze in het dorp van de postcode, niet bij het adres: versleep ze."))

    def _pin(self, town: Town, given: dict[str, Any]) -> Point:
        """Where the house stands, or else its town; `said` tells which, where it is the town."""
        pin = pin_of(town, given.get("street", ""), given.get("house_number", ""))
        if not pin.is_house:
            words = _("De speld staat in %(town)s, niet bij het adres. Versleep ze op de kaart.") % {
                "town": town.words
            }
            down = _("De adresdienst antwoordt niet.")
            self.said = f"{down} {words}" if pin.is_down else str(words)
        return pin.point

    def _refuse(self, error: ValidationError) -> None:
        """Say what is wrong at the field that holds it; a code of elsewhere needs a point on the map."""
        for field, messages in error.message_dict.items():
            words = [*messages, _("Of zet zelf een punt op de kaart.")] if field == "postal_code" else messages
            self.add_error(_FIELDS.get(field), " ".join(map(str, words)))


#: Fields of the form by what the look-up calls them.
_FIELDS = {"postal_code": "postal_code", "town": "place_name"}


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("E-mailadres"))
    role = forms.ChoiceField(label=_("Rol"), choices=MemberRole.choices, initial=MemberRole.MEMBER)
