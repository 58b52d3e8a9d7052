"""What the listings' answers look like, for the OpenAPI document.

A name in capitals is a component of it: see marketplace.schema.
"""

from typing import Any

from accounts.enums import OrganisationKind
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
from listings.models import PlanState
from listings.pairing.plan.unlock import Reason
from listings.pairing.rules import MOST_POINTS, WEIGHT_POINTS
from materials.enums import Unit

_ID = {"type": "integer"}
_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": "string", "nullable": True}
_NUMBER = {"type": "number"}
_MAYBE_NUMBER = {"type": "number", "nullable": True}
_BOOLEAN = {"type": "boolean"}
_MAYBE_DATE = {"type": "string", "format": "date", "nullable": True}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}


def _object(about: str = "", /, **properties: Any) -> dict[str, Any]:
    """All of whose properties are always there."""
    shape: dict[str, Any] = {"type": "object", "properties": properties, "required": list(properties)}
    return shape | {"description": about} if about else shape


def _maybe(shape: dict[str, Any]) -> dict[str, Any]:
    return shape | {"nullable": True}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _choice(values: list[str], nullable: bool = False) -> dict[str, Any]:
    """One of some values; a schema of OpenAPI 3.0 names null among them where it may be that."""
    if nullable:
        return {"type": "string", "enum": [*values, None], "nullable": True}
    return {"type": "string", "enum": values}


PHOTO = _object(id=_ID, url=_TEXT, width=_ID, height=_ID, alt=_TEXT)

_CARD: dict[str, Any] = {
    "id": _ID,
    "url": {"type": "string", "description": "The listing's page."},
    "kind": _choice(ListingKind.values),
    "status": _choice(ListingStatus.values),
    "title": _TEXT,
    "language": _choice(["nl", "en", "fr"]),
    "is_fictional": _BOOLEAN,
    "organisation": _object(id=_ID, name=_TEXT, kind=_choice(OrganisationKind.values)),
    "material": _maybe(_object(code=_TEXT, name=_TEXT)),
    "quantity": _MAYBE_NUMBER,
    "unit": _choice(Unit.values, nullable=True),
    "mass_kg": {**_MAYBE_NUMBER, "description": "Null where the mass of a unit isn't known."},
    "splittable": _BOOLEAN,
    "recurrence": _choice(Recurrence.values),
    "available_from": _MAYBE_DATE,
    "available_until": _MAYBE_DATE,
    "condition": _choice([choice.slug for choice in Condition], nullable=True),
    "price": _object(kind=_choice(PriceKind.values), eur=_MAYBE_NUMBER, basis=_choice(PriceBasis.values)),
    "pickup": _BOOLEAN,
    "delivery": _BOOLEAN,
    "reach_km": {"type": "integer", "nullable": True},
    "needs_services": _list(_choice(ServiceKind.values)),
    "municipality": _maybe(_object(nis=_TEXT, name=_TEXT)),
    "hubs": _list({"type": "string", "description": "A hub's slug."}),
    "location": _maybe(
        _object(
            "Blurred to a grid of about 500 m where precision says so.",
            lat=_NUMBER, lon=_NUMBER, precision=_choice(Precision.values),
        )
    ),
    "photo": {**_MAYBE_TEXT, "description": "The address of the first photo."},
    "published_at": {"type": "string", "format": "date-time", "nullable": True},
}  # fmt: skip
#: Of services alone.
_SERVICE: dict[str, Any] = {
    "service_kinds": _list(_choice(ServiceKind.values)),
    "capacity_per_week": _MAYBE_NUMBER,
    "capacity_unit": _choice(Unit.values, nullable=True),
    "lead_time_days": {"type": "integer", "nullable": True},
}
_REST: dict[str, Any] = {
    "description": _TEXT,
    "materials": _list({"type": "string", "description": "What a service takes, by code."}),
    "photos": _list(PHOTO),
    "packaging": _choice(Packaging.values, nullable=True),
    "needs_forklift": _BOOLEAN,
    "has_loading_dock": _BOOLEAN,
    "eural_code": _MAYBE_TEXT,
    "declared_status": _choice(DeclaredStatus.values),
}
#: Of your own listings alone.
_OWN: dict[str, Any] = {
    "site": {"type": "integer", "nullable": True},
    "reference": _TEXT,
    "catchment_kind": _choice(CatchmentKind.values),
    "catchment_municipalities": _list({"type": "string", "description": "A municipality's NIS code."}),
    "catchment_regions": _list(_ID),
    "updated_at": {"type": "string", "format": "date-time", "description": "Its version: see PATCH."},
}
_DISTANCE: dict[str, Any] = {
    "distance_m": {"type": "integer", "description": "As the crow flies."},
    "detour_m": {"type": "integer", "description": "Along a route: how much longer it gets, as the crow flies."},
}


