"""A listing: the one thing that is searched and paired."""

import datetime as dt

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db.models import F, Func, Q, Value
from django.db.models.functions import NullIf, Round
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.unnamed import unnamed
from geo.points import METRIC_SRID, WGS84_SRID
from listings.enums import (
    HAZARDOUS_MARK,
    Allergen,
    CatchmentKind,
    Condition,
    DeclaredStatus,
    FoodDate,
    FoodStorage,
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
from listings.fields import IntegerMultirangeField
from listings.models.constraints import MendedByFields
from listings.querysets import ListingQuerySet, in_sample
from materials.enums import Unit

LARGEST_QUANTITY = 10**9
#: How far a listing may go at most, in kilometres.
LARGEST_REACH_KM = 300
#: Letters in a text, at most.
LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_REFERENCE, LONGEST_NUMBER = 140, 4_000, 80, 60

_GOODS = Q(kind__in=["supply", "demand"])
_SERVICE = Q(kind="service")
_DRAFT = Q(status="draft")
_PUBLISHED = Q(status="published")
# Expressions, for a generated column can't be made of another.
_AMOUNT = models.DecimalField(max_digits=14, decimal_places=3)
_FREE = F("quantity") - F("taken_quantity")
# Rounded as the column is: a token for what is searched by and what it is compared with are of one figure.
_FREE_MASS = Round(
    F("mass_kg") * (F("quantity") - F("taken_quantity")) / NullIf(F("quantity"), Value(0), output_field=_AMOUNT),
    precision=3,
)


class Listing(MendedByFields):
    """Supply, demand or service of an organisation at a place.

    A draft may lack anything; every other status has what its kind needs, by constraint.
    `hub_only` has its organisation known to the staff of its hubs alone until it agrees (listings.owners).
    `location` is where it lies exactly. `shown_location` is what everyone but the organisation sees: the same point,
    or a blurred one. `position` is the shown point in metres: searches, distances, tiles and hubs use it alone.
    """

    MENDED_BY = {
        "listing_reference_once": "reference",
        "listing_window_in_order": "available_until",
        "listing_quantity_in_range": "quantity",
        "listing_capacity_in_range": "capacity_per_week",
        "listing_reach_in_range": "reach_km",
        "listing_price_fits_kind": "price_eur",
        "listing_supply_has_condition": "condition",
        "listing_title_unless_draft": "title",
        "listing_ends_with_food": "available_until",
        "listing_food_date_has_kind": "food_date_kind",
        "listing_usable_passed_checklist": "condition",
        "listing_status_number_of_evidence": "status_evidence",
        "listing_hub_only_is_blurred": "precision",
    }

    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="listings")
    site = models.ForeignKey("accounts.Site", models.SET_NULL, null=True, blank=True, related_name="listings")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    reference = models.CharField(_("eigen referentie"), max_length=LONGEST_REFERENCE, blank=True)
    is_fictional = models.BooleanField(_("fictief"), default=False)
    hub_only = models.BooleanField(_("organisatie alleen bekend bij de hub"), default=False, db_default=False)

    kind = models.CharField(_("soort"), max_length=10, choices=ListingKind)
    status = models.CharField(_("status"), max_length=10, choices=ListingStatus, default=ListingStatus.DRAFT)
    title = models.CharField(_("titel"), max_length=LONGEST_TITLE, blank=True)
    description = models.TextField(_("beschrijving"), max_length=LONGEST_DESCRIPTION, blank=True)
    language = models.CharField(_("taal"), max_length=2, choices=settings.LANGUAGES, default="nl")

    material = models.ForeignKey(
        "materials.Material", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("materiaal")
    )
    material_number = models.IntegerField(null=True, editable=False)
    materials = models.ManyToManyField(
        "materials.Material", related_name="+", verbose_name=_("materialen"), blank=True
    )
    material_spans = IntegerMultirangeField(null=True, editable=False)

    quantity = models.DecimalField(_("hoeveelheid"), max_digits=14, decimal_places=3, null=True, blank=True)
    unit = models.CharField(_("eenheid"), max_length=10, choices=Unit, blank=True)
    mass_kg = models.DecimalField(max_digits=16, decimal_places=3, null=True, editable=False)
    # What of a lot is held or given; a trigger of its reservations keeps it (listings.models.balance).
    taken_quantity = models.DecimalField(max_digits=14, decimal_places=3, default=0, db_default=0, editable=False)
    free_quantity = models.GeneratedField(
        expression=_FREE, output_field=models.DecimalField(max_digits=14, decimal_places=3, null=True), db_persist=True
    )
    free_mass_kg = models.GeneratedField(
        expression=_FREE_MASS,
        output_field=models.DecimalField(max_digits=16, decimal_places=3, null=True),
        db_persist=True,
    )
    splittable = models.BooleanField(_("mag in delen weg"), default=True)
    recurrence = models.CharField(_("herhaling"), max_length=10, choices=Recurrence, default=Recurrence.ONE_OFF)
    available_from = models.DateField(_("beschikbaar van"), null=True, blank=True)
    available_until = models.DateField(_("beschikbaar tot"), null=True, blank=True)
    condition = models.SmallIntegerField(_("staat"), choices=Condition, null=True, blank=True)

    price_kind = models.CharField(_("prijs"), max_length=12, choices=PriceKind, default=PriceKind.ON_REQUEST)
    price_eur = models.DecimalField(_("bedrag"), max_digits=10, decimal_places=2, null=True, blank=True)
    price_basis = models.CharField(_("bedrag geldt"), max_length=4, choices=PriceBasis, default=PriceBasis.LOT)

    pickup = models.BooleanField(_("afhalen"), default=True)
    delivery = models.BooleanField(_("leveren"), default=False)
    reach_km = models.SmallIntegerField(_("hoogstens zo ver (km)"), null=True, blank=True)
    packaging = models.CharField(_("verpakking"), max_length=10, choices=Packaging, blank=True)
    needs_forklift = models.BooleanField(_("heftruck nodig"), default=False)
    has_loading_dock = models.BooleanField(_("laadkade aanwezig"), default=False)
    eural_code = models.CharField(_("euralcode"), max_length=8, blank=True)
    declared_status = models.CharField(
        _("juridische status"), max_length=10, choices=DeclaredStatus, default=DeclaredStatus.UNSURE
    )
    status_evidence = models.CharField(_("bewijs"), max_length=12, choices=StatusEvidence, blank=True, default="")
    status_number = models.CharField(_("nummer van het bewijs"), max_length=LONGEST_NUMBER, blank=True, default="")
    status_until = models.DateField(_("bewijs geldig tot en met"), null=True, blank=True)
    # Of electrical goods: the reuse checklist (listings.declarations). Empty is: nobody looked.
    reuse_works = models.BooleanField(_("werkt volledig"), null=True, blank=True)
    reuse_safe = models.BooleanField(_("elektrisch veilig"), null=True, blank=True)
    reuse_complete = models.BooleanField(_("volledig en onbeschadigd"), null=True, blank=True)
    reuse_no_cfc = models.BooleanField(_("zonder cfk of hcfk"), null=True, blank=True)
    reuse_no_crt = models.BooleanField(_("zonder beeldbuis"), null=True, blank=True)
    food_date_kind = models.CharField(
        _("datum op de voeding"), max_length=12, choices=FoodDate, blank=True, default=""
    )
    food_date = models.DateField(_("THT- of TGT-datum"), null=True, blank=True)
    food_storage = models.CharField(_("bewaren"), max_length=8, choices=FoodStorage, blank=True, default="")
    allergens = ArrayField(
        models.CharField(max_length=12, choices=Allergen), verbose_name=_("allergenen"), default=list, blank=True
    )
    needs_services = ArrayField(
        models.CharField(max_length=12, choices=ServiceKind),
        verbose_name=_("nodige diensten"),
        default=list,
        blank=True,
    )

    service_kinds = ArrayField(
        models.CharField(max_length=12, choices=ServiceKind), verbose_name=_("diensten"), default=list, blank=True
    )
    capacity_per_week = models.DecimalField(
        _("capaciteit per week"), max_digits=12, decimal_places=3, null=True, blank=True
    )
    capacity_unit = models.CharField(_("eenheid van de capaciteit"), max_length=10, choices=Unit, blank=True)
    lead_time_days = models.PositiveSmallIntegerField(_("doorlooptijd (dagen)"), null=True, blank=True)
    catchment_kind = models.CharField(
        _("werkgebied"), max_length=15, choices=CatchmentKind, default=CatchmentKind.RADIUS
    )
    catchment_municipalities = models.ManyToManyField(
        "geo.Municipality", related_name="+", verbose_name=_("gemeenten"), blank=True
    )
    catchment_regions = models.ManyToManyField(
        "geo.HubRegion", related_name="+", verbose_name=_("hubregio's"), blank=True
    )

    location = models.PointField(_("plek"), srid=WGS84_SRID, null=True, blank=True, spatial_index=False)
    precision = models.CharField(_("nauwkeurigheid"), max_length=8, choices=Precision, default=Precision.EXACT)
    shown_location = models.PointField(srid=WGS84_SRID, null=True, editable=False, spatial_index=False)
    position = models.GeneratedField(
        expression=Transform("shown_location", METRIC_SRID),
        output_field=models.PointField(srid=METRIC_SRID, null=True, spatial_index=False),
        db_persist=True,
    )
    municipality = models.ForeignKey("geo.Municipality", models.PROTECT, null=True, related_name="+", editable=False)
    hub_ids = ArrayField(models.IntegerField(), default=list, editable=False)

    search_vector = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="dutch_unaccent")
        + SearchVector("description", weight="B", config="dutch_unaccent"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    # Tokens by which an inverted index finds it; the database makes them (listings.search.facets).
    facets = models.GeneratedField(
        expression=Func(
            "kind", "condition", "price_kind", "price_eur", "unit", _FREE, _FREE_MASS, "available_until",
            "material_number", "needs_services", "service_kinds", "hub_ids", "shown_location",
            function="listing_facets",
        ),
        output_field=ArrayField(models.TextField()),
        db_persist=True,
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    # When pairing last saw this version; empty while a change waits for it.
    paired_at = models.DateTimeField(null=True, editable=False)

    #: Metres from the point of a search; set by searches alone.
    distance_m: float | None = None
    #: Whether the reader may know its organisation though it is hub-only; set by listings.owners.know_owners() alone.
    owner_known: bool = False

    objects = ListingQuerySet.as_manager()

    class Meta:
        verbose_name = _("zoekertje")
        verbose_name_plural = _("zoekertjes")
        indexes = [
            GistIndex(
                fields=["position", "material_number"], name="nearby_supply", condition=_PUBLISHED & Q(kind="supply")
            ),
            GistIndex(
                fields=["position", "material_number"], name="nearby_demand", condition=_PUBLISHED & Q(kind="demand")
            ),
            GistIndex(
                fields=["position", "material_spans"], name="nearby_service", condition=_PUBLISHED & Q(kind="service")
            ),
            GistIndex(fields=["position", "material_spans"], name="nearby_any", condition=_PUBLISHED),
            GistIndex(
                fields=["position", "material_spans"], name="nearby_sampled", condition=_PUBLISHED & Q(in_sample())
            ),
            models.Index(F("published_at").desc(), F("id").desc(), name="newest", condition=_PUBLISHED),
            # When what anyone may find last changed.
            models.Index(fields=["-updated_at"], name="listing_changed_lately", condition=_PUBLISHED),
            GinIndex(fields=["facets", "search_vector"], name="found_by_facets", condition=_PUBLISHED),
            models.Index(fields=["organisation", "status", "-updated_at"], name="listing_of_organisation"),
            models.Index(fields=["available_until"], name="listing_to_expire", condition=_PUBLISHED),
            models.Index(
                fields=["food_date"], name="use_by_to_expire", condition=Q(status="reserved", food_date_kind="use_by")
            ),
            models.Index(fields=["updated_at"], name="listing_to_pair", condition=Q(paired_at__isnull=True) & ~_DRAFT),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "reference"],
                condition=~Q(reference=""),
                name="listing_reference_once",
                violation_error_message=_("Je organisatie gebruikt deze referentie al voor een ander zoekertje."),
            ),
            models.CheckConstraint(
                name="listing_window_in_order",
                condition=Q(available_until__isnull=True) | Q(available_until__gte=F("available_from")),
                violation_error_message=_("De einddatum ligt voor de begindatum. Kies een latere einddatum."),
            ),
            models.CheckConstraint(
                name="listing_quantity_in_range",
                condition=Q(quantity__isnull=True) | Q(quantity__gt=0, quantity__lte=LARGEST_QUANTITY),
                violation_error_message=_("De hoeveelheid moet meer dan 0 zijn en hoogstens een miljard."),
            ),
            models.CheckConstraint(
                name="listing_capacity_in_range",
                condition=Q(capacity_per_week__isnull=True)
                | Q(capacity_per_week__gt=0, capacity_per_week__lte=LARGEST_QUANTITY),
                violation_error_message=_("De capaciteit moet meer dan 0 zijn."),
            ),
            models.CheckConstraint(
                name="listing_reach_in_range",
                condition=Q(reach_km__isnull=True) | Q(reach_km__gte=1, reach_km__lte=LARGEST_REACH_KM),
                violation_error_message=_("De afstand moet tussen 1 en 300 km liggen."),
            ),
            models.CheckConstraint(
                name="listing_price_fits_kind",
                condition=Q(price_kind__in=["free", "on_request"], price_eur__isnull=True)
                | Q(price_kind__in=["fixed", "removal_fee"], price_eur__isnull=False, price_eur__gte=0)
                | (_DRAFT & Q(price_eur__isnull=True)),
                violation_error_message=_("Geef een bedrag bij een vaste prijs of vergoeding, en anders geen."),
            ),
            models.CheckConstraint(
                name="listing_goods_complete",
                condition=_DRAFT
                | _SERVICE
                | Q(
                    material__isnull=False,
                    material_number__isnull=False,
                    quantity__isnull=False,
                    available_from__isnull=False,
                    position__isnull=False,
                )
                & ~Q(unit=""),
                violation_error_message=_(
                    "Aanbod of vraag heeft een materiaal, een hoeveelheid, een datum en een plek nodig."
                ),
            ),
            models.CheckConstraint(
                name="listing_supply_has_condition",
                condition=_DRAFT | ~Q(kind="supply") | Q(condition__isnull=False),
                violation_error_message=_("Kies in welke staat het materiaal is."),
            ),
            models.CheckConstraint(
                name="listing_service_complete",
                condition=_DRAFT
                | _GOODS
                | Q(
                    service_kinds__len__gt=0,
                    material_spans__isnull=False,
                    available_from__isnull=False,
                    position__isnull=False,
                ),
                violation_error_message=_("Een dienst heeft een soort, materialen, een begindatum en een plek nodig."),
            ),
            models.CheckConstraint(
                name="listing_title_unless_draft",
                condition=_DRAFT | ~Q(title=""),
                violation_error_message=_("Geef het zoekertje een titel."),
            ),
            models.CheckConstraint(
                name="listing_ends_with_food",
                condition=Q(food_date__isnull=True)
                | Q(available_until__isnull=False, available_until__lte=F("food_date")),
                violation_error_message=_(
                    "Voeding blijft hoogstens staan tot haar datum. Kies een vroegere einddatum."
                ),
            ),
            models.CheckConstraint(
                name="listing_food_date_has_kind",
                condition=Q(food_date__isnull=True) | Q(food_date_kind__in=["best_before", "use_by"]),
                violation_error_message=_("Kies of deze datum een THT- of een TGT-datum is."),
            ),
            models.CheckConstraint(
                name="listing_usable_passed_checklist",
                condition=Q(condition__isnull=True)
                | Q(condition__lte=Condition.TO_REPAIR)
                | ~(
                    Q(reuse_works=False)
                    | Q(reuse_safe=False)
                    | Q(reuse_complete=False)
                    | Q(reuse_no_cfc=False)
                    | Q(reuse_no_crt=False)
                ),
                violation_error_message=_("Wat niet door de controle komt, is te herstellen of voor onderdelen."),
            ),
            models.CheckConstraint(
                name="listing_status_number_of_evidence",
                condition=~Q(status_evidence="") | Q(status_number="", status_until__isnull=True),
                violation_error_message=_("Kies welk bewijs dit is."),
            ),
            models.CheckConstraint(
                name="listing_hub_only_is_blurred",
                condition=Q(hub_only=False) | Q(precision="blurred"),
                violation_error_message=_("De exacte plek verraadt wie je bent. Toon alleen de omgeving."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Concept zonder titel"))

    @property
    def shown_organisation(self) -> Organisation:
        """Its organisation as the reader may know it; what people are shown goes by this."""
        return self.organisation if self.shows_owner else unnamed()

    @property
    def shows_owner(self) -> bool:
        return self.owner_known or not self.hub_only

    @property
    def is_titled_by_material(self) -> bool:
        """Whether its title says nothing but the name of its material, in whatever language. Reads the material."""
        names = (self.material.name_nl, self.material.name_en, self.material.name_fr) if self.material else ()
        return self.title in names

    @property
    def heading(self) -> str:
        """Its title; the name of its material is given in the reader's language. Reads the material."""
        return str(self.material if self.is_titled_by_material else self)

    @property
    def is_hazardous(self) -> bool:
        """Whether its EURAL code is one of hazardous waste. What becomes of that, people arrange themselves."""
        return self.eural_code.endswith(HAZARDOUS_MARK)

    @property
    def is_waste(self) -> bool:
        return self.declared_status == DeclaredStatus.WASTE

    @property
    def reuse_ready(self) -> bool | None:
        """Whether it passed the whole reuse checklist; None where some of it nobody looked at and the rest is well."""
        answers = {self.reuse_works, self.reuse_safe, self.reuse_complete, self.reuse_no_cfc, self.reuse_no_crt}
        if False in answers:
            return False
        return None if None in answers else True

    def is_over(self, today: dt.date) -> bool:
        """Whether it ended before today."""
        return self.available_until is not None and self.available_until < today

    def get_absolute_url(self) -> str:
        return reverse("listing", args=[self.pk])
