"""Words with which the rooms say what their answers look like, for the OpenAPI document.

Where a TypedDict says it already, `shape_of` reads it: a row then has one definition for its readers, mypy and the
document.
"""

import datetime as dt
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

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


def without(shape: dict[str, Any], name: str) -> dict[str, Any]:
    """The shape lacking one of its properties."""
    properties = {key: value for key, value in shape["properties"].items() if key != name}
    return shape | {"properties": properties, "required": [key for key in shape["required"] if key != name]}


def about(words: str) -> dict[str, Any]:
    """What a member of a TypedDict means: `mass_kg: Annotated[float | None, about("Null where it isn't known.")]`."""
    return {"description": words}


def shape_of(row: Any, or_more: Any = None) -> dict[str, Any]:
    """The shape of a TypedDict. A dictionary in a member's Annotated adds to the member's shape.

    `or_more` is one that extends it: what that adds is there sometimes.
    """
    members = get_type_hints(or_more or row, include_extras=True)
    return {
        "type": "object",
        "properties": {name: _shape_of_type(hint) for name, hint in members.items()},
        "required": [name for name in members if name in row.__required_keys__],
    }


def _shape_of_type(hint: Any) -> dict[str, Any]:
    origin, inner = get_origin(hint), get_args(hint)
    if origin is NotRequired:
        return _shape_of_type(inner[0])
    if origin is Annotated:
        return _with_additions(_shape_of_type(inner[0]), [more for more in inner[1:] if isinstance(more, dict)])
    if origin in (Union, UnionType):
        (one,) = (choice for choice in inner if choice is not NoneType)
        return maybe(_shape_of_type(one))
    if origin is Literal:
        return one_of(list(inner))
    if origin is list:
        return a_list(_shape_of_type(inner[0]))
    if origin is dict:
        return (
            {"type": "object"}
            if inner[1] is Any
            else {"type": "object", "additionalProperties": _shape_of_type(inner[1])}
        )
    return shape_of(hint) if is_typeddict(hint) else _PLAIN[hint]


def _with_additions(shape: dict[str, Any], additions: list[dict[str, Any]]) -> dict[str, Any]:
    for more in additions:
        shape = shape | more
    if shape.get("nullable") and None not in shape.get("enum", [None]):
        return shape | {"enum": [*shape["enum"], None]}
    return shape


_PLAIN: dict[Any, dict[str, Any]] = {
    int: ID,
    float: NUMBER,
    str: TEXT,
    bool: BOOLEAN,
    dt.date: {"type": "string", "format": "date"},
    dt.datetime: {"type": "string", "format": "date-time"},
}
