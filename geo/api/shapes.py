"""What the answers about hubs and places look like, for the OpenAPI document.

A name in capitals is a component of it: see marketplace.schema.
"""

from geo.models import Provenance, Quality, RegionKind

_TEXT = {"type": "string"}
_POSITION = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
MUNICIPALITY = {"type": "object", "properties": {"nis": _TEXT, "name": _TEXT}, "required": ["nis", "name"]}
REGION = {
    "type": "object",
    "properties": {
        "name": _TEXT,
        "kind": {"type": "string", "enum": RegionKind.values},
        "provenance": {"type": "string", "enum": Provenance.values},
        "municipalities": {"type": "array", "items": MUNICIPALITY},
    },
    "required": ["name", "kind", "provenance", "municipalities"],
}
_HUB = {
    "slug": _TEXT,
    "name": _TEXT,
    "intro": _TEXT,
    "email": _TEXT,
    "phone": _TEXT,
    "website": _TEXT,
    "sectors": {"type": "array", "items": _TEXT},
    "border_policy": {
        "type": "object",
        "properties": {"buffer_km": {"type": "number"}, "shows_neighbours": {"type": "boolean"}},
        "required": ["buffer_km", "shows_neighbours"],
    },
    "regions": {"type": "array", "items": REGION},
}
HUB = {"type": "object", "properties": _HUB, "required": list(_HUB)}
HUBS = {
    "type": "object",
    "properties": {"next": {"type": "string", "nullable": True}, "results": {"type": "array", "items": HUB}},
    "required": ["next", "results"],
}
_LINE = {"type": "array", "description": "Positions: longitude, latitude.", "items": _POSITION}
POLYGON = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "enum": ["Polygon"]},
        "coordinates": {"type": "array", "items": _LINE},
    },
    "required": ["type", "coordinates"],
}
MULTI_POLYGON = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "enum": ["MultiPolygon"]},
        "coordinates": {"type": "array", "items": {"type": "array", "items": _LINE}},
    },
    "required": ["type", "coordinates"],
}
REGIONS = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "type": {"type": "string", "enum": ["Feature"]},
                    "id": {"type": "integer"},
                    "geometry": {
                        "type": "object",
                        "nullable": True,
                        "description": "In WGS84; null before boundaries are loaded.",
                        "oneOf": [POLYGON, MULTI_POLYGON],
                    },
                    "properties": {
                        "type": "object",
                        "properties": {
                            "hub": _TEXT,
                            "region": _TEXT,
                            "kind": {"type": "string", "enum": RegionKind.values},
                            "provenance": {"type": "string", "enum": Provenance.values},
                            "boundary_quality": {"type": "string", "enum": Quality.values},
                        },
                        "required": ["hub", "region", "kind", "provenance", "boundary_quality"],
                    },
                },
                "required": ["type", "id", "geometry", "properties"],
            },
        },
    },
    "required": ["type", "features"],
}
PLACE = {
    "type": "object",
    "properties": {
        "label": {"type": "string", "example": "9000 Gent"},
        "kind": {"type": "string", "enum": ["place", "municipality", "postal_code", "address"]},
        "lat": {"type": "number"},
        "lon": {"type": "number"},
        "municipality": _TEXT,
        "nis": _TEXT,
        "postal_code": {"type": "string", "description": "Of a postal code; else empty."},
        "middle_of": {
            "type": "string",
            "description": "The municipality of which the point is only the middle, where nothing better is known; "
            "else empty.",
        },
    },
    "required": ["label", "kind", "lat", "lon", "municipality", "nis", "postal_code", "middle_of"],
}
PLACES = {
    "type": "object",
    "properties": {"results": {"type": "array", "items": PLACE}},
    "required": ["results"],
}
