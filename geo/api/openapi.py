"""Words with which the rooms say what their answers look like, for the OpenAPI document."""

from typing import Any

ID = {"type": "integer"}
TEXT = {"type": "string"}
MAYBE_TEXT = {"type": "string", "nullable": True}
NUMBER = {"type": "number"}
MAYBE_NUMBER = {"type": "number", "nullable": True}
BOOLEAN = {"type": "boolean"}
MAYBE_DATE = {"type": "string", "format": "date", "nullable": True}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}


def an_object(about: str = "", /, **properties: Any) -> dict[str, Any]:
    """All of whose properties are always there."""
    shape: dict[str, Any] = {"type": "object", "properties": properties, "required": list(properties)}
    return shape | {"description": about} if about else shape


def maybe(shape: dict[str, Any]) -> dict[str, Any]:
    return shape | {"nullable": True}


def a_list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def one_of(values: list[str], nullable: bool = False) -> dict[str, Any]:
    """One of some values; a schema of OpenAPI 3.0 names null among them where it may be that."""
    if nullable:
        return {"type": "string", "enum": [*values, None], "nullable": True}
    return {"type": "string", "enum": values}


def with_more(shape: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """The shape with more properties, none of them required."""
    return shape | {"properties": shape["properties"] | properties}


def without(shape: dict[str, Any], name: str) -> dict[str, Any]:
    """The shape lacking one of its properties."""
    properties = {key: value for key, value in shape["properties"].items() if key != name}
    return shape | {"properties": properties, "required": [key for key in shape["required"] if key != name]}
