"""The form of a listing. It cleans to the fields that listings.services takes; what may be stored is decided there."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Site
from accounts.validators import visible
from frontend.components.form_fields import AmountField, DateField, EuroField, SiteSelect, WholeField, settle_unit
from frontend.posting.declared_fields import declared_fields
from geo.models import HubRegion, Municipality
from geo.points import point_from
from listings.declarations import BLANK, STATUS_FIELDS
from listings.enums import (
    CatchmentKind,
    Condition,
    DeclaredStatus,
    ListingKind,
    ListingStatus,
    Packaging,
    Precision,
    PriceBasis,
    PriceKind,
    Recurrence,
    ServiceKind,
    StatusEvidence,
)
from listings.likely import check_likely
from listings.models import (
    LARGEST_REACH_KM,
    LONGEST_DESCRIPTION,
    LONGEST_NUMBER,
    LONGEST_REFERENCE,
    LONGEST_TITLE,
    Listing,
)
from listings.validators import LONGEST_EURAL, check_day, check_price, check_quantity
from materials.enums import Unit
from materials.models import Material
from materials.units import allowed_units

#: Fields that the form doesn't mark as optional: publishing asks for them always or with some choices, or empty is an
#: answer of its own, as a demand's condition is.
NEEDED = {
    ListingKind.SUPPLY: {"site", "available_from", "quantity", "unit", "condition", "price_eur"},
    ListingKind.DEMAND: {"site", "available_from", "quantity", "unit", "condition", "price_eur"},
    ListingKind.SERVICE: {
        "site", "available_from", "service_kinds", "materials", "capacity_per_week", "capacity_unit", "reach_km",
        "catchment_municipalities", "catchment_regions", "price_eur",
    },
}  # fmt: skip

_RADIO = forms.RadioSelect
_CHECKS = forms.CheckboxSelectMultiple
#: What a choice has hidden isn't sent (dependents.ts).
_ONLY_SHOWN = {"data-only-shown": True}
_SHOWN = forms.Select(attrs=_ONLY_SHOWN)


class ListingForm(forms.Form):
    """What every kind has: a title, a place, a window, words."""

    title = forms.CharField(
        label=_("Titel"),
        max_length=LONGEST_TITLE,
        required=False,
        help_text=_("Laat leeg en we nemen de naam van het materiaal."),
    )
    description = forms.CharField(
        label=_("Beschrijving"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    site: "forms.ModelChoiceField[Site]" = forms.ModelChoiceField(
        Site.objects.none(), label=_("Vestiging"), required=False, empty_label=_("een andere plek"), widget=SiteSelect
    )
    lat = forms.FloatField(required=False, widget=forms.HiddenInput(attrs={"id": "id_lat"}))
    lon = forms.FloatField(required=False, widget=forms.HiddenInput(attrs={"id": "id_lon"}))
    # The version on the screen, so that nobody overwrites unseen what another changed, or another window.
    seen_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    precision = forms.ChoiceField(
        label=_("Wat zien anderen?"),
        choices=[
            (Precision.EXACT, _("de exacte plek")),
            (Precision.BLURRED, _("alleen de omgeving (ongeveer 500 m)")),
        ],
        widget=_RADIO,
    )
    hub_only = forms.TypedChoiceField(
        label=_("Wie ziet van wie dit is?"),
        choices=[
            ("False", _("iedereen")),
            ("True", _("alleen de hub, tot jullie een aanvraag aanvaarden")),
        ],
        coerce=lambda value: str(value) == "True",
        required=False,
        empty_value=None,
        help_text=_("Kies bij “alleen de hub” ook alleen de omgeving: de exacte plek verraadt wie je bent."),
        widget=_RADIO,
    )
    available_from = DateField(label=_("Vanaf"), required=False, validators=[check_day])
    available_until = DateField(label=_("Tot en met"), required=False, validators=[check_day])
    price_kind = forms.ChoiceField(label=_("Prijs"), choices=PriceKind.choices, widget=_RADIO)
    price_eur = EuroField(label=_("Bedrag in euro"), required=False, validators=[check_price])
    price_basis = forms.ChoiceField(label=_("Dat bedrag geldt"), choices=PriceBasis.choices)
    reference = forms.CharField(
        label=_("Eigen referentie"),
        max_length=LONGEST_REFERENCE,
        required=False,
        help_text=_("Bijvoorbeeld je artikelnummer."),
    )
    # Shown once the amount is more than is likely.
    sure = forms.BooleanField(label=_("Ja, dit klopt"), required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, listing: Listing) -> None:
        self.listing = listing
        super().__init__(data, initial=_initial(listing))
        self.fields["site"].queryset = listing.organisation.sites.all()  # type: ignore[attr-defined]
        for name in (NEEDED[ListingKind(listing.kind)] | {"hub_only"}) & self.fields.keys():
            self.fields[name].is_needed = True  # type: ignore[attr-defined]

    def clean_hub_only(self) -> bool:
        """Who sends the form without it changes nothing."""
        chosen = self.cleaned_data["hub_only"]
        return self.listing.hub_only if chosen is None else bool(chosen)

    #: The amount that a listing of this kind has, and its unit.
    amount, amount_unit = "quantity", "unit"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        settle_unit(self, self.amount, self.amount_unit)
        lat, lon = given.get("lat"), given.get("lon")
        if lat is not None and lon is not None and not self._site_changed_alone():
            try:
                given["location"] = point_from(lat=lat, lon=lon)
            except ValidationError as error:
                self.add_error("lat", [message for messages in error.message_dict.values() for message in messages])
        return given

    def writable(self) -> dict[str, Any]:
        """The fields that hold no mistake, as the service takes them."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("lat", "lon", "sure")}
        if not self.changes():
            # Sent twice, or changed alike by two people: nothing is overwritten.
            given["seen_at"] = None
        if not visible(given.get("title", "")):
            given["title"] = self._made_title()
        return given

    def changes(self) -> list[str]:
        """The fields that differ from what is stored, in the order of the form."""
        made = self._made_title() if not visible(self.cleaned_data.get("title", "")) else None
        same = {"seen_at", "sure"} | ({"title"} if made == self.listing.title else set())
        same |= {"hub_only"} if self.cleaned_data.get("hub_only") == self.listing.hub_only else set()
        return [name for name in self.changed_data if name not in same]

    def check_likely(self) -> None:
        """Raise ValidationError at its field for an amount that is more than is likely, unless whoever sends it is
        sure; not for one that others see already. What is asked has its answer in the form from then on.
        """
        given, listing = self.cleaned_data, self.listing
        asked = given.get(self.amount), given.get(self.amount_unit) or ""
        is_seen = asked == (getattr(listing, self.amount), getattr(listing, self.amount_unit))
        if given["sure"] or (is_seen and listing.status != ListingStatus.DRAFT):
            return
        try:
            check_likely(*asked, given.get("material"))
        except ValidationError as error:
            self.fields["sure"].widget = forms.CheckboxInput()
            raise ValidationError({self.amount: error}) from None

    def is_stale(self) -> bool:
        """Whether what is stored isn't what was on the screen, and differs from what is sent."""
        seen_at = self.cleaned_data.get("seen_at")
        return seen_at is not None and seen_at != self.listing.updated_at and bool(self.changes())

    def right_so_far(self) -> dict[str, Any]:
        """The fields for check_storable(): as writable(), with None for a nullable field that holds a mistake, so that
        no rule compares with its old value. Other wrong fields are left out.
        """
        wrong = self.errors.keys() & self.fields.keys() - {"lat", "lon", "seen_at"}
        given = self.writable() | {name: None for name in wrong if Listing._meta.get_field(name).null}
        return {name: value for name, value in given.items() if name != "seen_at"}

    def untold(self, error: ValidationError) -> ValidationError:
        """A refusal without what the form says already, and without that of an empty title: we make one once the
        other fields that lack are there.
        """
        if not hasattr(error, "error_dict"):
            return error
        told = set(self.errors)
        if told & {"lat", "lon"}:
            told.add("location")
        if self.amount_unit in told:
            told.add(self.amount)
        others = {name: of_field for name, of_field in error.error_dict.items() if name not in told}
        if not visible(self.cleaned_data.get("title", "")) and (told or others.keys() - {"title"}):
            others.pop("title", None)
        return ValidationError(others)

    def tokens(self, name: str) -> list[tuple[str, str]]:
        """What is chosen in a field of many, as it stands: (value, label) of each."""
        field = self.fields[name]
        key = field.to_field_name  # type: ignore[attr-defined]
        if self.is_bound:
            given = self.data.getlist(name)  # type: ignore[attr-defined]
            rows = field.queryset.filter(**{f"{key}__in": given[:300]})  # type: ignore[attr-defined]
        else:
            rows = self.initial[name]
        return [(getattr(row, key), str(row)) for row in rows]

    def _made_title(self) -> str:
        return ""

    def _site_changed_alone(self) -> bool:
        """Without JavaScript the hidden point stays where the former site was: the new site's own point counts."""
        return "site" in self.changed_data and not {"lat", "lon"} & set(self.changed_data)


