"""A plan for a hub: which lots should go where. Staff ask for it, and a worker solves it."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

#: The worker ends the task that solves a plan after this long.
TASK_LIMIT = dt.timedelta(minutes=5)
#: A plan that no worker has begun with after this long was lost on its way to the workers.
WAITS_AT_MOST = dt.timedelta(minutes=2)
#: A plan that is being solved for longer than this isn't any more: its worker stopped in the middle.
RUNS_AT_MOST = TASK_LIMIT + dt.timedelta(minutes=1)


class PlanState(models.TextChoices):
    WAITING = "waiting", _("wacht")
    SOLVING = "solving", _("wordt berekend")
    READY = "ready", _("klaar")
    FAILED = "failed", _("mislukt")
    CANCELLED = "cancelled", _("afgebroken")


RUNNING = (PlanState.WAITING, PlanState.SOLVING)


class HubPlanQuerySet(models.QuerySet["HubPlan"]):
    def of_hub(self, hub_id: int) -> "HubPlanQuerySet":
        return self.filter(hub_id=hub_id)

    def ready(self) -> "HubPlanQuerySet":
        return self.filter(state=PlanState.READY)

    def running(self) -> "HubPlanQuerySet":
        return self.filter(state__in=RUNNING)

    def newest_first(self) -> "HubPlanQuerySet":
        return self.order_by("-created_at", "-id")

    def to_resume(self, *, at: dt.datetime) -> list[int]:
        """Ids of the plans to start again: they wait or run for too long."""
        lost = Q(state=PlanState.WAITING, created_at__lt=at - WAITS_AT_MOST)
        broken = Q(state=PlanState.SOLVING, started_at__lt=at - RUNS_AT_MOST)
        return list(self.filter(lost | broken).order_by("pk").values_list("pk", flat=True))


class HubPlan(models.Model):
    """One plan, its progress in percent, and its result (matching.plan.result says in which form)."""

    hub = models.ForeignKey("geo.Hub", models.CASCADE, related_name="plans")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=PlanState, default=PlanState.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = HubPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plannen")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["hub", "-created_at"], name="plan_of_hub")]
        constraints = [
            models.UniqueConstraint(
                fields=["hub"],
                condition=Q(state__in=["waiting", "solving"]),
                name="plan_running_once",
                violation_error_message=_("Er wordt al een plan gemaakt voor deze hub."),
            ),
            models.CheckConstraint(name="plan_progress_in_range", condition=Q(progress__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.hub}, {self.created_at:%Y-%m-%d %H:%M} ({self.get_state_display()})"

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING
