"""Which step follows which, and how long each state lasts before time decides: the only place that says so.

`docs/adr/0037` says why it is a plain table.
"""

import datetime as dt
from dataclasses import dataclass, replace
from enum import Enum

from exchanges.enums import WENT_OVER, Role, Turn
from exchanges.enums import ExchangeState as S
from exchanges.verbs import ExchangeVerb

DAY = dt.timedelta(days=1)
#: Who cancels less than this before the appointment, does so late.
LATE = DAY
#: How long after it a no-show can be contested, and what is completed be disputed.
CONTEST_WITHIN, DISPUTE_WITHIN = 5 * DAY, 30 * DAY


class Lot(Enum):
    """What a step does to what is held of the lot."""

    AS_IS = "as it is"
    HOLD = "hold"
    RELEASE = "release"
    GIVE = "give"


@dataclass(frozen=True)
class Step:
    """From which states it leads where, and who may take it. Staff of the hub may take what a side may, on its behalf.

    Where HUB is an actor itself, it mediates. Without a target the state stays as it is.
    """

    verb: ExchangeVerb
    sources: frozenset[S]
    target: S | None
    actors: frozenset[Role]
    lot: Lot = Lot.AS_IS
    needs_reason: bool = False


@dataclass(frozen=True)
class Waiting:
    """How long a state lasts at most, when people are reminded of it, and which step ends it then.

    `turn` is who is to do something; where the appointment or the weights say that, it is what else holds.
    """

    turn: Turn
    lasts: dt.timedelta
    reminders: tuple[dt.timedelta, ...]
    time_out: str


_REQUESTER, _OWNER = frozenset({Role.REQUESTER}), frozenset({Role.OWNER})
_BOTH = _REQUESTER | _OWNER
_HUB, _TIME = frozenset({Role.HUB}), frozenset({Role.TIME_OUT})


def _from(*states: S) -> frozenset[S]:
    return frozenset(states)


V = ExchangeVerb
STEPS: dict[str, Step] = {
    "accept": Step(V.ACCEPTED, _from(S.REQUESTED), S.ACCEPTED, _OWNER, Lot.HOLD),
    "counter": Step(V.COUNTERED, _from(S.REQUESTED), S.COUNTERED, _OWNER, Lot.HOLD),
    "decline": Step(V.DECLINED, _from(S.REQUESTED), S.DECLINED, _OWNER, needs_reason=True),
    "agree": Step(V.AGREED, _from(S.COUNTERED), S.ACCEPTED, _REQUESTER),
    "take_back": Step(V.TAKEN_BACK, _from(S.COUNTERED), S.REQUESTED, _OWNER, Lot.RELEASE),
    "withdraw": Step(V.WITHDRAWN, _from(S.REQUESTED, S.COUNTERED), S.WITHDRAWN, _REQUESTER, Lot.RELEASE),
    "propose_times": Step(V.TIMES_PROPOSED, _from(S.ACCEPTED, S.SCHEDULED, S.NO_SHOW), None, _BOTH),
    "confirm_time": Step(V.TIME_CONFIRMED, _from(S.ACCEPTED, S.SCHEDULED, S.NO_SHOW), S.SCHEDULED, _BOTH),
    "state_carrier": Step(V.CARRIER_STATED, _from(S.ACCEPTED, S.SCHEDULED, S.NO_SHOW), None, _BOTH),
    "cancel": Step(
        V.CANCELLED, _from(S.ACCEPTED, S.SCHEDULED, S.NO_SHOW), S.CANCELLED, _BOTH, Lot.RELEASE, needs_reason=True
    ),
    "state_weight": Step(
        V.WEIGHT_STATED, _from(S.ACCEPTED, S.SCHEDULED, S.NO_SHOW, S.HANDED_OVER), S.HANDED_OVER, _BOTH
    ),
    "confirm_weight": Step(V.COMPLETED, _from(S.HANDED_OVER), S.COMPLETED, _BOTH, Lot.GIVE),
    "report_no_show": Step(V.NO_SHOW, _from(S.SCHEDULED), S.NO_SHOW, _BOTH),
    "contest_no_show": Step(V.NO_SHOW_CONTESTED, _from(S.NO_SHOW), S.DISPUTED, _BOTH, needs_reason=True),
    "dispute": Step(V.DISPUTED, _from(S.HANDED_OVER, S.COMPLETED), S.DISPUTED, _BOTH, needs_reason=True),
    "free_again": Step(V.FREED_AGAIN, _from(*WENT_OVER), None, _REQUESTER),
    "settle": Step(V.SETTLED, _from(S.DISPUTED), S.COMPLETED, _HUB, Lot.GIVE, needs_reason=True),
    "settle_cancelled": Step(
        V.SETTLED_CANCELLED, _from(S.DISPUTED), S.CANCELLED, _HUB, Lot.RELEASE, needs_reason=True
    ),
    "uphold_no_show": Step(V.NO_SHOW_UPHELD, _from(S.DISPUTED), S.CANCELLED, _HUB, Lot.RELEASE, needs_reason=True),
    "lapse": Step(
        V.LAPSED, _from(S.REQUESTED, S.COUNTERED, S.ACCEPTED, S.SCHEDULED), S.LAPSED, _TIME, Lot.RELEASE
    ),
    "complete": Step(V.COMPLETED_ONE_SIDED, _from(S.HANDED_OVER, S.DISPUTED), S.COMPLETED, _TIME, Lot.GIVE),
    "fall": Step(
        V.CHAIN_FELL, _from(S.ACCEPTED, S.SCHEDULED, S.NO_SHOW), S.CANCELLED, _TIME, Lot.RELEASE
    ),
    "gone": Step(V.GONE, _from(S.REQUESTED), S.LAPSED, _TIME),
    "stop": Step(V.CANCELLED_BY_TIME, _from(S.NO_SHOW, S.DISPUTED), S.CANCELLED, _TIME, Lot.RELEASE),
}  # fmt: skip

