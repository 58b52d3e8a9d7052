"""What the materials' answers look like, for the OpenAPI document: a name in capitals is a component of it."""

from django.conf import settings

from materials.enums import Asks, Basis, Level, Unit

_TEXT = {"type": "string"}
_NAMES = dict.fromkeys(settings.LANGUAGE_CODES, _TEXT)
_CODE = {"type": "string", "example": "wood-pallets"}
_PATH = {"type": "string", "example": "Hout › Houten paletten"}

_NAMED_UNIT = {"unit": {"type": "string", "enum": Unit.values}, "label": _TEXT}
_UNIT = {
    **_NAMED_UNIT,
    "mass_kg": {"type": "number", "nullable": True, "description": "Of one; null where nobody can say."},
    "mass_basis": {"type": "string", "nullable": True, "description": "What the mass rests on."},
}
MATERIAL_UNIT = {"type": "object", "properties": _UNIT, "required": list(_UNIT)}
_FACTOR = {
    "basis": {"type": "string", "enum": Basis.values},
    "label": _TEXT,
    "kg_co2e_per_tonne": {"type": "number"},
    "material": {**_CODE, "description": "The node that the factor is of: this one or one above it."},
    "source": _TEXT,
    "source_material": _TEXT,
    "source_year": {"type": "integer"},
    "licence": _TEXT,
}
IMPACT_FACTOR = {"type": "object", "properties": _FACTOR, "required": list(_FACTOR)}
_MATERIAL = {
    "code": _CODE,
    "name": {**_TEXT, "description": "In the language of the request."},
    "names": {"type": "object", "properties": _NAMES, "required": list(_NAMES)},
    "path": _PATH,
    "parent": {**_CODE, "nullable": True},
    "level": {"type": "string", "enum": Level.values},
    "family": _CODE,
    "units": {"type": "array", "items": MATERIAL_UNIT},
    "eural_codes": {"type": "array", "items": _TEXT},
    "asks": {
        "type": "string",
        "nullable": True,
        "enum": [*Asks.values, None],
        "description": "What a supply of it has to declare: the reuse checklist, or the dates of food.",
    },
    "impact_factors": {"type": "array", "items": IMPACT_FACTOR},
}
MATERIAL = {"type": "object", "properties": _MATERIAL, "required": list(_MATERIAL)}
MATERIAL_HIT = {
    "type": "object",
    "properties": {
        "code": _CODE,
        "name": _TEXT,
        "matched_name": {**_TEXT, "description": "The name or synonym that was met."},
        "likeness": {"type": "number", "minimum": 0, "maximum": 1},
        "path": _PATH,
        "units": {
            "type": "array",
            "items": {"type": "object", "properties": _NAMED_UNIT, "required": list(_NAMED_UNIT)},
        },
    },
    "required": ["code", "name", "matched_name", "likeness", "path", "units"],
}
MATERIALS = {
    "type": "object",
    "properties": {
        "next": {"type": "string", "nullable": True},
        "results": {"type": "array", "items": {"anyOf": [MATERIAL, MATERIAL_HIT]}},
    },
    "required": ["next", "results"],
}
