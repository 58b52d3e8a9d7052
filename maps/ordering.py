"""In which orders a table shows elements. Each is stable: what is alike follows by its number."""

from typing import Any

from django.conf import settings
from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import get_language

from maps.enums import FeatureState
from maps.querysets import MapFeatureQuerySet
from maps.yearly import PerYear

#: By the name of an order what it goes by; the municipality by its name in the reader's language.
_ORDERS: dict[str, Any] = {
    "title": Lower("title"),
    "kind": F("kind"),
    "material": F("material__tree_left"),
    # What weighs most, of a flow in a year: an amount in pieces says nothing beside one in tonnes.
    "quantity": PerYear("mass_kg"),
    "municipality": None,
    "source": Lower(Coalesce(NullIf("source_name", Value("")), "source_organisation__name")),
    "destination": Lower(NullIf("destination", Value(""))),
    "available_until": F("available_until"),
    "state": Case(*(When(state=state, then=Value(place)) for place, state in enumerate(FeatureState.values))),
    "verified": F("verified_at"),
    "changed": F("updated_at"),
}
ORDERS = tuple(_ORDERS)


def ordered(elements: MapFeatureQuerySet, by: str) -> MapFeatureQuerySet:
    """Elements in an order of ORDERS, or with "-" before it the other way round; without any, the newest first.

    What has nothing to go by comes last both ways.
    """
    if not by:
        return elements.order_by("-pk")
    name, descends = by.removeprefix("-"), by.startswith("-")
    language = get_language() or settings.LANGUAGE_CODE
    what = F(f"municipality__name_{language}") if name == "municipality" else _ORDERS[name]
    if descends:
        return elements.order_by(what.desc(nulls_last=True), "-pk")
    return elements.order_by(what.asc(nulls_last=True), "pk")