class GoodsForm(ListingForm):
    """Supply or demand."""

    material = forms.CharField(required=False, widget=forms.HiddenInput)
    quantity = AmountField(label=_("Hoeveelheid"), required=False, validators=[check_quantity])
    unit = forms.ChoiceField(
        label=_("Eenheid"),
        choices=[("", "–"), *Unit.choices],
        required=False,
        error_messages={"invalid_choice": _("Deze eenheid past niet bij het materiaal. Kies een andere.")},
    )
    splittable = forms.BooleanField(label=_("Mag in delen weg"), required=False)
    recurrence = forms.ChoiceField(label=_("Hoe vaak?"), choices=Recurrence.choices, widget=_RADIO)
    condition = forms.TypedChoiceField(
        label=_("Staat"), choices=list(reversed(Condition.choices)), coerce=int, empty_value=None, required=False,
        widget=_RADIO,
    )  # fmt: skip
    pickup = forms.BooleanField(label=_("Afhalen"), required=False)
    delivery = forms.BooleanField(label=_("Leveren"), required=False)
    reach_km = WholeField(label=_("Hoogstens zo ver (km)"), min_value=1, max_value=LARGEST_REACH_KM, required=False)
    packaging = forms.ChoiceField(
        label=_("Verpakking"), choices=[("", _("niet gezegd")), *Packaging.choices], required=False
    )
    needs_forklift = forms.BooleanField(label=_("Heftruck nodig"), required=False)
    has_loading_dock = forms.BooleanField(label=_("Laadkade aanwezig"), required=False)
    needs_services = forms.MultipleChoiceField(
        label=_("Wat moet er eerst mee gebeuren?"), choices=ServiceKind.choices, required=False, widget=_CHECKS
    )
    eural_code = forms.CharField(label=_("Euralcode"), max_length=LONGEST_EURAL, required=False)
    declared_status = forms.ChoiceField(label=_("Juridische status"), choices=DeclaredStatus.choices)
    status_evidence = forms.ChoiceField(
        label=_("Waarop steun je?"), choices=[("", "–"), *StatusEvidence.choices], required=False, widget=_SHOWN
    )
    status_number = forms.CharField(
        label=_("Nummer"), max_length=LONGEST_NUMBER, required=False, widget=forms.TextInput(attrs=_ONLY_SHOWN)
    )
    status_until = DateField(label=_("Geldig tot en met"), required=False, validators=[check_day])

    def __init__(self, data: Any = None, *, listing: Listing) -> None:
        super().__init__(data, listing=listing)
        self.fields["status_until"].widget.attrs |= _ONLY_SHOWN
        if listing.kind == ListingKind.DEMAND:
            supplied = ("needs_services", "eural_code", "declared_status", "packaging", "has_loading_dock")
            for name in (*supplied, *STATUS_FIELDS):
                del self.fields[name]
            self.fields["condition"].choices = [("", _("maakt niet uit")), *reversed(Condition.choices)]  # type: ignore[attr-defined]
            self.fields["condition"].label = _("Minstens in deze staat")
            self.fields["price_kind"].choices = [  # type: ignore[attr-defined]
                (PriceKind.ON_REQUEST, _("nog af te spreken")),
                (PriceKind.FREE, _("liefst gratis")),
                (PriceKind.FIXED, _("ik betaal hoogstens …")),
                (PriceKind.REMOVAL_FEE, _("ik vraag een vergoeding om het op te halen")),
            ]
            self.fields["pickup"].label, self.fields["delivery"].label = _("Ik haal zelf op"), _("Graag geleverd")
        chosen = self.material_now()
        self.fields |= declared_fields(listing, chosen)
        if chosen is not None:
            units = allowed_units(chosen)
            self.fields["unit"].choices = [(unit.value, unit.label) for unit in units]  # type: ignore[attr-defined]

    def material_now(self) -> Material | None:
        """What is chosen in the form as it stands, or stored."""
        if self.is_bound:
            return Material.objects.filter(code=str(self.data.get("material", ""))[:60]).first()
        return self.listing.material

    def clean_material(self) -> Material | None:
        code = self.cleaned_data["material"]
        if not code:
            return None
        found = self.material_now()
        if found is None:
            raise ValidationError(_("Kies een materiaal uit de lijst."))
        return found

    def _made_title(self) -> str:
        material = self.cleaned_data.get("material")
        return material.name if material else ""


