"""What the materials' answers look like, for the OpenAPI document."""

from materials.enums import Basis, Level, Unit

_TEXT = {"type": "string"}
_CODE = {"type": "string", "example": "wood-pallets"}
_PATH = {"type": "string", "example": "Hout › Houten paletten"}

_UNIT = {
    "type": "object",
    "properties": {
        "unit": {"type": "string", "enum": Unit.values},
        "label": _TEXT,
        "mass_kg": {"type": "number", "nullable": True, "description": "Of one; null where nobody can say."},
        "mass_basis": {"type": "string", "nullable": True, "description": "What the mass rests on."},
    },
    "required": ["unit", "label"],
}
_FACTOR = {
    "type": "object",
    "properties": {
        "basis": {"type": "string", "enum": Basis.values},
        "label": _TEXT,
        "kg_co2e_per_tonne": {"type": "number"},
        "material": {**_CODE, "description": "The node that the factor is of: this one or one above it."},
        "source": _TEXT,
        "source_material": _TEXT,
        "source_year": {"type": "integer"},
        "licence": _TEXT,
    },
    "required": ["basis", "kg_co2e_per_tonne", "material", "source", "source_year", "licence"],
}
MATERIAL = {
    "type": "object",
    "properties": {
        "code": _CODE,
        "name": {**_TEXT, "description": "In the language of the request."},
        "names": {"type": "object", "properties": {"nl": _TEXT, "en": _TEXT, "fr": _TEXT}},
        "path": _PATH,
        "parent": {**_CODE, "nullable": True},
        "level": {"type": "string", "enum": Level.values},
        "family": _CODE,
        "units": {"type": "array", "items": _UNIT},
        "eural_codes": {"type": "array", "items": _TEXT},
        "impact_factors": {"type": "array", "items": _FACTOR},
    },
    "required": ["code", "name", "names", "path", "parent", "level", "family", "units", "impact_factors"],
}
_HIT = {
    "type": "object",
    "properties": {
        "code": _CODE,
        "name": _TEXT,
        "matched_name": {**_TEXT, "description": "The name or synonym that was met."},
        "likeness": {"type": "number", "minimum": 0, "maximum": 1},
        "path": _PATH,
        "units": {"type": "array", "items": _UNIT},
    },
    "required": ["code", "name", "matched_name", "likeness", "path", "units"],
}
MATERIALS = {
    "type": "object",
    "properties": {
        "next": {"type": "string", "nullable": True},
        "results": {"type": "array", "items": {"anyOf": [MATERIAL, _HIT]}},
    },
    "required": ["next", "results"],
}
