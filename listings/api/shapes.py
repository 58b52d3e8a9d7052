"""What the listings' answers look like, for the OpenAPI document."""

from typing import Any

from accounts.enums import OrganisationKind
from listings.enums import (
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
_DISTANCE = {"distance_m": {"type": "integer", "description": "As the crow flies."}}


def _with(shape: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """The shape with more properties, none of them required."""
    return shape | {"properties": shape["properties"] | properties}


CARD = _with(_object(**_CARD), **_SERVICE)
LISTING = _with(_object(**_CARD, **_REST), **_SERVICE)
LISTINGS = _object(next=_MAYBE_TEXT, results=_list(CARD))

_PAGE = {
    "count": _object("Counting stops at 1000: exact is false then.", value=_ID, exact=_BOOLEAN),
    "next": _MAYBE_TEXT,
}
SEARCH_PAGE = _object(**_PAGE, radius_km=_MAYBE_NUMBER, results=_list(_with(CARD, **_DISTANCE)))
SEARCH_FEATURES = _object(
    **_PAGE,
    type=_choice(["FeatureCollection"]),
    features=_list(
        _object(
            type=_choice(["Feature"]),
            id=_ID,
            geometry=_maybe(_object(type=_choice(["Point"]), coordinates=_list(_NUMBER))),
            properties={"type": "object", "description": "A listing without its location."},
        )
    ),
)

MATCH = _object(
    score=_SHARE,
    parts=_object(material=_SHARE, distance=_SHARE, quantity=_SHARE, timing=_SHARE, price=_SHARE, condition=_SHARE),
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
