"""What the worker does with plans. Each task takes primary keys, and does no harm when it runs twice."""

from celery import shared_task
from django.utils import timezone

from matching.models import HubPlan
from matching.models.hub_plan import TASK_LIMIT
from matching.plan.running import run_plan


@shared_task(time_limit=TASK_LIMIT.seconds, soft_time_limit=TASK_LIMIT.seconds - 30)
def plan_hub(plan_id: int) -> None:
    """Solve a plan that hub staff asked for."""
    run_plan(plan_id=plan_id, at=timezone.now())


@shared_task(time_limit=60)
def resume_plans() -> int:
    """Start again the plans that never reached a worker, or that a worker left unfinished; returns how many."""
    lost = HubPlan.objects.to_resume(at=timezone.now())
    for plan_id in lost:
        plan_hub.delay(plan_id)
    return len(lost)