class ServiceForm(ListingForm):
    """Repair, sorting, washing and the like."""

    amount, amount_unit = "capacity_per_week", "capacity_unit"

    title = forms.CharField(
        label=_("Titel"),
        max_length=LONGEST_TITLE,
        required=False,
        help_text=_("Laat leeg en we noemen dienst en materialen."),
    )
    price_kind = forms.ChoiceField(
        label=_("Prijs"),
        choices=[choice for choice in PriceKind.choices if choice[0] != PriceKind.REMOVAL_FEE],
        widget=_RADIO,
    )

    service_kinds = forms.MultipleChoiceField(
        label=_("Welke dienst?"), choices=ServiceKind.choices, required=False, widget=_CHECKS
    )
    materials = forms.ModelMultipleChoiceField(
        Material.objects.all(), label=_("Welke materialen neem je aan?"), to_field_name="code", required=False
    )
    capacity_per_week = AmountField(label=_("Capaciteit per week"), required=False, validators=[check_quantity])
    capacity_unit = forms.ChoiceField(label=_("Eenheid"), choices=[("", "–"), *Unit.choices], required=False)
    lead_time_days = WholeField(label=_("Doorlooptijd (dagen)"), min_value=0, max_value=365, required=False)
    catchment_kind = forms.ChoiceField(label=_("Waar werk je?"), choices=CatchmentKind.choices, widget=_RADIO)
    reach_km = WholeField(label=_("Straal (km)"), min_value=1, max_value=LARGEST_REACH_KM, required=False)
    catchment_municipalities = forms.ModelMultipleChoiceField(
        Municipality.objects.all(), label=_("Gemeenten"), to_field_name="nis", required=False
    )
    catchment_regions = forms.ModelMultipleChoiceField(
        HubRegion.objects.select_related("hub"), label=_("Hubregio's"), required=False, widget=_CHECKS
    )

    def _made_title(self) -> str:
        kinds = [str(ServiceKind(kind).label) for kind in self.cleaned_data.get("service_kinds", [])]
        names = [material.name.lower() for material in self.cleaned_data.get("materials", [])]
        return f"{', '.join(kinds)}: {', '.join(names)}".capitalize()[:LONGEST_TITLE] if kinds and names else ""


def listing_form(listing: Listing, data: Any = None) -> ListingForm:
    """The form that fits the listing's kind, bound where data is given."""
    form = ServiceForm if listing.kind == ListingKind.SERVICE else GoodsForm
    return form(data, listing=listing)


def _initial(listing: Listing) -> dict[str, Any]:
    names = {*ListingForm.base_fields, *GoodsForm.base_fields, *ServiceForm.base_fields}
    names -= {"lat", "lon", "seen_at", "sure"}
    sets = {"materials", "catchment_municipalities", "catchment_regions"}
    initial = {name: getattr(listing, name) for name in names - sets}
    initial |= (
        {name: list(getattr(listing, name).all()) for name in sets} if listing.kind == ListingKind.SERVICE else {}
    )
    initial |= {name: getattr(listing, name) for name in BLANK}
    initial["material"] = listing.material.code if listing.material else ""
    if listing.location:
        initial |= {"lat": listing.location.y, "lon": listing.location.x}
    return initial
