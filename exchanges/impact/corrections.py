"""What later lines of the ledger corrected: the lines that they replaced, and who corrected them, when and why."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from accounts.models import User
from exchanges.enums import ExchangeState
from exchanges.models import Exchange, ExchangeStep, ImpactEntry
from exchanges.parties import know_parties
from exchanges.words import who_of
from geo.models import Hub

_CORRECTING = (ExchangeState.COMPLETED, ExchangeState.DISPUTED, ExchangeState.CANCELLED)


@dataclass(frozen=True)
class Correction:
    """`replaced` counted until `by` did. `who`, `at` and `why` are those of the step that wrote the later one; `why`
    is empty where it gives no reason.
    """

    replaced: ImpactEntry
    by: ImpactEntry
    who: str
    at: dt.datetime
    why: str


def corrections_of(entries: Iterable[ImpactEntry], reader: User) -> dict[int, list[Correction]]:
    """By the key of each of these lines that corrects others, what was corrected: the newest first. For who sees the
    lines: whatever was corrected was in dispute, and so its hubs and both sides read why.

    The number of queries is the same for few and for many; none where nothing was corrected.
    """
    corrected = [one for one in entries if one.corrects_id is not None]
    if not corrected:
        return {}
    legs = {one.leg_id for one in corrected}
    lines: dict[int, list[ImpactEntry]] = {}
    for line in ImpactEntry.objects.filter(leg__in=legs).order_by("pk"):
        lines.setdefault(line.leg_id, []).append(line)
    exchanges = {
        leg.pk: one
        for one in Exchange.objects.filter(legs__in=legs).for_cards()
        for leg in one.legs.all()
    }  # fmt: skip
    know_parties(exchanges.values(), reader)
    steps = _writing_steps(exchanges.values())
    people = User.objects.in_bulk([step.actor_id for rows in steps.values() for step in rows if step.actor_id])
    hubs = dict(Hub.objects.values_list("pk", "name"))
    found = {}
    for entry in corrected:
        exchange = exchanges[entry.leg_id]
        names = ", ".join(hubs[pk] for pk in exchange.hub_ids if pk in hubs)
        # Each of these steps wrote a line: the first of them the first.
        written = zip(pairwise(lines[entry.leg_id]), steps[exchange.pk][1:], strict=False)
        found[entry.pk] = [
            Correction(replaced, by, who_of(step, exchange, people, names), step.at, step.reason)
            for (replaced, by), step in written
        ][::-1]
    return found


def _writing_steps(exchanges: Iterable[Exchange]) -> dict[int, list[ExchangeStep]]:
    """By exchange the steps that wrote a line: those that completed it, and what changed its state after that."""
    found: dict[int, list[ExchangeStep]] = {}
    rows_of_all = ExchangeStep.objects.filter(exchange__in=list(exchanges), state_after__in=_CORRECTING)
    for step in rows_of_all.order_by("number"):
        rows = found.setdefault(step.exchange_id, [])
        if step.state_before != step.state_after and (rows or step.state_after == ExchangeState.COMPLETED):
            rows.append(step)
    return found
