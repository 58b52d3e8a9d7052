"""Which step of a standing agreement follows which, who takes it, and how long it waits; no other place says so."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from exchanges.enums import AgreementState as S
from exchanges.enums import Side, Turn
from exchanges.steps import DAY
from exchanges.verbs import AgreementVerb as V

if TYPE_CHECKING:
    from exchanges.models import StandingAgreement


class Proposed(Enum):
    """What a step needs to know of a change that waits for an answer: that none does, or whose it is."""

    NONE = "none"
    OWN = "own"
    OTHERS = "others"


@dataclass(frozen=True)
class AgreementStep:
    """From which states it leads where; without a target the state stays as it is. `sides` may take it, and staff of
    the hub on their behalf; without any, time alone does. `proposed` is whose change has to wait for an answer.
    """

    verb: V
    sources: frozenset[S]
    target: S | None
    sides: frozenset[Side] = frozenset()
    needs_reason: bool = False
    proposed: Proposed | None = None

    def sides_of(self, agreement: "StandingAgreement") -> frozenset[Side]:
        """Who may take it of one agreement: whose change waits takes that back, and the other side answers it."""
        if self.proposed in (None, Proposed.NONE) or not agreement.proposed_by:
            return self.sides
        by = Side(agreement.proposed_by)
        return self.sides & {by if self.proposed == Proposed.OWN else by.other}

    def fits(self, agreement: "StandingAgreement") -> bool:
        """Whether it can be taken as an agreement stands now."""
        waits = self.proposed is None or bool(agreement.proposed_by) == (self.proposed != Proposed.NONE)
        return agreement.state in self.sources and waits


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
#: What a change becomes that asks more of the other side.
PROPOSE_CHANGE = AgreementStep(V.CHANGE_PROPOSED, _from(S.AGREED), None, _BOTH, proposed=Proposed.NONE)
STEPS: dict[str, AgreementStep] = {
    "accept": AgreementStep(V.AGREED, _from(S.ASKED), S.AGREED, _OWNER),
    "counter": AgreementStep(V.COUNTERED, _from(S.ASKED), S.COUNTERED, _OWNER),
    "decline": AgreementStep(V.DECLINED, _from(S.ASKED), S.DECLINED, _OWNER, needs_reason=True),
    "agree": AgreementStep(V.AGREED, _from(S.COUNTERED), S.AGREED, _REQUESTER),
    "withdraw": AgreementStep(V.WITHDRAWN, _from(S.ASKED, S.COUNTERED), S.WITHDRAWN, _REQUESTER),
    "take_back": AgreementStep(V.TAKEN_BACK, _from(S.COUNTERED), S.ASKED, _OWNER),
    "agree_change": AgreementStep(V.CHANGE_AGREED, _from(S.AGREED), None, _BOTH, proposed=Proposed.OTHERS),
    "decline_change": AgreementStep(
        V.CHANGE_DECLINED, _from(S.AGREED), None, _BOTH, needs_reason=True, proposed=Proposed.OTHERS
    ),
    "take_back_change": AgreementStep(V.CHANGE_TAKEN_BACK, _from(S.AGREED), None, _BOTH, proposed=Proposed.OWN),
    "change_delivery": AgreementStep(V.DELIVERY_CHANGED, _from(S.AGREED), None, _BOTH),
    "skip_delivery": AgreementStep(V.SKIPPED, _from(S.AGREED), None, _BOTH, needs_reason=True),
    "change": AgreementStep(V.CHANGED, _from(S.AGREED), None, _BOTH, proposed=Proposed.NONE),
    "pause": AgreementStep(V.PAUSED, _from(S.AGREED), S.PAUSED, _BOTH, needs_reason=True),
    "resume": AgreementStep(V.RESUMED, _from(S.PAUSED), S.AGREED, _BOTH),
    "end": AgreementStep(V.ENDED, _from(S.AGREED, S.PAUSED), S.ENDED, _BOTH, needs_reason=True),
    "lapse": AgreementStep(V.LAPSED, _from(S.ASKED, S.COUNTERED), S.LAPSED),
    "lapse_change": AgreementStep(V.CHANGE_LAPSED, _from(S.AGREED), None),
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


def turn_of(agreement: "StandingAgreement") -> Turn:
    """Who is to do something now."""
    if agreement.proposed_by:
        return Turn(Side(agreement.proposed_by).other.value)
    wait = WAITS.get(S(agreement.state))
    return wait.turn if wait is not None else Turn.NOBODY
