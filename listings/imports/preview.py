"""What an import would do: counted for the whole file, and shown for its first rows."""

from collections import Counter
from typing import Any

from accounts.models import Organisation
from geo.blurring import blurred_all
from geo.models import Municipality
from listings.enums import Precision
from listings.exposure import hidden_cells
from listings.imports.alike import MOST_ASKED, alike
from listings.imports.row import Parsed
from listings.imports.stored_rows import Fate, Step, fields_of, placements, steps, stored_listings

#: Rows of a file that the page shows before it is confirmed.
ROWS_SHOWN = 20
#: What is counted of the whole file.
COUNTS = ("new", "changed", "unchanged", "guessed", "photos", "doubles", "exposing")


def preview(rows: list[Parsed], organisation: Organisation, most: int = ROWS_SHOWN) -> dict[str, Any]:
    """As JSON: "counts" of "new", "changed", "unchanged", "guessed", "photos", "doubles", and "exposing"
    (rows whose exact place tells where a blurred listing of the organisation lies); "rows", one for each of the first
    `most`; "doubles", the first rows that look like what is there already, each with its title and the id of its
    listing (none where it is the same as another row).
    """
    counts, shown, seen_exactly = Counter[str](), list[Step](), list[tuple[float, float]]()
    stored = stored_listings(rows, organisation)
    for step in steps(rows, stored):
        counts[step.fate] += 1
        counts["guessed"] += bool(step.parsed.guessed_from)
        if len(shown) < most:
            shown.append(step)
        seen_exactly += [step.parsed.values["place"].coords] if _shows_exactly(step) else []
    hidden = hidden_cells(organisation)
    counts["exposing"] = sum(cell in hidden for cell in blurred_all(seen_exactly)) if hidden and seen_exactly else 0
    there = alike(rows, organisation, stored)
    counts["doubles"], counts["photos"] = len(there), sum(len(row.photos) for row in rows)
    titles = {row.row: fields_of(row)["title"] for row in rows if row.row in there}
    municipality_ids = [placement.municipality_id for placement in placements(rows[:most])]
    municipalities = Municipality.objects.in_bulk([pk for pk in municipality_ids if pk])
    return {
        "counts": {name: counts[name] for name in COUNTS},
        "rows": [_row(step, municipalities.get(pk or 0)) for step, pk in zip(shown, municipality_ids, strict=True)],
        "doubles": [{"row": row, "title": titles[row], "listing": pk} for row, pk in list(there.items())[:MOST_ASKED]],
    }


def _shows_exactly(step: Step) -> bool:
    """Whether a row becomes or changes a listing that shows its exact place."""
    return step.fate != Fate.UNCHANGED and step.fields["precision"] == Precision.EXACT


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
