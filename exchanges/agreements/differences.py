"""What a step made different in the terms of a standing agreement, or in one of its dates: the old beside the new."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from exchanges.agreements.rhythm import hours_words, is_day_of, rhythm_words
from exchanges.agreements.terms import Terms, read_terms, written
from exchanges.models import Delivery
from materials import figures


@dataclass(frozen=True)
class Differs:
    """What stood before and after, as the journal keeps both: terms with their unit, or a date's quantity and day."""

    was: dict[str, Any]
    now: dict[str, Any]


def kept_terms(terms: Terms, unit: str) -> dict[str, Any]:
    return written(terms) | {"unit": unit}


def kept_delivery(delivery: Delivery, unit: str) -> dict[str, Any]:
    return {"quantity": str(delivery.quantity), "unit": unit, "on": delivery.on.isoformat()}


def difference_words(differs: Differs) -> list[str]:
    """ "Per levering: van 90 naar 700 kg", "Waar en hoe: Poort 3 → Kade 9"; empty where nothing differs."""
    was, now = differs.was, differs.now
    said = list(_quantities(was, now))
    if "on" in was:
        days = [figures.long_day(dt.date.fromisoformat(kept["on"])) for kept in (was, now)]
        return [*said, *_pair(_("Dag"), *days)]
    before, after = read_terms(was), read_terms(now)
    return [
        *said,
        *_pair(_("Hoe vaak"), *_rhythms(before, after)),
        *_pair(_("Uur"), *(_hours(terms) for terms in (before, after))),
        *_pair(_("Waar en hoe"), *(terms.place or _("plek af te spreken") for terms in (before, after))),
        *_pair(_("Tot en met"), *(_last(terms) for terms in (before, after))),
    ]


def _quantities(was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    before, after = (figures.stored_amount(Decimal(kept["quantity"]), kept["unit"]) for kept in (was, now))
    if before == after:
        return
    if was["unit"] == now["unit"]:
        before = figures.number(Decimal(was["quantity"]), 3)
    what = _("Hoeveelheid") if "on" in was else _("Per levering")
    yield _("%(what)s: van %(before)s naar %(after)s") % {"what": what, "before": before, "after": after}


def _pair(what: str, before: str, after: str) -> Iterator[str]:
    if before != after:
        yield _("%(what)s: %(before)s → %(after)s") % {"what": what, "before": before, "after": after}


def _rhythms(before: Terms, after: Terms) -> tuple[str, str]:
    """With the first days where the same words mean other dates: each second Tuesday, but the ones between."""
    old, new = rhythm_words(before), rhythm_words(after)
    if old != new or is_day_of(replace(before, ends_on=None), after.starts_on):
        return old, new
    return _since(before), _since(after)


def _since(terms: Terms) -> str:
    words = {"rhythm": rhythm_words(terms), "day": figures.long_day(terms.starts_on)}
    return _("%(rhythm)s vanaf %(day)s") % words


def _hours(terms: Terms) -> str:
    return hours_words((terms.from_time, terms.to_time)) or _("telkens af te spreken")


def _last(terms: Terms) -> str:
    return figures.long_day(terms.ends_on) if terms.ends_on is not None else _("tot een van jullie stopt")
