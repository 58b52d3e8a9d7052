"""What hub staff do with a plan: they ask for it, and may stop it. A worker solves it (matching.plan.running)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_is_hub_staff
from geo.models import Hub
from journal.events import record
from matching.models import HubPlan, PlanState
from matching.verbs import MatchingVerb

#: How many earlier plans of a hub are kept when a new one is asked for.
KEPT = 10


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
