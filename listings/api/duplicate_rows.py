"""What the API writes of likely duplicates and of what was said of them, defined once: see rows.py."""

import datetime as dt
from typing import Annotated, TypedDict

from geo.api.openapi import about
from listings.api.rows import CardRow


class SaidRow(TypedDict):
    id: int
    at: dt.datetime
    by: Annotated[str, about("Empty for whoever doesn't work for this hub.")]
    hub: Annotated[str | None, about("The slug of the hub for which it was said; null where that is gone.")]
    reason: Annotated[str, about("Empty where none was given.")]


class DuplicateRow(TypedDict):
    newer: CardRow
    older: CardRow
    seen: Annotated[str, about("Stands for what both say now, to be sent back when you say that they are none.")]
    said: Annotated[SaidRow | None, about("What was said before, and holds no more: see `changes`.")]
    changes: Annotated[list[str], about("What changed since that was said, in words.")]


class NoDuplicateRow(TypedDict):
    newer: CardRow
    older: CardRow
    said: SaidRow


class DuplicatesRow(TypedDict):
    next: str | None
    results: list[DuplicateRow]


class NoDuplicatesRow(TypedDict):
    next: str | None
    results: list[NoDuplicateRow]
