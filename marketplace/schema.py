"""What the OpenAPI document says of every operation alike, and the names of its shapes."""

from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import module_has_submodule

PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "In the language of Accept-Language: nl, en or fr."},
        "errors": {
            "type": "array",
            "description": "Each wrong field, with what to do about it.",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
                "required": ["field", "message"],
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
}
REFUSALS = {
    "400": "What was sent doesn't fit: `errors` names each field and the remedy.",
    "401": "Nobody is logged in.",
    "403": "Whoever is logged in may not do this.",
    "404": "It isn't there, or isn't visible to you.",
    "503": "The database had no time for it. Ask less at once, or again later.",
}


def describe_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the problems that every operation may answer with. A hook of drf-spectacular."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, description in REFUSALS.items():
                operation["responses"].setdefault(status, {"description": description, "content": content})
    return result


def name_shapes(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Make a component of each shape that an app's api/shapes.py names in capitals, and refer to it: MATERIAL_UNIT
    becomes MaterialUnit. A hook of drf-spectacular.
    """
    named = _named_shapes()
    components = result.setdefault("components", {})
    inside = {part: _referring(components[part], named) for part in components}
    schemas = {name: {key: _referring(value, named) for key, value in shape.items()} for name, shape in named.items()}
    inside["schemas"] = _typed(inside.get("schemas", {})) | schemas
    return result | {"components": inside, "paths": _referring(result["paths"], named)}


def _named_shapes() -> dict[str, dict[str, Any]]:
    """The shapes of all apps by the names of their components. No name may stand for two."""
    named: dict[str, dict[str, Any]] = {}
    for app in apps.get_app_configs():
        if not module_has_submodule(app.module, "api.shapes"):
            continue
        for constant, shape in vars(import_module(f"{app.name}.api.shapes")).items():
            if constant[:1] != "_" and isinstance(shape, dict) and shape.get("type") == "object":
                name = constant.title().replace("_", "")
                if named.setdefault(name, shape) != shape:
                    raise ImproperlyConfigured(f"Two shapes of the API are called {constant}: rename one.")
    return named


def _referring(part: Any, named: dict[str, dict[str, Any]]) -> Any:
    """A part of the document with references in place of the named shapes in it."""
    if isinstance(part, list):
        return [_referring(item, named) for item in part]
    if not isinstance(part, dict):
        return part
    if part.get("type") == "object":
        bare = {key: value for key, value in part.items() if key != "nullable"}
        for name, shape in named.items():
            if bare == shape:
                reference = {"$ref": f"#/components/schemas/{name}"}
                return {"allOf": [reference], "nullable": True} if "nullable" in part else reference
    return {key: _referring(value, named) for key, value in part.items()}


def _typed(schemas: dict[str, Any]) -> dict[str, Any]:
    """drf-spectacular's "" and null among choices are texts too: it leaves their type out."""
    types = {"BlankEnum": {"type": "string"}, "NullEnum": {"type": "string", "nullable": True}}
    return {name: types.get(name, {}) | schema for name, schema in schemas.items()}
