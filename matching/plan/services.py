"""Takes a plan from asked to ready: hub staff ask for it, a worker solves it, and staff may stop it."""

import datetime as dt
import logging

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_is_hub_staff
from geo.models import Hub
from journal.events import record
from matching.models import HubPlan, PlanState
from matching.models.hub_plan import RUNNING
from matching.plan.result import make_plan
from matching.verbs import MatchingVerb

#: How many earlier plans of a hub are kept when a new one is asked for.
KEPT = 10
logger = logging.getLogger(__name__)


class Cancelled(Exception):
    """Somebody stopped the plan, or its task was delivered twice and the other one has finished it."""


@transaction.atomic
def request_plan(*, by: User, hub: Hub) -> HubPlan:
    """Have a plan made, or get the one that is being made. For staff of the hub, in any role."""
    check_is_hub_staff(by, hub)
    Hub.objects.select_for_update().get(pk=hub.pk)
    running = HubPlan.objects.of_hub(hub.pk).running().first()
    if running is not None:
        return running
    old = HubPlan.objects.of_hub(hub.pk).newest_first().values_list("pk", flat=True)[KEPT:]
    HubPlan.objects.filter(pk__in=list(old)).delete()
    made = HubPlan.objects.create(hub=hub, asked_by=by)
    record(MatchingVerb.PLAN_REQUESTED, made, by=by, hub_ids=[hub.pk])
    return made


@transaction.atomic
def cancel_plan(*, by: User, plan: HubPlan) -> HubPlan:
    """Stop a plan. The worker notices that when it next reports progress, and stores nothing."""
    check_is_hub_staff(by, plan.hub)
    held = HubPlan.objects.select_for_update().get(pk=plan.pk)
    if not held.is_running:
        raise ValidationError(_("Dit plan is al af."))
    held.state, held.finished_at = PlanState.CANCELLED, timezone.now()
    held.save()
    record(MatchingVerb.PLAN_CANCELLED, held, by=by, hub_ids=[held.hub_id])
    return held


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
