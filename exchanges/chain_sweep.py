"""When one hand-over of a chain falls through: the others stop, all three hear of it, and of the next best chain."""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet

from exchanges.chain_letters import tell_of_fallen_chain
from exchanges.enums import FELL, ArrangementKind
from exchanges.fallen import fallen_chains
from exchanges.models import Arrangement, Exchange, ExchangeLeg
from exchanges.steps import STEPS
from exchanges.taking import begin, drop_accusation, finish, let_go
from journal.one_by_one import take_one_by_one


def to_stop() -> QuerySet[Exchange]:
    """What belongs to a fallen chain and hasn't been handed over."""
    return Exchange.objects.filter(state__in=sorted(STEPS["fall"].sources), arrangement__in=fallen_chains())


def to_let_go() -> QuerySet[Exchange]:
    """What holds a lot though all of its chain ended without a hand-over: nothing was brought to the service. Where
    something was, it lies there, and is held until who gave it, or the hub for them, says where it is.
    """
    fell = sorted(FELL)
    of_it = Exchange.objects.filter(arrangement=OuterRef("arrangement"))
    holds = ExchangeLeg.objects.filter(exchange=OuterRef("pk"), reservation__isnull=False)
    ended = Exchange.objects.filter(state__in=fell, arrangement__kind=ArrangementKind.CHAIN)
    return ended.filter(Exists(holds), ~Exists(of_it.exclude(state__in=fell)))


def sweep_chains(*, at: dt.datetime) -> int:
    """Each in a transaction of its own, that locks one exchange at most; returns how many chains fell.

    First all of a chain stops: then what was held for it is free, and the next best chain can be found.
    """
    take_one_by_one("what stops in chains", to_stop(), lambda found: _stop(found, at), at)
    take_one_by_one("what chains let go of", to_let_go(), _let_go, at)
    # One of which something is still to be done, since somebody held its lock or it failed, waits for the next time.
    stopped = fallen_chains().exclude(pk__in=to_stop().values("arrangement"))
    stopped = stopped.exclude(pk__in=to_let_go().values("arrangement"))
    return take_one_by_one("fallen chains", stopped, lambda fallen: _tell(fallen, at), at)


def _stop(exchange: Exchange, at: dt.datetime) -> None:
    taking = begin("fall", exchange=exchange, by=None, at=at)
    drop_accusation(taking)
    finish(taking)


def _let_go(exchange: Exchange) -> None:
    (leg,) = exchange.legs.select_related("reservation")
    let_go(leg)


def _tell(fallen: Arrangement, at: dt.datetime) -> None:
    fallen.fell_at = at
    fallen.save(update_fields=["fell_at"])
    tell_of_fallen_chain(fallen, at)
