"""What the answers about hubs and places look like, for the OpenAPI document."""

from geo.models import Provenance, Quality, RegionKind

_TEXT = {"type": "string"}
_MUNICIPALITY = {"type": "object", "properties": {"nis": _TEXT, "name": _TEXT}, "required": ["nis", "name"]}
_REGION = {
    "type": "object",
    "properties": {
        "name": _TEXT,
        "kind": {"type": "string", "enum": RegionKind.values},
        "provenance": {"type": "string", "enum": Provenance.values},
        "municipalities": {"type": "array", "items": _MUNICIPALITY},
    },
    "required": ["name", "kind", "provenance", "municipalities"],
}
HUB = {
    "type": "object",
    "properties": {
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
        "regions": {"type": "array", "items": _REGION},
    },
    "required": ["slug", "name", "border_policy", "regions"],
}
HUBS = {
    "type": "object",
    "properties": {"next": {"type": "string", "nullable": True}, "results": {"type": "array", "items": HUB}},
    "required": ["next", "results"],
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
                    "geometry": {"type": "object", "nullable": True, "description": "Polygon or MultiPolygon, WGS84."},
                    "properties": {
                        "type": "object",
                        "properties": {
                            "hub": _TEXT,
                            "region": _TEXT,
                            "kind": {"type": "string", "enum": RegionKind.values},
                            "provenance": {"type": "string", "enum": Provenance.values},
                            "boundary_quality": {"type": "string", "enum": Quality.values},
                        },
                    },
                },
                "required": ["type", "geometry", "properties"],
            },
        },
    },
    "required": ["type", "features"],
}
PLACES = {
    "type": "object",
    "properties": {
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "label": {"type": "string", "example": "9000 Gent"},
                    "kind": {"type": "string", "enum": ["place", "postal_code"]},
                    "lat": {"type": "number"},
                    "lon": {"type": "number"},
                    "municipality": _TEXT,
                    "nis": _TEXT,
                    "postal_code": _TEXT,
                },
                "required": ["label", "kind", "lat", "lon", "municipality", "nis"],
            },
        }
    },
    "required": ["results"],
}
