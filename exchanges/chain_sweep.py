"""When one hand-over of a chain falls through: the others stop, all three hear of it, and of the next best chain."""

import datetime as dt

from django.db.models import QuerySet

from exchanges.chain_letters import tell_of_fallen_chain
from exchanges.chain_parts import fallen_chains
from exchanges.models import Arrangement, Exchange
from exchanges.steps import STEPS
from exchanges.taking import begin, drop_accusation, finish
from journal.one_by_one import take_one_by_one


def to_stop() -> QuerySet[Exchange]:
    """What belongs to a fallen chain and hasn't been handed over."""
    return Exchange.objects.filter(state__in=sorted(STEPS["fall"].sources), arrangement__in=fallen_chains())


def sweep_chains(*, at: dt.datetime) -> int:
    """Each in a transaction of its own, that locks one exchange at most; returns how many chains fell.

    First all of a chain stops: then what was held for it is free, and the next best chain can be found.
    """
    take_one_by_one("what stops in chains", to_stop(), lambda found: _stop(found, at), at)
    # One of which something is still to stop, since somebody held its lock or it failed, waits for the next time.
    stopped = fallen_chains().exclude(pk__in=to_stop().values("arrangement"))
    return take_one_by_one("fallen chains", stopped, lambda fallen: _tell(fallen, at), at)


def _stop(exchange: Exchange, at: dt.datetime) -> None:
    taking = begin("fall", exchange=exchange, by=None, at=at)
    drop_accusation(taking)
    finish(taking)


def _tell(fallen: Arrangement, at: dt.datetime) -> None:
    fallen.fell_at = at
    fallen.save(update_fields=["fell_at"])
    tell_of_fallen_chain(fallen, at)
