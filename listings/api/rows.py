"""What the API writes of listings, defined once: each member with its type, what the OpenAPI document says of it, and
for what many listings are read by, its column.

Types are checked by mypy, shapes.py makes the document's shapes of them, and read_rows.py reads the columns. A member
that is added here is in all three.
"""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from django.conf import settings
from django.core.files.storage import default_storage

from accounts.api.representation import VerificationRow
from accounts.enums import OrganisationKind
from geo.api.openapi import a_list, about, one_of, shape_of, without
from listings.api.columns import Column
from listings.enums import (
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
from materials.enums import Unit


def number(value: Decimal | None) -> float | None:
    """A JSON number without a tail of zeros."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _rounded(degrees: float) -> float:
    return round(degrees, 6)


def _photo_address(name: str | None) -> str | None:
    return default_storage.url(name) if name else None


_SLUGS = {condition.value: condition.slug for condition in Condition}
_CONDITION = one_of(list(_SLUGS.values()))
_UNIT = one_of(Unit.values)
_SERVICES = a_list(one_of(ServiceKind.values))


class OrganisationRow(TypedDict):
    id: Annotated[int, Column("CASE WHEN NOT listing.hub_only THEN organisation.id END")]
    name: Annotated[str, Column("organisation.name")]
    kind: Annotated[str, one_of(OrganisationKind.values), Column("organisation.kind")]


class MaterialRow(TypedDict):
    code: Annotated[str, Column("material.code")]
    name: Annotated[str, Column("material.name_{language}")]


class PriceRow(TypedDict):
    kind: Annotated[str, one_of(PriceKind.values), Column("listing.price_kind")]
    eur: Annotated[float | None, Column("listing.price_eur", number)]
    basis: Annotated[str, one_of(PriceBasis.values), Column("listing.price_basis")]


class MunicipalityRow(TypedDict):
    nis: Annotated[str, Column("municipality.nis")]
    name: Annotated[str, Column("municipality.name_{language}")]


class LocationRow(TypedDict):
    lat: Annotated[float, Column("ST_Y(listing.shown_location)", _rounded)]
    lon: Annotated[float, Column("ST_X(listing.shown_location)", _rounded)]
    precision: Annotated[str, one_of(Precision.values), Column("listing.precision")]


class CardRow(TypedDict):
    """What anyone may see of a listing, in a list of many: never its exact location when that is blurred."""

    id: Annotated[int, Column("listing.id")]
    url: Annotated[str, about("The listing's page."), Column("%(root)s::text || listing.id || '/'")]
    kind: Annotated[str, one_of(ListingKind.values), Column("listing.kind")]
    status: Annotated[str, one_of(ListingStatus.values), Column("listing.status")]
    title: Annotated[str, Column("listing.title")]
    language: Annotated[str, one_of(settings.LANGUAGE_CODES), Column("listing.language")]
    is_fictional: Annotated[bool, Column("listing.is_fictional")]
    hub_only: Annotated[
        bool, about("Whether only its hubs know its organisation until that agrees."), Column("listing.hub_only")
    ]
    organisation: Annotated[
        OrganisationRow | None, about("Null where it is hub_only, and its organisation hasn't agreed with yours.")
    ]
    material: MaterialRow | None
    quantity: Annotated[float | None, Column("listing.quantity", number)]
    unit: Annotated[str | None, _UNIT, Column("nullif(listing.unit, '')")]
    mass_kg: Annotated[
        float | None, about("Null where the mass of a unit isn't known."), Column("listing.mass_kg", number)
    ]
    free_quantity: Annotated[
        float | None,
        about("What of quantity is neither held for somebody nor given. Searches and matches go by this."),
        Column("listing.free_quantity", number),
    ]
    free_mass_kg: Annotated[float | None, about("The mass of free_quantity."), Column("listing.free_mass_kg", number)]
    splittable: Annotated[bool, Column("listing.splittable")]
    recurrence: Annotated[str, one_of(Recurrence.values), Column("listing.recurrence")]
    available_from: Annotated[dt.date | None, Column("listing.available_from")]
    available_until: Annotated[dt.date | None, Column("listing.available_until")]
    condition: Annotated[str | None, _CONDITION, Column("listing.condition", _SLUGS.get)]
    price: PriceRow
    pickup: Annotated[bool, Column("listing.pickup")]
    delivery: Annotated[bool, Column("listing.delivery")]
    reach_km: Annotated[int | None, Column("listing.reach_km")]
    needs_services: Annotated[list[str], _SERVICES, Column("listing.needs_services")]
    municipality: MunicipalityRow | None
    hubs: Annotated[
        list[Annotated[str, about("A hub's slug.")]],
        Column("ARRAY(SELECT hub.slug FROM geo_hub hub WHERE hub.id = ANY(listing.hub_ids) ORDER BY hub.id)"),
    ]
    location: Annotated[LocationRow | None, about("Blurred to a grid of about 500 m where precision says so.")]
    photo: Annotated[
        str | None,
        about("The address of the first photo."),
        Column(
            "(SELECT photo.image FROM listings_listingphoto photo WHERE photo.listing_id = listing.id "
            "ORDER BY photo.position, photo.id LIMIT 1)",
            _photo_address,
        ),
    ]
    published_at: Annotated[dt.datetime | None, Column("listing.published_at")]
    # Of services alone:
    service_kinds: NotRequired[Annotated[list[str], _SERVICES, Column("listing.service_kinds")]]
    capacity_per_week: NotRequired[Annotated[float | None, Column("listing.capacity_per_week", number)]]
    capacity_unit: NotRequired[Annotated[str | None, _UNIT, Column("nullif(listing.capacity_unit, '')")]]
    lead_time_days: NotRequired[Annotated[int | None, Column("listing.lead_time_days")]]


class FoundRow(CardRow):
    """A listing that a search found."""

    distance_m: Annotated[int, about("As the crow flies.")]


class FoundAlongRow(FoundRow):
    """A listing that a search along a route found."""

    detour_m: Annotated[int, about("Along a route: how much longer it gets, as the crow flies.")]


FOUND = shape_of(FoundRow, or_more=FoundAlongRow)


class PhotoRow(TypedDict):
    id: int
    url: Annotated[str, about("While the listing isn't public, its organisation alone gets it: by session or token.")]
    width: int
    height: int
    alt: str


class ListingRow(CardRow):
    """One listing with the rest: what a list of many leaves out."""

    description: str
    held: Annotated[float | None, about("Of a lot: what is held for somebody, in its unit. Null for all others.")]
    given: Annotated[float | None, about("Of a lot: what is given, in its unit. Null for all others.")]
    materials: list[Annotated[str, about("What a service takes, by code.")]]
    photos: list[PhotoRow]
    packaging: Annotated[str | None, one_of(Packaging.values)]
    needs_forklift: bool
    has_loading_dock: bool
    eural_code: str | None
    declared_status: Annotated[str, one_of(DeclaredStatus.values)]
    verifications: Annotated[
        list[VerificationRow], about("What hubs verified of its organisation. Empty where you may not know that.")
    ]
    status_evidence: Annotated[str | None, one_of(StatusEvidence.values)]
    status_number: Annotated[str | None, about("Null too where you may not know its organisation.")]
    status_until: Annotated[dt.date | None, about("The last day on which the evidence holds.")]
    reuse_works: Annotated[bool | None, about("Of electrical goods, the reuse checklist. Null: nobody looked.")]
    reuse_safe: bool | None
    reuse_complete: bool | None
    reuse_no_cfc: bool | None
    reuse_no_crt: bool | None
    reuse_ready: Annotated[bool | None, about("Whether it passed the whole checklist; null where that isn't known.")]
    food_date_kind: Annotated[str | None, one_of(FoodDate.values)]
    food_date: Annotated[dt.date | None, about("The best-before or use-by date; available_until is no later.")]
    food_storage: Annotated[str | None, one_of(FoodStorage.values)]
    allergens: Annotated[
        list[str], a_list(one_of(Allergen.values)), about('Of food. Empty where nobody said; "none" is an answer.')
    ]


class OwnListingRow(ListingRow):
    """One listing for members of its organisation: with all that they can write."""

    site: int | None
    reference: str
    catchment_kind: Annotated[str, one_of(CatchmentKind.values)]
    catchment_municipalities: list[Annotated[str, about("A municipality's NIS code.")]]
    catchment_regions: list[int]
    updated_at: Annotated[dt.datetime, about("Its version: see PATCH.")]
    warnings: Annotated[
        list[str],
        about(
            "What its organisation should know, in words: such as which listings tell its blurred place, or its name."
        ),
    ]


class CountRow(TypedDict):
    value: int
    exact: bool


Count = Annotated[CountRow, about("Counting stops at 1000: exact is false then.")]
Corrected = Annotated[dict[str, str], about("Words that no listing has, each with what was searched for instead.")]


class UnderstoodRow(TypedDict):
    """A part of `q` that asks what parameters of the address ask; `asks` holds these."""

    text: str
    asks: dict[str, str]


Understood = Annotated[list[UnderstoodRow], about("What of q is understood, beside what the address asks itself.")]
PassedOver = Annotated[
    list[str],
    about(
        "What of q counts for nothing: words that no listing of its materials has beside the others, or past those "
        "that are looked up, and what can't be asked."
    ),
]


class ListingsMadeRow(TypedDict):
    results: Annotated[list[CardRow], about("In the order in which they were sent.")]


class ListingsRow(TypedDict):
    next: str | None
    results: list[CardRow]


class SearchPageRow(TypedDict):
    count: Count
    next: str | None
    corrected: Corrected
    understood: Understood
    passed_over: PassedOver
    radius_km: float | None
    results: Annotated[list[FoundRow], a_list(FOUND)]


class PointRow(TypedDict):
    type: Literal["Point"]
    coordinates: list[float]


class FeatureRow(TypedDict):
    """GeoJSON (RFC 7946): a listing that was found, its location as a point."""

    type: Literal["Feature"]
    id: int
    geometry: PointRow | None
    properties: Annotated[dict[str, Any], without(FOUND, "location")]


class SearchFeaturesRow(TypedDict):
    count: Count
    next: str | None
    corrected: Corrected
    understood: Understood
    passed_over: PassedOver
    type: Literal["FeatureCollection"]
    features: list[FeatureRow]


class FacetRow(TypedDict):
    value: str
    count: Count


class SearchFacetsRow(TypedDict):
    corrected: Corrected
    understood: Understood
    passed_over: PassedOver
    kinds: list[FacetRow]
    families: list[FacetRow]
    conditions: list[FacetRow]


class BookerRow(TypedDict):
    id: int
    name: str


class BookingRow(TypedDict):
    id: int
    week_start: dt.date
    quantity: Annotated[float, about("In the service's capacity_unit.")]
    supply: Annotated[int | None, about("What it is for: a listing's id.")]
    organisation: BookerRow | None
    note: str


class WeekRow(TypedDict):
    week_start: Annotated[dt.date, about("A Monday.")]
    is_open: bool
    capacity: Annotated[float | None, about("Null where the service doesn't say.")]
    free: Annotated[float | None, about("Null where the service doesn't say what it can take.")]


class CapacityRow(TypedDict):
    unit: Annotated[str | None, _UNIT]
    weeks: list[WeekRow]
    bookings: Annotated[list[BookingRow] | None, about("For those who may book; null for others.")]
