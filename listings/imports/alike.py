"""Rows of a list that look like what is there already, and what becomes of them: a member chooses."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Organisation
from geo.blurring import blurred
from geo.points import metric
from listings.duplicates.own import Look, near_quantities, own_alike_of_many, title_words
from listings.enums import ListingStatus, RowChoice
from listings.imports.row import Parsed
from listings.imports.stored_rows import BATCH, fields_of
from listings.models import Listing

#: Rows that a member is asked about one by one; the others get one answer for all.
MOST_ASKED = 12


def alike(rows: list[Parsed], organisation: Organisation, stored: Mapping[str, Listing]) -> dict[int, int | None]:
    """Rows that are probably there already, by number, in the order of the list.

    To each belongs the id of a listing of the organisation: one that is the same, or that looks alike by the rule of
    `listings.duplicates`; None where an earlier row of the list is the same, or has that listing. `stored` are the
    listings that have the references of these rows: those rows are known.
    """
    fresh = [row for row in rows if row.values["reference"] not in stored]
    same = _doubles([row for row in fresh if not row.values["reference"]], organisation)
    likely = _likely(fresh, organisation)
    found: dict[int, int | None] = {}
    taken: set[int | None] = {listing.pk for listing in stored.values()}
    for row in fresh:
        candidates = [*([same[row.row]] if row.row in same else []), *likely.get(row.row, [])]
        if not candidates:
            continue
        found[row.row] = next((pk for pk in candidates if pk is not None and pk not in taken), None)
        taken.add(found[row.row])
    return found


def _likely(rows: list[Parsed], organisation: Organisation) -> dict[int, list[int]]:
    """By row what looks like it, as when it would be published by hand; one query for each BATCH of rows."""
    found: dict[int, list[int]] = {}
    places: dict[tuple[int, bool], Point] = {}
    for start in range(0, len(rows), BATCH):
        looks = [_look(row, places) for row in rows[start : start + BATCH]]
        found |= own_alike_of_many(looks, organisation.pk)
    return found


def _look(row: Parsed, places: dict[tuple[int, bool], Point]) -> Look:
    """`places` keeps what was reckoned of a point: rows of one town share one."""
    fields, hidden = fields_of(row), bool(row.values["hub_only"])
    key = id(fields["location"]), hidden
    if key not in places:
        places[key] = metric(blurred(fields["location"]) if hidden else fields["location"])
    return Look(
        number=row.row, id=None, reference=row.values["reference"], kind=fields["kind"],
        material_id=fields["material_id"], service_kinds=[], unit=fields["unit"], quantity=fields["quantity"],
        mass_kg=fields["mass_kg"], x=places[key].x, y=places[key].y, title=fields["title"],
    )  # fmt: skip


def _doubles(loose: list[Parsed], organisation: Organisation) -> dict[int, int | None]:
    """Rows without a reference of which a listing that isn't closed says the same, also a draft; None where an
    earlier row does.
    """
    found: dict[int, int | None] = {}
    known = _open_by_likeness(loose, organisation)
    seen: set[tuple[Any, ...]] = set()
    for row in loose:
        fields = fields_of(row)
        key, quantity = _likeness(fields), fields["quantity"]
        if standing := _of_near_quantity(known.get(key, []), quantity):
            found[row.row] = standing
        elif (key, quantity) in seen:
            found[row.row] = None
        seen.add((key, quantity))
    return found


def _open_by_likeness(
    rows: list[Parsed], organisation: Organisation
) -> dict[tuple[Any, ...], list[tuple[Decimal, int]]]:
    """Open listings of the same materials, with their quantities in order, by what they have in common with a row."""
    listings = (
        Listing.objects.of_organisation(organisation)
        .exclude(status=ListingStatus.CLOSED)
        .filter(material__in={fields_of(row)["material_id"] for row in rows}, location__isnull=False)
        .exclude(quantity=None)
    )
    found = defaultdict[tuple[Any, ...], list[tuple[Decimal, int]]](list)
    for fields in listings.values("pk", "quantity", "location", *_ALIKE):
        found[_likeness(fields)].append((fields["quantity"], fields["pk"]))
    for of_one in found.values():
        of_one.sort()
    return found


#: What two listings have in common that are the same but for their price, days, quantity and the like.
_ALIKE = ("kind", "title", "material_id", "unit")


def _likeness(fields: dict[str, Any]) -> tuple[Any, ...]:
    place: Point = fields["location"]
    return (
        fields["kind"], fields["material_id"], fields["unit"], title_words(fields["title"]),
        round(place.x, 5), round(place.y, 5),
    )  # fmt: skip


def _of_near_quantity(standing: list[tuple[Decimal, int]], quantity: Decimal) -> int | None:
    """The first of them, by quantity, that isn't far from this one."""
    least, most = near_quantities(quantity)
    place = bisect_left(standing, (least, 0))
    return standing[place][1] if place < len(standing) and standing[place][0] <= most else None


def as_chosen(
    asked: Iterable[Mapping[str, Any]], *, count: int, others: str, chosen: Mapping[int, str]
) -> dict[str, Any]:
    """What a member chose, as an import keeps it: of each row that was shown ("rows", with the listing that it looked
    like then), and of the others. Raises ValidationError where something is asked, and not answered.

    `asked` are the rows of the preview, each {"row", "listing"}; `count` is how many there are in all.
    """
    shown = list(asked)
    rows = {
        str(one["row"]): {"choice": chosen[one["row"]], "listing": one["listing"]}
        for one in shown
        if chosen.get(one["row"])
    }
    if {others, *(row["choice"] for row in rows.values())} - {"", *RowChoice.values}:
        raise ValidationError(_("Kies een van de mogelijkheden uit de lijst."))
    if not others and len(rows) < count:
        raise ValidationError(_("Sommige rijen lijken op wat er al staat. Kies wat er met elk ervan gebeurt."))
    return {"rows": rows, "others": others}


def settle(
    rows: list[Parsed], found: Mapping[int, int | None], choices: Mapping[str, Any]
) -> tuple[list[Parsed], dict[int, int]] | None:
    """The rows that are to be stored, and of those that update what they look like the id of that listing, by number.
    None where somebody is still to choose: nobody did, or it looks like another listing by now.
    """
    updated: dict[int, int] = {}
    skipped: set[int] = set()
    for number, listing in found.items():
        given = choices.get("rows", {}).get(str(number))
        if given and given["listing"] != listing:
            return None
        match given["choice"] if given else choices.get("others"):
            case RowChoice.NEW:
                continue
            case RowChoice.UPDATE if listing is not None:
                updated[number] = listing
            # What another row says already stays as that row says.
            case RowChoice.SKIP | RowChoice.UPDATE:
                skipped.add(number)
            case _other:
                return None
    return [row for row in rows if row.row not in skipped], updated
