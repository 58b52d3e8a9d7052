"""Building blocks with which the rooms describe their answers in the OpenAPI document."""

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
    """An object that always has all of these properties."""
    shape: dict[str, Any] = {"type": "object", "properties": properties, "required": list(properties)}
    return shape | {"description": about} if about else shape


def maybe(shape: dict[str, Any]) -> dict[str, Any]:
    """The shape, or null."""
    return shape | {"nullable": True}


def a_list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def one_of(values: list[str], nullable: bool = False) -> dict[str, Any]:
    """One of these texts. Where it may also be null, OpenAPI 3.0 wants null among them."""
    if nullable:
        return {"type": "string", "enum": [*values, None], "nullable": True}
    return {"type": "string", "enum": values}


def with_more(shape: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """The object with more properties, which it may lack."""
    return shape | {"properties": shape["properties"] | properties}
