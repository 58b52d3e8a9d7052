"""Carries the id of a request along to the tasks that it starts, and says of what they do that a task did it."""

from contextlib import ExitStack
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun

from journal.enums import Source
from journal.origin import current_origin, origin

_HEADER = "werkstof_request_id"
#: What each task that runs in this process has opened, by the task's id.
_open: dict[str, ExitStack] = {}


@before_task_publish.connect  # type: ignore[untyped-decorator] # Celery has no types
def _give_along(headers: dict[str, Any], **_more: Any) -> None:
    headers.setdefault(_HEADER, current_origin().request_id)


@task_prerun.connect  # type: ignore[untyped-decorator]
def _begin(task_id: str, task: Any, **_more: Any) -> None:
    stack = _open[task_id] = ExitStack()
    stack.enter_context(origin(Source.TASK, getattr(task.request, _HEADER, None) or ""))


@task_postrun.connect  # type: ignore[untyped-decorator]
def _finish(task_id: str, **_more: Any) -> None:
    stack = _open.pop(task_id, None)
    if stack is not None:
        stack.close()
