"""What the OpenAPI document says of every operation alike, and the names of its shapes."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import module_has_submodule
from drf_spectacular.openapi import AutoSchema

from maps.api.fields import MAP_GEOMETRY, MAP_VALUE

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
        "free": {
            "type": "number",
            "description": "Where more was asked than is free: how much that is, in the listing's own unit.",
        },
        "alike": {
            "type": "array",
            "description": "Ids of the listings that what is to be published looks like, the likeliest first.",
            "items": {"type": "integer"},
        },
        "rows": {
            "type": "array",
            "description": "Of many that are to be published at once: each row that looks like something, from 0.",
            "items": {
                "type": "object",
                "properties": {
                    "row": {"type": "integer"},
                    "alike": {
                        "type": "array",
                        "description": "Ids of the listings that it looks like, the likeliest first.",
                        "items": {"type": "integer"},
                    },
                    "rows": {
                        "type": "array",
                        "description": "Earlier rows of the same sending that it looks like.",
                        "items": {"type": "integer"},
                    },
                },
                "required": ["row", "alike", "rows"],
            },
        },
        "where": {
            "type": "object",
            "description": "Of a shape that was refused: the place where it is wrong.",
            "properties": {"lon": {"type": "number"}, "lat": {"type": "number"}},
            "required": ["lon", "lat"],
        },
        "proposal": {"allOf": [MAP_GEOMETRY], "description": "The shape that was probably meant."},
        "conflict": {
            "type": "object",
            "description": "Where somebody else changed it since: both versions, field by field.",
            "properties": {
                "version": {"type": "integer", "description": "The one that is stored now."},
                "seen": {"type": "integer", "description": "The one that you read."},
                "fields": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "field": {"type": "string"},
                            "label": {"type": "string"},
                            "before": MAP_VALUE | {"description": "As you read it."},
                            "theirs": MAP_VALUE | {"description": "As it is now."},
                            "mine": MAP_VALUE | {"description": "As you want it."},
                            "clashes": {"type": "boolean", "description": "Whether both changed it, and otherwise."},
                        },
                        "required": ["field", "label", "before", "theirs", "mine", "clashes"],
                    },
                },
            },
            "required": ["version", "seen", "fields"],
        },
    },
    "required": ["type", "title", "status", "detail"],
}
PROBLEM_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
#: What the web server answers by itself.
PAGE_CONTENT = {"text/html": {"schema": {"type": "string"}}}


class Refusal(NamedTuple):
    """A problem that operations may answer with, and which of them do: told by path, method and what they ask."""

    status: str
    about: str
    concerns: Callable[[str, str, dict[str, Any]], bool]
    content: dict[str, Any] = PROBLEM_CONTENT


def _all(_path: str, _method: str, _asked: dict[str, Any]) -> bool:
    return True


def _with_body(_path: str, _method: str, asked: dict[str, Any]) -> bool:
    return "requestBody" in asked


def _knows_people(_path: str, _method: str, asked: dict[str, Any]) -> bool:
    return any(asked.get("security", ()))


def _for_people_only(path: str, method: str, asked: dict[str, Any]) -> bool:
    return _knows_people(path, method, asked) and {} not in asked["security"]


REFUSALS = (
    Refusal("400", "What was sent doesn't fit: `errors` names each field and the remedy.", _all),
    Refusal("401", "Nobody is logged in, or nobody has the token that was sent.", _knows_people),
    Refusal("403", "Whoever is logged in may not do this.", _for_people_only),
    Refusal("404", "It isn't there, or isn't visible to you.", lambda path, _method, _asked: "{" in path),
    Refusal("406", "It doesn't come in what the Accept header asks.", _all),
    Refusal(
        "409",
        "It no longer fits: `detail` says what happened meanwhile, or how much is free. What two changed at the same "
        "moment can be tried again.",
        lambda _path, method, _: method != "get",
    ),
    Refusal("413", "It is too large to send at once.", _with_body),
    Refusal("414", "The address is longer than 4 kB.", _all, PAGE_CONTENT),
    Refusal("415", "It is sent as something that isn't read here.", _with_body),
    Refusal("503", "There is no time for it now: `detail` says why. Ask less at once, or again later.", _all),
)


class ApiSchema(AutoSchema):
    """Also says that nobody need log in where a view asks for no permission at all."""

    def get_auth(self) -> list[dict[str, Any]]:
        auths: list[dict[str, Any]] = super().get_auth()
        return auths if self.view.get_permissions() or {} in auths else [*auths, {}]


def describe_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the problems that every operation may answer with. A hook of drf-spectacular."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _referring(PROBLEM, _named_shapes())
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            for status, description, concerns, content in REFUSALS:
                if concerns(path, method, operation):
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
