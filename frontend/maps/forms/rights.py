"""Who gets a right in a layer, and partners that get rights together."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, User
from frontend.maps.forms.choices import NONE_CHOSEN
from frontend.maps.organisation_field import OrganisationField
from geo.models import Hub
from maps.enums import Power
from maps.models import MapLayer, PartnerGroup


class RightForm(forms.Form):
    """A right in a layer: for a person by address, one of the hub's partners or groups, or any other organisation."""

    holder = forms.ChoiceField(label=gettext_lazy("Partner of groep"), required=False)
    organisation = OrganisationField(
        label=gettext_lazy("Of een andere organisatie"), help_text=gettext_lazy("Met naam of ondernemingsnummer.")
    )
    email = forms.EmailField(label=gettext_lazy("Of een persoon, met e-mailadres"), required=False)
    power = forms.TypedChoiceField(label=gettext_lazy("Mag"), choices=Power.choices, coerce=int)

    def __init__(self, data: Any = None, *, layer: MapLayer, **more: Any) -> None:
        super().__init__(data, **more)
        groups = PartnerGroup.objects.filter(hub=layer.map.hub_id)
        partners = Organisation.objects.partners_of(layer.map.hub)
        self.holders: dict[str, Organisation | PartnerGroup] = {
            **{f"g{group.pk}": group for group in groups},
            **{f"o{partner.pk}": partner for partner in partners},
        }
        choices = [NONE_CHOSEN, *((key, str(row)) for key, row in self.holders.items())]
        self.fields["holder"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = dict(super().clean() or self.cleaned_data)
        holder, organisation, email = given.get("holder"), given.get("organisation"), given.get("email")
        if sum(map(bool, (holder, organisation, email))) != 1 and not self.errors:
            raise ValidationError(_("Geef één: een partner of groep, een andere organisatie, of een e-mailadres."))
        if holder:
            given["to"] = self.holders[holder]
        elif organisation:
            given["to"] = organisation
        elif email:
            given["to"] = User.objects.filter(email__iexact=email).first()
            if given["to"] is None:
                self.add_error("email", _("Niemand heeft een account met dit adres."))
        return given


class GroupForm(forms.Form):
    """Partners that get rights together."""

    name = forms.CharField(label=gettext_lazy("Naam"), max_length=80)
    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("Partners"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, hub: Hub, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["organisations"].queryset = Organisation.objects.partners_of(hub)  # type: ignore[attr-defined]