def _with(shape: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """The shape with more properties, none of them required."""
    return shape | {"properties": shape["properties"] | properties}


def _without(shape: dict[str, Any], name: str) -> dict[str, Any]:
    """The shape lacking one of its properties."""
    properties = {key: value for key, value in shape["properties"].items() if key != name}
    return shape | {"properties": properties, "required": [key for key in shape["required"] if key != name]}


CARD = _with(_object(**_CARD), **_SERVICE)
LISTING = _with(_object(**_CARD, **_REST), **_SERVICE, **_OWN)
SEARCH_RESULT = _with(CARD, **_DISTANCE)
LISTINGS = _object(next=_MAYBE_TEXT, results=_list(CARD))

_PAGE = {
    "count": _object("Counting stops at 1000: exact is false then.", value=_ID, exact=_BOOLEAN),
    "next": _MAYBE_TEXT,
}
_CORRECTED = {
    "type": "object",
    "additionalProperties": _TEXT,
    "description": "Words that no listing has, each with what was searched for instead.",
}
SEARCH_PAGE = _object(**_PAGE, corrected=_CORRECTED, radius_km=_MAYBE_NUMBER, results=_list(SEARCH_RESULT))
SEARCH_FEATURES = _object(
    **_PAGE,
    corrected=_CORRECTED,
    type=_choice(["FeatureCollection"]),
    features=_list(
        _object(
            type=_choice(["Feature"]),
            id=_ID,
            geometry=_maybe(_object(type=_choice(["Point"]), coordinates=_list(_NUMBER))),
            properties=_without(SEARCH_RESULT, "location"),
        )
    ),
)

_FACETS = _list(_object(value=_TEXT, count=_PAGE["count"]))
SEARCH_FACETS = _object(corrected=_CORRECTED, kinds=_FACETS, families=_FACETS, conditions=_FACETS)

SCORE_PARTS = _object(**dict.fromkeys(WEIGHT_POINTS, _SHARE))
MATCH = _object(
    score=_SHARE,
    parts=SCORE_PARTS,
    weights=SCORE_PARTS | {"description": "What each part weighs, as the demand's hubs say; together 1."},
    distance_m=_ID,
    coverage={**_SHARE, "nullable": True, "description": "The share of what is asked."},
    overlap_days=_ID,
    reasons=_list({"type": "string", "description": "What speaks for the pair, in words."}),
    lacks=_list({"type": "string", "description": "What speaks against it, in words."}),
    hubs=_list(_TEXT),
    supply=CARD,
    demand=CARD,
)
MATCHES = _object(next=_MAYBE_TEXT, results=_list(MATCH))
BUNDLE = _object(
    "Several supplies that together serve the demand.",
    coverage=_SHARE,
    stops=_list(_object(share={**_SHARE, "description": "Of the demand."}, distance_m=_ID, supply=CARD)),
)
LISTING_MATCHES = _with(MATCHES, bundle=_maybe(BUNDLE))

_POINTS: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": MOST_POINTS}
WEIGHTS = _object(
    hub=_TEXT,
    points=_object(**dict.fromkeys(WEIGHT_POINTS, _POINTS)),
    weights=SCORE_PARTS,
    waits=_BOOLEAN | {"description": "Whether scores were made by earlier points still."},
)
#: What a change may name.
POINTS: dict[str, Any] = {"type": "object", "properties": dict.fromkeys(WEIGHT_POINTS, _POINTS)}

_PLAN_STATE: dict[str, Any] = {
    "id": _ID,
    "hub": _TEXT,
    "state": _choice(PlanState.values),
    "progress": {"type": "integer", "minimum": 0, "maximum": 100},
    "created_at": {"type": "string", "format": "date-time"},
    "finished_at": {"type": "string", "format": "date-time", "nullable": True},
}
PLAN_STATE = _object(**_PLAN_STATE)
PLAN = _object(
    **_PLAN_STATE,
    weeks=_ID,
    assignments=_list(
        _object(
            "Listings by id; service is null where it goes straight.",
            supply=_ID, service=_maybe(_ID), demand=_ID, mass_kg=_NUMBER, metres=_ID, tonne_km=_NUMBER,
        )
    ),
    assignment_count=_ID,
    totals=_object(mass_kg=_NUMBER, tonne_km=_NUMBER, supply_kg=_NUMBER, demand_kg=_NUMBER, supplies=_ID, demands=_ID),
    gaps=_object("By which share a better plan could exist.", mass=_SHARE, tonne_km=_SHARE),
    left_out=_object(
        "Listings without a known mass, and ways that were too far among many.",
        supplies_without_mass=_ID, demands_without_mass=_ID, edges=_ID,
    ),
    unlocks=_list(
        _object(
            "What stays or lacks, heaviest first.",
            reason=_choice([str(reason) for reason in Reason]), material=_TEXT, service=_TEXT, mass_kg=_NUMBER,
            lots=_ID, hub=_MAYBE_TEXT, sentence=_TEXT, remedy=_TEXT,
        )
    ),
)  # fmt: skip

CHAIN = _object(
    "A supply that needs a service first, the service, and a demand for what comes out.",
    score=_SHARE,
    parts=_object(
        material=_SHARE, distance=_SHARE, quantity=_SHARE, timing=_SHARE, price=_SHARE, condition=_SHARE,
        capacity=_SHARE,
    ),
    distance_m={"type": "integer", "description": "The whole way: to_service_m and to_demand_m."},
    to_service_m=_ID,
    to_demand_m=_ID,
    coverage={**_SHARE, "description": "The share of what is asked."},
    condition_after=_choice([choice.slug for choice in Condition]),
    capacity_known={"type": "boolean", "description": "False where nobody can say whether there is room."},
    weeks=_list(
        _object(
            "A week in which the work can be done.",
            week_start={"type": "string", "format": "date", "description": "Its Monday."},
            free={**_MAYBE_NUMBER, "description": "In the service's capacity_unit; null where unknown."},
        )
    ),
    overlap_days={"type": "integer", "description": "How many days of these weeks suit all three."},
    reasons=_list(_TEXT),
    lacks=_list(_TEXT),
    hubs=_list(_TEXT),
    supply=CARD,
    service=CARD,
    demand=CARD,
)  # fmt: skip
CHAINS = _object(results=_list(CHAIN))

BOOKING = _object(
    id=_ID,
    week_start={"type": "string", "format": "date"},
    quantity={"type": "number", "description": "In the service's capacity_unit."},
    supply={"type": "integer", "nullable": True, "description": "What it is for: a listing's id."},
    organisation=_maybe(_object(id=_ID, name=_TEXT)),
    note=_TEXT,
)
CAPACITY = _object(
    unit=_choice(Unit.values, nullable=True),
    weeks=_list(
        _object(
            week_start={"type": "string", "format": "date", "description": "A Monday."},
            is_open=_BOOLEAN,
            capacity={**_MAYBE_NUMBER, "description": "Null where the service doesn't say."},
            free={**_MAYBE_NUMBER, "description": "Null where the service doesn't say what it can take."},
        )
    ),
    bookings={**_list(BOOKING), "nullable": True, "description": "For those who may book; null for others."},
)
