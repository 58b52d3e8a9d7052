"""What is written to a file of geodata: rows with columns, and where they come from."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

#: What a row may hold. Moments have a time zone.
Value = str | int | float | bool | Decimal | dt.date | dt.datetime | None


@dataclass(frozen=True)
class Field:
    """A column: its name, and what it holds. `short` is what it is called where ten letters fit, if not cut off."""

    name: str
    type: Literal["text", "integer", "number", "boolean", "date", "datetime"] = "text"
    short: str = ""


@dataclass(frozen=True)
class Row:
    """A geometry as WKB in WGS84 degrees, and a value for each column."""

    wkb: bytes
    values: Sequence[Value]


@dataclass(frozen=True)
class About:
    """What is written with the rows: a title, from whom they are, and how they may be used.

    `name` is what files are called, without ending: letters, digits and hyphens.
    """

    name: str
    title: str
    attribution: str
    licence: str
    licence_address: str = ""


def plain(value: Value, type_: str) -> Any:
    """A value as JSON has it: days and moments as ISO 8601 writes them, moments in UTC."""
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        moment = value.astimezone(dt.UTC)
        return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds").replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if type_ == "integer" else float(value)
    return float(value) if type_ == "number" else value


def as_text(value: Value, type_: str) -> str:
    """A value in a format that only has text; nothing for unknown.

    A number never has three decimals: "1.125" may be more than a thousand, "1.1250" can't.
    """
    found = plain(value, type_)
    if found is None:
        return ""
    if isinstance(found, bool):
        return "true" if found else "false"
    if not isinstance(found, float):
        return str(found)
    if found.is_integer() and abs(found) < 1e15:
        return str(int(found))
    text = str(found)
    return f"{text}0" if len(text.partition(".")[2]) == 3 and "e" not in text else text
