"""What two sides agree on: the terms of a standing agreement, as a value of its own."""

import datetime as dt
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any, TypedDict

from exchanges.enums import Rhythm
from exchanges.models import StandingAgreement


@dataclass(frozen=True)
class Terms:
    """So much, in a rhythm from a first day on; on which clock times, and where, in words."""

    quantity: Decimal
    starts_on: dt.date
    rhythm: str = Rhythm.WEEKS
    every: int = 1
    ends_on: dt.date | None = None
    from_time: dt.time | None = None
    to_time: dt.time | None = None
    place: str = ""


class SomeTerms(TypedDict, total=False):
    """Those that somebody changes, by the names of `Terms`: the others stay as they are when it is done."""

    quantity: Decimal
    starts_on: dt.date
    rhythm: str
    every: int
    ends_on: dt.date | None
    from_time: dt.time | None
    to_time: dt.time | None
    place: str


#: By the names that the agreement, the API and `Terms` all give them.
TERMS = tuple(field.name for field in fields(Terms))


def terms_of(agreement: StandingAgreement) -> Terms:
    """As they stand."""
    return Terms(**{name: getattr(agreement, name) for name in TERMS})


def wanted_terms(agreement: StandingAgreement, wanted: Terms | SomeTerms) -> Terms:
    """All that is wanted of an agreement: what `wanted` leaves out is as it stands, so that it has to be locked."""
    return wanted if isinstance(wanted, Terms) else replace(terms_of(agreement), **wanted)


def set_terms(agreement: StandingAgreement, terms: Terms) -> None:
    for name in TERMS:
        setattr(agreement, name, getattr(terms, name))
    agreement.place = terms.place.strip()


def written(terms: Terms) -> dict[str, Any]:
    """As the database keeps them beside those that stand; read_terms() reads them back."""
    found = {name: getattr(terms, name) for name in TERMS}
    return {name: value if isinstance(value, int | None) else str(value) for name, value in found.items()}


def asked_terms(agreement: StandingAgreement) -> Terms | None:
    """What was asked, where a counter-offer stands in its place, or came in its place; None where there was none."""
    return read_terms(agreement.asked_terms) if agreement.asked_terms else None


def read_terms(kept: dict[str, Any]) -> Terms:
    """Those that written() wrote."""
    return Terms(
        quantity=Decimal(kept["quantity"]), starts_on=dt.date.fromisoformat(kept["starts_on"]),
        rhythm=kept["rhythm"], every=kept["every"], ends_on=_day(kept["ends_on"]), from_time=_time(kept["from_time"]),
        to_time=_time(kept["to_time"]), place=kept["place"],
    )  # fmt: skip


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _time(text: str | None) -> dt.time | None:
    return dt.time.fromisoformat(text) if text else None
