"""What follows from what happened: tasks of rooms that the room where it happened doesn't know.

settings.REACTIONS names for each verb the tasks that start when it is recorded. Each gets the id of what the event is
about. The broker may be away: so every reaction has a row that waits, and a minute's task that finds it.
"""

from functools import partial

from celery import current_app
from django.conf import settings
from django.db import transaction

from journal.queueing import enqueue


def react_after_commit(verb: str, subject_id: int | None) -> None:
    """Start the tasks that react to a verb, when the transaction has held."""
    for task_name in settings.REACTIONS.get(verb, ()):
        transaction.on_commit(partial(_start, task_name, subject_id), robust=True)


def _start(task_name: str, subject_id: int | None) -> None:
    enqueue(current_app.signature(task_name, args=[] if subject_id is None else [subject_id]))
