"""Tells at the check of a list which of its photos can't be added, before anything of it is published."""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from django.core.exceptions import ValidationError

from listings.imports.mistakes import Mistake
from listings.imports.row import Parsed
from listings.photo_reader import UNREADABLE
from listings.photos import LIMITS, refusal_of
from sandbox import sizes
from sandbox.limited import Limits, Stopped, run_limited

#: Photos that one child reads; where it dies of them, each is read again by a child of its own.
TOGETHER = 10
_LIMITS_TOGETHER = Limits(LIMITS.memory_bytes, LIMITS.cpu_s * 2, LIMITS.answer_bytes)


def photo_mistakes(path: Path, rows: Iterable[Parsed], column: str, meanwhile: Callable[[], None]) -> list[Mistake]:
    """A mistake for each row that names a photo of the zip at `path` that can't be read. Each takes a moment."""
    named = [(photo, row.row) for row in rows for photo in row.photos]
    refusals = dict(_refusals(path, dict.fromkeys(photo for photo, _row in named), meanwhile))
    return [Mistake(row, "photo", column, photo, refusals[photo]) for photo, row in named if photo in refusals]


def _refusals(
    path: Path, photos: Iterable[str], meanwhile: Callable[[], None]
) -> Iterator[tuple[str, ValidationError]]:
    coming = iter(photos)
    while names := list(islice(coming, TOGETHER)):
        try:
            faults = _faults(path, names, _LIMITS_TOGETHER, meanwhile)
        except Stopped:
            faults = {}
            for name in names:
                try:
                    faults |= _faults(path, [name], LIMITS, meanwhile)
                except Stopped:
                    faults[name] = UNREADABLE
        yield from ((name, refusal_of(code)) for name, code in faults.items())


def _faults(path: Path, names: list[str], limits: Limits, meanwhile: Callable[[], None]) -> dict[str, str]:
    """Codes of listings.photo_reader by photo."""
    arguments = {"names": names, "most_bytes": sizes.LARGEST_ATTACHMENT_BYTES}
    with path.open("rb") as file:
        answer = run_limited("listings.photo_reader:faults", file, limits, arguments=arguments, meanwhile=meanwhile)
    found: dict[str, str] = json.loads(answer)
    return found
