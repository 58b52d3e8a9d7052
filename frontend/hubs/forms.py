"""Forms of hubs: what they say of themselves, who works for them, the weights of their pairing, whom they verify."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind, StaffRole, VerifiedWhat
from accounts.models import LONGEST_EVIDENCE, Organisation
from accounts.services.verifications import usual_until
from frontend.components.form_fields import BelgianDecimalField, DateField, WholeField
from frontend.hubs.page import sector_code, sector_label
from frontend.matches.pairs import part_labels
from geo.models import LARGEST_BUFFER_KM, Hub
from matching.weights.default_weights import MOST_POINTS

LONGEST_SECTOR, MOST_SECTORS = 40, 20


class HubStaffForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mailadres"), help_text=_("Wie nog geen account heeft, krijgt een uitnodiging per mail.")
    )
    role = forms.ChoiceField(label=_("Rol"), choices=StaffRole.choices, initial=StaffRole.EDITOR)


class VerificationForm(forms.Form):
    """What somebody of a hub looked at. `seen` is what they saw of the organisation while they did."""

    what = forms.ChoiceField(label=_("Wat keek je na"), widget=forms.RadioSelect)
    evidence = forms.CharField(
        label=_("Waaraan zag je het"), max_length=LONGEST_EVIDENCE, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Bijvoorbeeld “KBO-uittreksel van 3 maart”. De organisatie en wie voor de hub werkt, lezen dit."),
    )  # fmt: skip
    until = DateField(label=_("Geldig tot en met"))
    seen = forms.CharField(widget=forms.HiddenInput, strip=False)

    def __init__(self, data: Any = None, *, organisation: Organisation, today: dt.date) -> None:
        super().__init__(data, initial={"until": usual_until(today), "seen": organisation.identity})
        is_social = organisation.kind == OrganisationKind.SOCIAL_ENTERPRISE
        self.fields["what"].choices = VerifiedWhat.choices if is_social else VerifiedWhat.choices[:1]  # type: ignore[attr-defined]
        verified = {badge.what for badge in organisation.badges}
        self.initial["what"] = next((what for what, _label in self.fields["what"].choices if what not in verified), "")  # type: ignore[attr-defined]


class RangeInput(forms.NumberInput):
    input_type = "range"


class HubWeightsForm(forms.Form):
    """Points by part of a score."""

    def __init__(self, data: Any = None, *, points: dict[str, int]) -> None:
        super().__init__(data, initial=points)
        for part, label in part_labels().items():
            self.fields[part] = WholeField(
                label=label.capitalize(), min_value=0, max_value=MOST_POINTS, widget=RangeInput
            )


class HubForm(forms.Form):
    intro = forms.CharField(
        label=_("Voorstelling"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Schrijf in het Nederlands: de pagina zegt dat erbij in andere talen."),
    )  # fmt: skip
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Telefoon"), max_length=30, required=False)
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")
    sectors = forms.CharField(label=_("Sectoren"), required=False, help_text=_("Met een komma ertussen."))
    buffer_km = BelgianDecimalField(
        label=_("Rand rond de regio (km)"), min_value=0, max_value=LARGEST_BUFFER_KM,
        help_text=_("Zoekertjes in deze rand tonen we mee, waar de gemeente geen eigen hub heeft."),
    )  # fmt: skip
    shows_neighbours = forms.BooleanField(label=_("Toon in die rand ook zoekertjes van buurhubs"), required=False)

    def __init__(self, data: Any = None, *, hub: Hub) -> None:
        initial = {name: getattr(hub, name) for name in self.base_fields} | {
            "sectors": ", ".join(sector_label(sector) for sector in hub.sectors)
        }
        super().__init__(data, initial=initial)

    def clean_sectors(self) -> list[str]:
        typed = [sector.strip() for sector in self.cleaned_data["sectors"].split(",") if sector.strip()]
        if too_long := next((sector for sector in typed if len(sector) > LONGEST_SECTOR), None):
            raise ValidationError(
                _("“%(sector)s” is te lang: een sector heeft hoogstens %(most)d tekens."),
                params={"sector": too_long[:60], "most": LONGEST_SECTOR},
            )
        sectors = list(dict.fromkeys(sector_code(sector) for sector in typed))
        if len(sectors) > MOST_SECTORS:
            raise ValidationError(_("Noem hoogstens %(most)d sectoren."), params={"most": MOST_SECTORS})
        return sectors