#: Taken by changing the delivery of a standing agreement (exchanges.agreements), and so by no name of its own.
CHANGE_DELIVERY = Step(V.DELIVERY_CHANGED, _from(S.ACCEPTED, S.SCHEDULED), None, _BOTH, Lot.HOLD)
#: A step of the agreement says why, or needs not: who changes what follows may keep silent.
CALL_OFF_DELIVERY = replace(STEPS["cancel"], needs_reason=False)
#: How "settle_cancelled" is told where the disagreement was about a no-show.
DROP_NO_SHOW = replace(STEPS["settle_cancelled"], verb=V.NO_SHOW_DROPPED)

#: Of each open state. `exchanges.schedule` reckons with them: from the appointment where there is one, and of what was
#: handed over in working days.
STATES: dict[S, Waiting] = {
    S.REQUESTED: Waiting(Turn.OWNER, 7 * DAY, (3 * DAY, 6 * DAY), "lapse"),
    S.COUNTERED: Waiting(Turn.REQUESTER, 3 * DAY, (2 * DAY,), "lapse"),
    S.ACCEPTED: Waiting(Turn.BOTH, 14 * DAY, (7 * DAY, 12 * DAY), "lapse"),
    # Before its beginning, and after its end.
    S.SCHEDULED: Waiting(Turn.NOBODY, 10 * DAY, (-3 * DAY, -1 * DAY, 1 * DAY, 3 * DAY), "lapse"),
    S.HANDED_OVER: Waiting(Turn.BOTH, 5 * DAY, (2 * DAY, 4 * DAY), "complete"),
    S.NO_SHOW: Waiting(Turn.BOTH, 7 * DAY, (3 * DAY,), "stop"),
    # What nobody settles ends as it was stated: with a weight as one side gave it, else with nothing handed over.
    # The last reminder goes to operators too.
    S.DISPUTED: Waiting(Turn.HUB, 60 * DAY, (7 * DAY, 14 * DAY, 30 * DAY, 45 * DAY), "complete"),
}
