"""Published listings, as each person may see them."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, Func, OuterRef, Q, QuerySet, TextField, Value, When
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from geo.models import Hub
from geo.points import BELGIUM, METRIC_SRID, WGS84_SRID
from listings.enums import Condition, ListingKind, Precision, PriceBasis, PriceKind, Recurrence
from listings.models import Listing
from listings.querysets import Box
from maps.enums import Licence
from maps.ogc.collections.base import Collection, Facts, Viewer
from maps.ogc.crs import CRS84
from maps.ogc.properties import Property, chosen, filled, page_property
from materials.enums import Unit

#: Under what everyone may use listings again: who places one agrees to that (the terms of use say so).
LICENCE = Licence.GRATIS


class _IsOneOf(Func):
    """Whether a list holds a value: `value = ANY(list)`."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def owner_properties(viewer: Viewer) -> Sequence[Property]:
    """Whose a listing is, as far as this viewer may know it (docs/adr/0046); null where they may not."""
    known = Q(hub_only=False)
    if viewer.is_authenticated:
        known |= Q(pk__in=Listing.objects.filter(hub_only=True).owner_known_to(viewer).values("pk"))
    return (
        Property("organisation", _("organisatie"), Case(When(known, then="organisation__name"))),
        Property(
            "organisation_kind",
            _("soort organisatie"),
            Case(When(known, then="organisation__kind")),
            choices=OrganisationKind.values,
        ),
    )


class ListingCollection(Collection):
    """Supply, demand and services that anyone may find. Where one is blurred, its place is the blurred one for all."""

    id = "listings"
    stored = CRS84
    columns = {WGS84_SRID: "shown_location", METRIC_SRID: "position"}
    shape = "geometry-point"
    position = "position"
    time = ("available_from", "available_until")

    def rows(self) -> QuerySet[Any]:
        return Listing.objects.published()

    def facts(self) -> Facts:
        return Facts(
            title=gettext("Zoekertjes"),
            description=gettext(
                "Aanbod, vraag en diensten die nu te vinden zijn. Waar “precision” “blurred” is, ligt het zoekertje "
                "ergens in een vak van 500 m rond dit punt."
            ),
            licence=str(LICENCE.label),
            licence_address=LICENCE.address,
        )

    def extent(self) -> Box | None:
        return BELGIUM

    @cached_property
    def properties(self) -> Sequence[Property]:
        language = get_language() or "nl"
        slugs = Case(
            *(When(Q(condition=each.value), then=Value(each.slug)) for each in Condition), output_field=TextField()
        )
        hubs = Hub.objects.filter(_IsOneOf("pk", OuterRef("hub_ids"))).order_by("pk")
        return (
            chosen("kind", ListingKind, "kind", _("soort")),
            Property("title", _("titel"), "title", always=True),
            Property("description", _("beschrijving"), filled("description"), asked=False),
            *owner_properties(self.viewer),
            Property("material", _("materiaal, als code"), "material__code"),
            Property("material_name", _("materiaal"), f"material__name_{language}"),
            Property("quantity", _("hoeveelheid"), "quantity", "number"),
            chosen("unit", Unit, "unit", _("eenheid"), empty=True),
            Property("mass_kg", _("massa in kilogram"), "mass_kg", "number"),
            Property("free_quantity", _("hoeveel daarvan vrij is"), "free_quantity", "number"),
            chosen("recurrence", Recurrence, "recurrence", _("herhaling")),
            Property("available_from", _("beschikbaar van"), "available_from", format="date"),
            Property("available_until", _("beschikbaar tot"), "available_until", format="date"),
            Property("condition", _("staat"), slugs, choices=[each.slug for each in Condition]),
            chosen("price_kind", PriceKind, "price_kind", _("prijs")),
            Property("price_eur", _("bedrag in euro"), "price_eur", "number"),
            chosen("price_basis", PriceBasis, "price_basis", _("bedrag geldt")),
            Property("needs_services", _("nodige diensten"), "needs_services", "array", always=True),
            Property("service_kinds", _("diensten"), "service_kinds", "array", always=True),
            Property("municipality", _("gemeente"), f"municipality__name_{language}"),
            Property("nis", _("NIS-code van de gemeente"), "municipality__nis"),
            Property("hubs", _("hubs, als in hun adres"), ArraySubquery(hubs.values("slug")), "array", always=True),
            chosen("precision", Precision, "precision", _("nauwkeurigheid")),
            Property("published_at", _("gepubliceerd"), "published_at", format="date-time", asked=False, always=True),
            Property("language", _("taal"), "language", always=True),
            Property("is_fictional", _("fictief"), "is_fictional", "boolean", always=True),
            page_property("listing"),
        )
