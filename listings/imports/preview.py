"""What an import would do: counted for the whole file, and shown for its first rows. Nothing is stored yet."""

from collections import Counter
from typing import Any

from accounts.models import Organisation
from geo.models import Municipality
from listings.imports.rows import Parsed
from listings.imports.stored_rows import Step, placements, steps, stored_listings

#: Rows of a file that the page shows before it is confirmed.
ROWS_SHOWN = 20


def preview(rows: list[Parsed], organisation: Organisation, most: int = ROWS_SHOWN) -> dict[str, Any]:
    """As JSON: {"counts": {"new", "changed", "unchanged", "guessed"}, "rows": [one for each of the first `most`]}."""
    counts, shown = Counter[str](), list[Step]()
    for step in steps(rows, stored_listings(rows, organisation)):
        counts[step.fate] += 1
        counts["guessed"] += bool(step.parsed.guessed_from)
        if len(shown) < most:
            shown.append(step)
    municipality_ids = [placement.municipality_id for placement in placements(rows[:most])]
    municipalities = Municipality.objects.in_bulk([pk for pk in municipality_ids if pk])
    return {
        "counts": {name: counts[name] for name in ("new", "changed", "unchanged", "guessed")},
        "rows": [_row(step, municipalities.get(pk or 0)) for step, pk in zip(shown, municipality_ids, strict=True)],
    }


def _row(step: Step, municipality: Municipality | None) -> dict[str, Any]:
    """A row of the preview. Units, kinds and the like are codes: only the page knows the reader's language."""
    fields, price = step.fields, step.fields["price_eur"]
    return {
        "row": step.parsed.row,
        "fate": step.fate,
        "title": fields["title"],
        "material": step.parsed.values["material"].code,
        "guessed_from": step.parsed.guessed_from,
        "place": step.parsed.place_words or (municipality.name if municipality else ""),
        "quantity": str(fields["quantity"]),
        "price_eur": None if price is None else str(price),
        **{name: fields[name] for name in ("kind", "unit", "price_kind", "price_basis")},
    }
