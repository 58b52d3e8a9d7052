"""A file of listings that is being imported."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

#: The worker ends the task that checks or stores a file after this long.
TASK_LIMIT = dt.timedelta(minutes=30)
#: A file that no worker has begun with after this long was lost on its way to the workers.
WAITS_AT_MOST = dt.timedelta(minutes=2)
#: A file that is being checked or stored for longer than this isn't any more: its worker stopped in the middle.
RUNS_AT_MOST = TASK_LIMIT + dt.timedelta(minutes=5)


class ImportState(models.TextChoices):
    WAITING = "waiting", _("wacht")
    CHECKING = "checking", _("wordt nagekeken")
    CHECKED = "checked", _("nagekeken")
    STORING = "storing", _("wordt ingelezen")
    DONE = "done", _("klaar")
    FAILED = "failed", _("niet ingelezen")
    CANCELLED = "cancelled", _("afgebroken")


class ListingImportQuerySet(models.QuerySet["ListingImport"]):
    def to_resume(self, *, at: dt.datetime) -> tuple[list[int], list[int]]:
        """Ids of files to check again and of files to store again: they wait or run for too long."""
        unseen = self.filter(state=ImportState.WAITING, created_at__lt=at - WAITS_AT_MOST)
        broken = self.filter(state=ImportState.CHECKING, created_at__lt=at - RUNS_AT_MOST)
        storing = self.filter(state=ImportState.STORING, created_at__lt=at - RUNS_AT_MOST)
        return [row.pk for row in unseen | broken], [row.pk for row in storing]


class ListingImport(models.Model):
    """One file, its progress, and what was found row by row. A file is stored whole or not at all."""

    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="imports")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    file = models.FileField(upload_to="imports/%Y/%m")
    name = models.CharField(_("bestand"), max_length=200)
    publish = models.BooleanField(_("meteen publiceren"), default=True)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.WAITING)
    total = models.PositiveIntegerField(null=True)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    # What the check found that storing would do (listings/imports/preview.py); empty where there are mistakes.
    preview = models.JSONField(default=dict)
    # [{"row": 12, "field": "hoeveelheid", "value": "veel", "message": "…"}], the first few hundred.
    mistakes = models.JSONField(default=list)
    mistake_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = ListingImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_state_display()})"

    @property
    def is_running(self) -> bool:
        return self.state in (ImportState.WAITING, ImportState.CHECKING, ImportState.STORING)
