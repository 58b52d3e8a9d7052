"""Rows whose organisation only a hub is to know, at a place where there is none."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError

from geo.blurring import blurred
from geo.hubs import placements_of
from geo.points import metric
from listings.imports.mistakes import Mistake
from listings.imports.row import Parsed
from listings.imports.stored_rows import steps
from listings.models import Listing
from listings.validators import unknown_to_hubs


def hub_mistakes(
    rows: list[Parsed],
    stored: dict[str, Listing],
    columns: Mapping[str, str],
    updated: Mapping[int, Listing] | None = None,
) -> list[Mistake]:
    """`stored` are the listings that have the references of these rows; `columns` has what the file calls each field,
    and `updated` by number the listings that a member chose.

    One query, where a row is hub-only.
    """
    said = any(row.values["hub_only"] for row in rows) or any(
        listing.hub_only for of_rows in (stored, updated or {}) for listing in of_rows.values()
    )
    hidden = [step for step in steps(rows, stored, updated) if step.fields["hub_only"]] if said else []
    shown = [metric(blurred(step.fields["location"])) for step in hidden]
    places = placements_of([(point.x, point.y) for point in shown]) if shown else []
    return [
        Mistake(step.parsed.row, "hub_only", columns.get("hub_only", ""), "", ValidationError(unknown_to_hubs()))
        for step, place in zip(hidden, places, strict=True)
        if not place.hub_ids
    ]
