"""Which step of a standing agreement follows which, who takes it, and how long it waits; no other place says so."""

import datetime as dt
from dataclasses import dataclass

from exchanges.enums import AgreementState as S
from exchanges.enums import Side
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
    """How long a state lasts at most, when people are reminded of it, and which step ends it."""

    lasts: dt.timedelta
    reminders: tuple[dt.timedelta, ...]
    time_out: str


_BOTH = frozenset(Side)


def _from(*states: S) -> frozenset[S]:
    return frozenset(states)


#: How one begins.
ASK = AgreementStep(V.ASKED, _from(), S.ASKED, frozenset({Side.REQUESTER}))
STEPS: dict[str, AgreementStep] = {
    "accept": AgreementStep(V.AGREED, _from(S.ASKED), S.AGREED, frozenset({Side.OWNER})),
    "decline": AgreementStep(V.DECLINED, _from(S.ASKED), S.DECLINED, frozenset({Side.OWNER}), needs_reason=True),
    "withdraw": AgreementStep(V.WITHDRAWN, _from(S.ASKED), S.WITHDRAWN, frozenset({Side.REQUESTER})),
    "change_delivery": AgreementStep(V.DELIVERY_CHANGED, _from(S.AGREED), None, _BOTH),
    "skip_delivery": AgreementStep(V.SKIPPED, _from(S.AGREED), None, _BOTH, needs_reason=True),
    "change": AgreementStep(V.CHANGED, _from(S.AGREED), None, _BOTH),
    "pause": AgreementStep(V.PAUSED, _from(S.AGREED), S.PAUSED, _BOTH, needs_reason=True),
    "resume": AgreementStep(V.RESUMED, _from(S.PAUSED), S.AGREED, _BOTH),
    "end": AgreementStep(V.ENDED, _from(S.AGREED, S.PAUSED), S.ENDED, _BOTH, needs_reason=True),
    "lapse": AgreementStep(V.LAPSED, _from(S.ASKED), S.LAPSED),
    "run_out": AgreementStep(V.ENDED_BY_TIME, _from(S.AGREED, S.PAUSED), S.ENDED),
}
#: Of what runs, its dates say what falls due.
WAITS: dict[S, AgreementWait] = {
    S.ASKED: AgreementWait(7 * DAY, (3 * DAY, 6 * DAY), "lapse"),
    S.PAUSED: AgreementWait(182 * DAY, (60 * DAY, 150 * DAY), "run_out"),
}
#: A delivery becomes an exchange so long before its day: both see it come, and what is free for others is sure.
AHEAD = 21 * DAY
