"""How far those hand-overs of a chain are whose parties are nobody else's affair: who counts on a chain knows that."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from exchanges.enums import ArrangementKind, ExchangeState
from exchanges.models import Arrangement, Exchange


@dataclass(frozen=True)
class UnseenPart:
    """A hand-over to the service, or from there to who uses it (`is_last`): in which state since when, and no more."""

    is_last: bool
    state: ExchangeState
    since: dt.datetime


def unseen_parts(arrangement: Arrangement, parts: Iterable[Exchange], seen: Collection[int]) -> list[UnseenPart]:
    """What a reader learns of those parts of a chain that aren't among the exchanges that they see, by their keys. Of
    what is no chain, nothing.
    """
    if arrangement.kind != ArrangementKind.CHAIN:
        return []
    return [
        UnseenPart(one.via_id is not None, ExchangeState(one.state), one.state_since)
        for one in parts
        if one.pk not in seen
    ]
