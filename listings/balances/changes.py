"""What may not change of a listing while something of it is promised, in words by field.

The database refuses the same (listings/migrations/_balance_sql.py); this says why, and what is possible.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from listings.balances.free import unit_of
from listings.balances.periods import period_of, period_words
from listings.enums import ListingKind
from listings.models import WHOLE_LOT, Balance, Listing
from materials import figures

#: Refusals by field.
Refused = dict[str, ValidationError]
#: The fields that say in what a promise counts, and for what.
_COUNTED_IN = ("kind", "unit", "recurrence")


def check_promises_kept(before: Listing, after: Mapping[str, Any]) -> None:
    """Raise ValidationError, by field, where new values would break what is held or given of a listing."""
    if refused := refused_by_promises(before, after, promised_of([before.pk]).get(before.pk, ())):
        raise ValidationError(refused)


def promised_of(listing_ids: Collection[int]) -> dict[int, list[Balance]]:
    """By listing its balances of which something is held or given. One query."""
    found: dict[int, list[Balance]] = {}
    for row in Balance.objects.filter(listing__in=listing_ids, held__gt=-F("given")).order_by("listing", "period"):
        found.setdefault(row.listing_id, []).append(row)
    return found


def refused_by_promises(before: Listing, after: Mapping[str, Any], promised: Collection[Balance]) -> Refused:
    """What new values of a listing would break of its balances, by field. What `after` doesn't hold stays as it is.

    A period that is past hinders no change but that of the unit, the kind and the recurrence.
    """
    refused: Refused = {}
    if not promised:
        return refused
    values = {name: after.get(name, getattr(before, name)) for name in _READ}
    for name in _COUNTED_IN:
        if values[name] != getattr(before, name):
            refused[name] = ValidationError(
                _("Een deel is al gereserveerd of gegeven. Zolang dat zo is, kan dit niet anders."), code="promised"
            )
    if values["capacity_unit"] != before.capacity_unit:
        refused["capacity_unit"] = ValidationError(
            _("Er zijn weken geboekt in deze eenheid. Annuleer die eerst, of houd de eenheid."), code="promised"
        )
    first = period_of(before, timezone.localdate())
    for row in promised:
        if row.period >= first:
            refused |= {name: why for name, why in _of_period(before, values, row).items() if name not in refused}
    return refused


_READ = ("kind", "unit", "recurrence", "quantity", "splittable", "capacity_unit", "capacity_per_week")


def _of_period(before: Listing, values: Mapping[str, Any], row: Balance) -> Refused:
    """What new values would break of one period."""
    taken, unit = row.held + row.given, unit_of(before)
    words = {"taken": figures.stored_amount(taken, unit), "day": figures.day_and_month(row.period)}
    if before.kind == ListingKind.SERVICE:
        if _is_less(values["capacity_per_week"], taken):
            says = _("In de week van %(day)s is al %(taken)s geboekt. Geef minstens %(taken)s.")
            return {"capacity_per_week": ValidationError(says, code="promised", params=words)}
        return {}
    if _is_less(values["quantity"], taken):
        return {"quantity": _too_little(before, row, words)}
    if values["splittable"] or {row.held, row.given} <= {Decimal(0), values["quantity"]}:
        return {}
    if before.splittable:
        says = _("Een deel is al gereserveerd of gegeven: de partij kan niet meer alleen in haar geheel weg.")
        return {"splittable": ValidationError(says, code="promised")}
    says = _("De hele partij is al gereserveerd of gegeven. Houd de hoeveelheid op %(taken)s.")
    return {"quantity": ValidationError(says, code="promised", params=words)}


def _is_less(quantity: Decimal | None, taken: Decimal) -> bool:
    return quantity is None or quantity < taken


def _too_little(listing: Listing, row: Balance, words: dict[str, Any]) -> ValidationError:
    if row.period != WHOLE_LOT:
        says = _("%(period)s: al %(taken)s gereserveerd of gegeven. Geef minstens %(taken)s.")
        words["period"] = capfirst(period_words(listing, row.period))
    else:
        says = _("Hiervan is %(given)s gegeven en %(held)s gereserveerd. Geef minstens %(taken)s.")
        words |= {name: figures.stored_amount(getattr(row, name), unit_of(listing)) for name in ("held", "given")}
    return ValidationError(says, code="promised", params=words)
