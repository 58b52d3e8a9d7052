"""Which step of a standing agreement follows which, who takes it, and how long it waits; no other place says so."""

import datetime as dt
from dataclasses import dataclass

from exchanges.enums import AgreementState as S
from exchanges.enums import Side, Turn
from exchanges.steps import DAY
from exchanges.verbs import AgreementVerb as V


@dataclass(frozen=True)
class AgreementStep:
    """From which states it leads where; without a target the state stays as it is. `sides` may take it, and staff of
    the hub on their behalf; without any, time alone does.
    """

    verb: V
    sources: frozenset[S]
    target: S | None
    sides: frozenset[Side] = frozenset()
    needs_reason: bool = False


@dataclass(frozen=True)
class AgreementWait:
    """Whose turn it is, how long a state lasts at most, when people are reminded of it, and which step ends it."""

    turn: Turn
    lasts: dt.timedelta
    reminders: tuple[dt.timedelta, ...]
    time_out: str


_REQUESTER, _OWNER = frozenset({Side.REQUESTER}), frozenset({Side.OWNER})
_BOTH = _REQUESTER | _OWNER


def _from(*states: S) -> frozenset[S]:
    return frozenset(states)


#: How one begins.
ASK = AgreementStep(V.ASKED, _from(), S.ASKED, _REQUESTER)
STEPS: dict[str, AgreementStep] = {
    "accept": AgreementStep(V.AGREED, _from(S.ASKED), S.AGREED, _OWNER),
    "counter": AgreementStep(V.COUNTERED, _from(S.ASKED), S.COUNTERED, _OWNER),
    "decline": AgreementStep(V.DECLINED, _from(S.ASKED), S.DECLINED, _OWNER, needs_reason=True),
    "agree": AgreementStep(V.AGREED, _from(S.COUNTERED), S.AGREED, _REQUESTER),
    "withdraw": AgreementStep(V.WITHDRAWN, _from(S.ASKED, S.COUNTERED), S.WITHDRAWN, _REQUESTER),
    "take_back": AgreementStep(V.TAKEN_BACK, _from(S.COUNTERED), S.ASKED, _OWNER),
    "change_delivery": AgreementStep(V.DELIVERY_CHANGED, _from(S.AGREED), None, _BOTH),
    "skip_delivery": AgreementStep(V.SKIPPED, _from(S.AGREED), None, _BOTH, needs_reason=True),
    "change": AgreementStep(V.CHANGED, _from(S.AGREED), None, _BOTH),
    "pause": AgreementStep(V.PAUSED, _from(S.AGREED), S.PAUSED, _BOTH, needs_reason=True),
    "resume": AgreementStep(V.RESUMED, _from(S.PAUSED), S.AGREED, _BOTH),
    "end": AgreementStep(V.ENDED, _from(S.AGREED, S.PAUSED), S.ENDED, _BOTH, needs_reason=True),
    "lapse": AgreementStep(V.LAPSED, _from(S.ASKED, S.COUNTERED), S.LAPSED),
    "run_out": AgreementStep(V.ENDED_BY_TIME, _from(S.AGREED, S.PAUSED), S.ENDED),
}
#: Of what runs, its dates say what falls due.
WAITS: dict[S, AgreementWait] = {
    S.ASKED: AgreementWait(Turn.OWNER, 7 * DAY, (3 * DAY, 6 * DAY), "lapse"),
    # Nothing is held for it, so that it may take its time.
    S.COUNTERED: AgreementWait(Turn.REQUESTER, 7 * DAY, (3 * DAY, 6 * DAY), "lapse"),
    S.PAUSED: AgreementWait(Turn.BOTH, 182 * DAY, (60 * DAY, 150 * DAY), "run_out"),
}
#: A delivery becomes an exchange so long before its day: both see it come, and what is free for others is sure.
AHEAD = 21 * DAY


def turn_of(state: str) -> Turn:
    """Who is to do something now."""
    wait = WAITS.get(S(state))
    return wait.turn if wait is not None else Turn.NOBODY
