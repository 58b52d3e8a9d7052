"""Hands tasks to the workers. Nobody waits for a broker that is away or hangs.

What a task is to do is stored as a row that waits, and a task that runs every minute finds it (docs/adr/0010): so a
task that can't be handed over is only late.
"""

import logging
import time

from celery.canvas import Signature
from celery.exceptions import OperationalError

#: Seconds without another try after the broker didn't answer.
LEAVE_ALONE_S = 15.0

logger = logging.getLogger(__name__)
_away_until = float("-inf")


def enqueue(task: Signature) -> bool:
    """Have a worker do a task; returns whether the broker took it."""
    global _away_until
    if time.monotonic() < _away_until:
        logger.warning("%s waits for the minute's task: the broker is away", task.task)
        return False
    try:
        task.apply_async()
    except OperationalError as error:
        _away_until = time.monotonic() + LEAVE_ALONE_S
        logger.warning("%s waits for the minute's task: %s", task.task, error)
        return False
    return True
