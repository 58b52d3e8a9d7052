"""Work on a file that a worker does in the background: who is at it, so that another goes on where one was killed."""

import datetime as dt
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

#: The worker ends a task on a file after this long.
TASK_LIMIT = dt.timedelta(minutes=30)
#: A file that no worker has begun with after this long was lost on its way to the workers.
WAITS_AT_MOST = dt.timedelta(minutes=2)
#: A worker says so often that it is still at a file.
BEAT = dt.timedelta(seconds=5)
#: A worker that hasn't said so for this long has stopped in the middle: another may go on.
LOST_AFTER = dt.timedelta(seconds=25)

Row = TypeVar("Row", bound="Leased")


class LeasedQuerySet(models.QuerySet[Row]):
    def free(self, *, at: dt.datetime) -> Self:
        """Files that no worker is at: nobody has begun, or who had begun stopped in the middle."""
        return self.filter(Q(attempts=0) | Q(touched_at__lt=at - LOST_AFTER))

    def lost(self, *, at: dt.datetime) -> Self:
        """Files that a worker left in the middle, or that never came to one."""
        return self.free(at=at).exclude(attempts=0, touched_at__gte=at - WAITS_AT_MOST)


class Leased(models.Model):
    """A file with a step that a worker takes. Its `state` says which; "cancelled" is that of each that was stopped."""

    state: "models.CharField[str, str]"
    # When the step was asked for or, once a worker has begun with it, when that last said that it is at it.
    touched_at = models.DateTimeField(default=timezone.now)
    # How often a worker has begun with the step.
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    def ask(self, state: str) -> None:
        """Have a worker begin with a step."""
        self.state, self.attempts, self.touched_at = state, 0, timezone.now()
