"""Solves a plan that hub staff asked for, in a worker.

The web never loads this: the solver would take a fifth of its memory.
"""

import datetime as dt
import logging

from django.db import transaction
from django.utils import timezone

from geo.models import Hub
from journal.events import record
from matching.models import HubPlan, PlanState
from matching.models.hub_plan import RUNNING
from matching.plan.result import make_plan
from matching.verbs import MatchingVerb

logger = logging.getLogger(__name__)


class Cancelled(Exception):
    """Somebody stopped the plan, or its task was delivered twice and the other one has finished it."""


def run_plan(*, plan_id: int, at: dt.datetime) -> None:
    """Solve a plan that waits, or that a worker left unfinished.

    It may run twice at once: the result of the one that ends first is stored. A plan that was stopped stays so.
    """
    mine = HubPlan.objects.filter(pk=plan_id, state__in=RUNNING)
    if not mine.update(state=PlanState.SOLVING, started_at=at, progress=0):
        return
    hub = Hub.objects.get(plans=plan_id)
    try:
        result = make_plan(hub, today=timezone.localdate(at), progress=lambda *share: _tell(plan_id, *share))
        _end(plan_id, MatchingVerb.PLAN_READY, state=PlanState.READY, progress=100, result=result)
    except Cancelled:
        return
    except Exception:
        logger.exception("Plan %s broke off", plan_id)
        _end(plan_id, MatchingVerb.PLAN_FAILED, state=PlanState.FAILED)


def _tell(plan_id: int, done: int, total: int) -> None:
    """Store how far a plan is. Raises Cancelled if it isn't being solved any more."""
    share = done * 99 // max(total, 1)
    if not HubPlan.objects.filter(pk=plan_id, state=PlanState.SOLVING).update(progress=share):
        raise Cancelled


@transaction.atomic
def _end(plan_id: int, verb: MatchingVerb, **fields: object) -> None:
    """Store the outcome of a plan and record it, if the plan is still being solved."""
    solving = HubPlan.objects.filter(pk=plan_id, state=PlanState.SOLVING)
    if solving.update(finished_at=timezone.now(), **fields):
        plan = HubPlan.objects.defer("result").get(pk=plan_id)
        record(verb, plan, hub_ids=[plan.hub_id])
