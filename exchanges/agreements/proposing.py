"""A change that asks more of the other side waits for its yes: what was proposed, by whom, and until when."""

import datetime as dt
from dataclasses import dataclass

from exchanges.agreements.differences import Differs, kept_terms
from exchanges.agreements.rhythm import is_day_of
from exchanges.agreements.steps import WAITS
from exchanges.agreements.terms import Terms, read_terms, terms_of
from exchanges.enums import AgreementState, Rhythm, Side
from exchanges.models import StandingAgreement
from exchanges.schedule import BRUSSELS

#: It waits as a counter-offer does.
_WAIT = WAITS[AgreementState.COUNTERED]


@dataclass(frozen=True)
class ProposedChange:
    """`unit` is the one in which its listing counted then; `reason` is for who reads the conversation."""

    terms: Terms
    unit: str
    by: Side
    reason: str
    differs: Differs


def proposed_change(agreement: StandingAgreement) -> ProposedChange | None:
    """What waits for an answer."""
    kept = agreement.proposed_terms
    if kept is None:
        return None
    now = {name: value for name, value in kept.items() if name != "reason"}
    differs = Differs(kept_terms(terms_of(agreement), agreement.unit), now)
    return ProposedChange(read_terms(kept), kept["unit"], Side(agreement.proposed_by), kept["reason"], differs)


def set_proposed(
    agreement: StandingAgreement, terms: Terms, unit: str, *, by: Side, reason: str, at: dt.datetime
) -> None:
    agreement.proposed_terms = kept_terms(terms, unit) | {"reason": reason}
    agreement.proposed_by, agreement.proposed_at = by, at


def drop_proposed(agreement: StandingAgreement) -> None:
    agreement.proposed_terms, agreement.proposed_by, agreement.proposed_at = None, "", None


def answer_by(agreement: StandingAgreement) -> dt.datetime:
    """Until when a change that waits can be answered: a week, but not after its first day has begun."""
    assert agreement.proposed_terms is not None, "a change waits"
    assert agreement.proposed_at is not None, "with since when"
    first = read_terms(agreement.proposed_terms).starts_on
    begins = dt.datetime.combine(first, dt.time(), BRUSSELS).astimezone(dt.UTC)
    return min(agreement.proposed_at + _WAIT.lasts, begins)


def reminders_of_proposed(agreement: StandingAgreement) -> list[dt.datetime]:
    """When who is to answer is reminded."""
    assert agreement.proposed_at is not None, "a change waits"
    ends = answer_by(agreement)
    return [moment for wait in _WAIT.reminders if (moment := agreement.proposed_at + wait) < ends]


def asks_more(before: Terms, unit_before: str, after: Terms, unit: str) -> bool:
    """Whether other terms ask anything of the other side that they didn't agree to: more, another day, hour or place,
    or for longer. Less, less often and sooner over asks nothing.
    """
    is_longer = before.ends_on is not None and (after.ends_on is None or after.ends_on > before.ends_on)
    return (
        unit != unit_before
        or after.quantity > before.quantity
        or (after.from_time, after.to_time, after.place) != (before.from_time, before.to_time, before.place)
        or is_longer
        or not _has_only_days_of(before, after)
    )


def _has_only_days_of(before: Terms, after: Terms) -> bool:
    """Whether each date of a rhythm is one of another: every second week, from one of its weeks on."""
    whole = Terms(before.quantity, before.starts_on, before.rhythm, before.every)
    if after.rhythm != before.rhythm or after.every % before.every or not is_day_of(whole, after.starts_on):
        return False
    # From the last day of a short month on, months are counted by another day than before.
    return after.rhythm == Rhythm.WEEKS or after.starts_on.day == before.starts_on.day
