"""What the listings' answers look like, for the OpenAPI document.

A name in capitals is a component of it: see marketplace.schema.
"""

from typing import Any

from accounts.enums import OrganisationKind
from geo.api.openapi import (
    BOOLEAN,
    ID,
    MAYBE_DATE,
    MAYBE_NUMBER,
    MAYBE_TEXT,
    NUMBER,
    TEXT,
    a_list,
    an_object,
    maybe,
    one_of,
    with_more,
    without,
)
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
)
from materials.enums import Unit

PHOTO = an_object(id=ID, url=TEXT, width=ID, height=ID, alt=TEXT)

_CARD: dict[str, Any] = {
    "id": ID,
    "url": {"type": "string", "description": "The listing's page."},
    "kind": one_of(ListingKind.values),
    "status": one_of(ListingStatus.values),
    "title": TEXT,
    "language": one_of(["nl", "en", "fr"]),
    "is_fictional": BOOLEAN,
    "organisation": an_object(id=ID, name=TEXT, kind=one_of(OrganisationKind.values)),
    "material": maybe(an_object(code=TEXT, name=TEXT)),
    "quantity": MAYBE_NUMBER,
    "unit": one_of(Unit.values, nullable=True),
    "mass_kg": {**MAYBE_NUMBER, "description": "Null where the mass of a unit isn't known."},
    "splittable": BOOLEAN,
    "recurrence": one_of(Recurrence.values),
    "available_from": MAYBE_DATE,
    "available_until": MAYBE_DATE,
    "condition": one_of([choice.slug for choice in Condition], nullable=True),
    "price": an_object(kind=one_of(PriceKind.values), eur=MAYBE_NUMBER, basis=one_of(PriceBasis.values)),
    "pickup": BOOLEAN,
    "delivery": BOOLEAN,
    "reach_km": {"type": "integer", "nullable": True},
    "needs_services": a_list(one_of(ServiceKind.values)),
    "municipality": maybe(an_object(nis=TEXT, name=TEXT)),
    "hubs": a_list({"type": "string", "description": "A hub's slug."}),
    "location": maybe(
        an_object(
            "Blurred to a grid of about 500 m where precision says so.",
            lat=NUMBER, lon=NUMBER, precision=one_of(Precision.values),
        )
    ),
    "photo": {**MAYBE_TEXT, "description": "The address of the first photo."},
    "published_at": {"type": "string", "format": "date-time", "nullable": True},
}  # fmt: skip
#: Of services alone.
_SERVICE: dict[str, Any] = {
    "service_kinds": a_list(one_of(ServiceKind.values)),
    "capacity_per_week": MAYBE_NUMBER,
    "capacity_unit": one_of(Unit.values, nullable=True),
    "lead_time_days": {"type": "integer", "nullable": True},
}
_REST: dict[str, Any] = {
    "description": TEXT,
    "materials": a_list({"type": "string", "description": "What a service takes, by code."}),
    "photos": a_list(PHOTO),
    "packaging": one_of(Packaging.values, nullable=True),
    "needs_forklift": BOOLEAN,
    "has_loading_dock": BOOLEAN,
    "eural_code": MAYBE_TEXT,
    "declared_status": one_of(DeclaredStatus.values),
}
#: Of your own listings alone.
_OWN: dict[str, Any] = {
    "site": {"type": "integer", "nullable": True},
    "reference": TEXT,
    "catchment_kind": one_of(CatchmentKind.values),
    "catchment_municipalities": a_list({"type": "string", "description": "A municipality's NIS code."}),
    "catchment_regions": a_list(ID),
    "updated_at": {"type": "string", "format": "date-time", "description": "Its version: see PATCH."},
}
_DISTANCE: dict[str, Any] = {
    "distance_m": {"type": "integer", "description": "As the crow flies."},
    "detour_m": {"type": "integer", "description": "Along a route: how much longer it gets, as the crow flies."},
}


CARD = with_more(an_object(**_CARD), **_SERVICE)
LISTING = with_more(an_object(**_CARD, **_REST), **_SERVICE, **_OWN)
SEARCH_RESULT = with_more(CARD, **_DISTANCE)
LISTINGS = an_object(next=MAYBE_TEXT, results=a_list(CARD))

_PAGE = {
    "count": an_object("Counting stops at 1000: exact is false then.", value=ID, exact=BOOLEAN),
    "next": MAYBE_TEXT,
}
_CORRECTED = {
    "type": "object",
    "additionalProperties": TEXT,
    "description": "Words that no listing has, each with what was searched for instead.",
}
SEARCH_PAGE = an_object(**_PAGE, corrected=_CORRECTED, radius_km=MAYBE_NUMBER, results=a_list(SEARCH_RESULT))
SEARCH_FEATURES = an_object(
    **_PAGE,
    corrected=_CORRECTED,
    type=one_of(["FeatureCollection"]),
    features=a_list(
        an_object(
            type=one_of(["Feature"]),
            id=ID,
            geometry=maybe(an_object(type=one_of(["Point"]), coordinates=a_list(NUMBER))),
            properties=without(SEARCH_RESULT, "location"),
        )
    ),
)

_FACETS = a_list(an_object(value=TEXT, count=_PAGE["count"]))
SEARCH_FACETS = an_object(corrected=_CORRECTED, kinds=_FACETS, families=_FACETS, conditions=_FACETS)

BOOKING = an_object(
    id=ID,
    week_start={"type": "string", "format": "date"},
    quantity={"type": "number", "description": "In the service's capacity_unit."},
    supply={"type": "integer", "nullable": True, "description": "What it is for: a listing's id."},
    organisation=maybe(an_object(id=ID, name=TEXT)),
    note=TEXT,
)
CAPACITY = an_object(
    unit=one_of(Unit.values, nullable=True),
    weeks=a_list(
        an_object(
            week_start={"type": "string", "format": "date", "description": "A Monday."},
            is_open=BOOLEAN,
            capacity={**MAYBE_NUMBER, "description": "Null where the service doesn't say."},
            free={**MAYBE_NUMBER, "description": "Null where the service doesn't say what it can take."},
        )
    ),
    bookings={**a_list(BOOKING), "nullable": True, "description": "For those who may book; null for others."},
)
