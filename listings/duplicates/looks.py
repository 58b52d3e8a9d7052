"""What makes two listings look alike, as it is kept where staff say that they are none; what of it changed."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from listings.models import Listing
from materials import figures

#: What is compared of one listing, in SQL. Numbers are texts, so that JSON rounds none.
_LOOK = """jsonb_build_object(
    'title', {row}.title, 'material', {row}.material_id, 'quantity', {row}.quantity::text, 'unit', {row}.unit,
    'place', ST_AsText({row}.position, 1))"""


def looks_of(one: str, other: str) -> str:
    """SQL for the looks of two rows of listings, which have these names in a query: {"12": {…}, "7": {…}}."""
    return f"jsonb_build_object({one}.id::text, {_LOOK.format(row=one)}, {other}.id::text, {_LOOK.format(row=other)})"


#: Columns of listings that looks_of() reads.
COLUMNS = ("id", "title", "material_id", "quantity", "unit", "position")


def changes_in_words(listing: Listing, before: dict[str, Any], now: dict[str, Any]) -> str:
    """What a listing says otherwise than when it was said to be no duplicate; empty where nothing changed."""
    was, is_now = before.get(str(listing.pk), {}), now[str(listing.pk)]
    said = []
    if was.get("title") != is_now["title"]:
        said.append(_("de titel (was “%(title)s”)") % {"title": was.get("title", "")})
    if was.get("material") != is_now["material"]:
        said.append(_("het materiaal"))
    if (was.get("quantity"), was.get("unit")) != (is_now["quantity"], is_now["unit"]):
        said.append(_("de hoeveelheid (was %(amount)s)") % {"amount": _amount(was)})
    if was.get("place") != is_now["place"]:
        said.append(_("de plaats"))
    return _("Bij “%(listing)s” veranderde: %(fields)s.") % {
        "listing": listing.heading, "fields": ", ".join(said),
    } if said else ""  # fmt: skip


def _amount(look: dict[str, Any]) -> str:
    return figures.stored_amount(Decimal(look["quantity"]), look["unit"]) if look.get("quantity") else "–"
