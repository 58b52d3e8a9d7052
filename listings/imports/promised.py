"""Rows that would break what is held or given of their listing."""

from collections.abc import Mapping

from listings.balances.changes import promised_of, refused_by_promises
from listings.imports.mistakes import Mistake
from listings.imports.row import Parsed
from listings.imports.stored_rows import Fate, steps
from listings.models import Listing


def promise_mistakes(
    rows: list[Parsed],
    stored: dict[str, Listing],
    columns: Mapping[str, str],
    updated: Mapping[int, Listing] | None = None,
) -> list[Mistake]:
    """What is wrong with rows that change a listing of which something is promised; few are. One query.

    `stored` are the listings that have the references of these rows; `columns` has what the file calls each field, and
    `updated` by number the listings that a member chose.
    """
    known = [listing.pk for of_rows in (stored, updated or {}) for listing in of_rows.values()]
    promised = promised_of(known) if known else {}
    if not promised:
        return []
    return [
        Mistake(step.parsed.row, name, columns.get(name, ""), "", refusal)
        for step in steps(rows, stored, updated)
        if step.before is not None and step.fate == Fate.CHANGED
        for name, refusal in refused_by_promises(step.before, step.fields, promised.get(step.before.pk, ())).items()
    ]
