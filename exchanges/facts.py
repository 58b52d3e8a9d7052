"""How exchanges of an organisation went: counts and times that happened, never marks. One query for all of them."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Aggregate, Count, DurationField, Exists, ExpressionWrapper, F, Min, OuterRef, Q, Subquery

from accounts.models import Organisation
from exchanges.enums import Confirmation, ExchangeState, Side
from exchanges.models import Exchange, ExchangeStep, ImpactEntry, Proposal
from exchanges.verbs import ExchangeVerb

#: Facts are of what happened this long before now.
MONTHS = 24
PERIOD = dt.timedelta(days=730)
#: Of fewer exchanges no share is said, and no usual time: they would say more of one than of an organisation.
LEAST = 3

_ANSWERS = (ExchangeVerb.ACCEPTED, ExchangeVerb.COUNTERED, ExchangeVerb.DECLINED)
#: How an exchange begins of which nobody has to answer a request.
_AGREED_AT_ONCE = (ExchangeVerb.BOOKED, ExchangeVerb.CHAINED, ExchangeVerb.DELIVERY)


@dataclass(frozen=True)
class Facts:
    """Of the last MONTHS. A no-show counts where it was reported, no other time was agreed, and who it is said of
    didn't contest it while they could, or the hub decided that they didn't come.

    `asked` are the requests that its listings got and that it answered or let lapse, `reply` within which time half of
    its answers came. What was gone before an answer was due counts not. What a hub proposed to both sides is no
    request, nor is a chain, a week that was reserved, or a delivery by a standing agreement.
    `weighed_by_both` are those of `completed` whose quantity or weight both sides confirmed.
    """

    completed: int
    weighed_by_both: int
    no_shows: int
    asked: int
    answered: int
    reply: dt.timedelta | None

    @property
    def share_weighed_by_both(self) -> float | None:
        """None where too little was completed to say one."""
        return self.weighed_by_both / self.completed if self.completed >= LEAST else None


class _Median(Aggregate):
    """The middle one of durations, those that aren't known left out."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def facts_of(organisation: Organisation, *, at: dt.datetime) -> Facts:
    since = at - PERIOD
    asks, owns = Q(requester=organisation), Q(owner=organisation)
    steps = ExchangeStep.objects.filter(exchange=OuterRef("pk"))
    lines = ImpactEntry.objects.current().filter(leg__exchange=OuterRef("pk"))
    rows = Exchange.objects.filter(asks | owns, state_since__gte=since).annotate(
        answered_at=Subquery(
            steps.filter(step__in=_ANSWERS).order_by().values("exchange").annotate(first=Min("at")).values("first")
        ),
        was_contested=Exists(steps.filter(step=ExchangeVerb.NO_SHOW_CONTESTED)),
        was_upheld=Exists(steps.filter(step=ExchangeVerb.NO_SHOW_UPHELD)),
        was_proposed=Exists(Proposal.objects.filter(exchange=OuterRef("pk"))),
        was_gone=Exists(steps.filter(step=ExchangeVerb.GONE)),
        was_agreed_at_once=Exists(steps.filter(step__in=_AGREED_AT_ONCE)),
        is_weighed=Exists(lines),
        is_weighed_otherwise=Exists(lines.exclude(confirmation=Confirmation.BOTH)),
    )
    completed = Q(state=ExchangeState.COMPLETED)
    missed = Q(asks, no_show_by=Side.REQUESTER) | Q(owns, no_show_by=Side.OWNER)
    stands = Q(was_contested=False) | Q(was_upheld=True)
    request = Q(owns, created_at__gte=since, was_proposed=False, was_agreed_at_once=False)
    answered = request & Q(answered_at__isnull=False)
    waited = ExpressionWrapper(F("answered_at") - F("created_at"), output_field=DurationField())
    found = rows.aggregate(
        completed=Count("pk", filter=completed),
        weighed_by_both=Count("pk", filter=completed & Q(is_weighed=True, is_weighed_otherwise=False)),
        no_shows=Count("pk", filter=missed & stands & Q(state=ExchangeState.CANCELLED)),
        answered=Count("pk", filter=answered),
        asked=Count("pk", filter=answered | request & Q(answered_at=None, state=ExchangeState.LAPSED, was_gone=False)),
        reply=_Median(waited, filter=answered),
    )
    if found["answered"] < LEAST:
        found["reply"] = None
    return Facts(**found)
