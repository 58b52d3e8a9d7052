"""From where the work of this moment comes: a page, the API, a command, a task or a mail; and its request's id.

Middleware and Celery's signals say it at the beginning; whatever records an event or starts a task reads it. Where
nobody has said anything, a command runs.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import uuid4

from journal.enums import Source

#: What a request's id may look like when a proxy in front gives one: what else comes is replaced.
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


@dataclass(frozen=True)
class Origin:
    source: Source = Source.COMMAND
    request_id: str = ""


_current: ContextVar[Origin | None] = ContextVar("origin", default=None)


def current_origin() -> Origin:
    return _current.get() or Origin()


@contextmanager
def origin(source: Source, request_id: str = "") -> Iterator[Origin]:
    """While this lasts, what is recorded comes from here. Makes a new id where the given one doesn't look like one."""
    made = Origin(source, request_id if _ID.fullmatch(request_id) else uuid4().hex)
    token = _current.set(made)
    try:
        yield made
    finally:
        _current.reset(token)
