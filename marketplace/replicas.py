"""Streaming replicas: which of them may be read from now, and up to where they hold what the primary holds.

Positions are bytes in the primary's write-ahead log. docs/adr/0016 says why it is done by positions.
"""

import logging
import time
from collections import deque
from threading import Lock

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections

#: Seconds between two looks at a replica, and for which one that failed is left alone; per process.
CHECK_EVERY_S, LEAVE_ALONE_S = 1.0, 5.0
#: Seconds after which a change can be read from every replica in use: the lag that is allowed, the age of the last
#: look at the replica, and the time that the primary takes to flush its log.
SETTLED_AFTER_S = settings.REPLICA_MAX_LAG_S + 5 * CHECK_EVERY_S

#: Three positions: how far the primary's log is on its disk (so much can be sent), the log's end, and how far a
#: replica has replayed it (NULL where the server isn't a replica).
FLUSHED = "SELECT pg_current_wal_flush_lsn() - '0/0'::pg_lsn"
_INSERTED = "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"
REPLAYED = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() - '0/0'::pg_lsn END"

logger = logging.getLogger(__name__)


class PrimaryPositions:
    """Positions of the primary's log, each with the time we noted it. They give a replica's lag by our clock alone."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()
        self._lock = Lock()

    def note(self, at: float, position: int) -> None:
        """Remember that the log stood here then; what no answer needs any more is forgotten."""
        with self._lock:
            self._seen.append((at, position))
            while at - self._seen[0][0] > SETTLED_AFTER_S:
                self._seen.popleft()

    def lag_s(self, replayed: int) -> float | None:
        """How old a replica that has replayed up to here is at most; None where it misses all that was noted."""
        with self._lock:
            held = [at for at, position in self._seen if position <= replayed]
        return time.monotonic() - max(held) if held else None


class Replica:
    """One replica as this process knows it. Threads share it; one at a time looks."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self._replayed = 0
        self._fit = False
        self._failed = False
        self._looked_at = self._away_until = float("-inf")
        self._looking = Lock()

    def holds(self, position: int) -> bool:
        """Whether it may be read from, and holds all up to a position; opens this thread's connection to it."""
        if not self._is_fit():
            return False
        try:
            connections[self.alias].ensure_connection()
            if position > self._replayed:
                self._replayed = ask(self.alias, REPLAYED) or 0
        except (OperationalError, InterfaceError) as error:
            self.leave_alone(error)
            return False
        return position <= self._replayed

    def leave_alone(self, error: Exception) -> None:
        """Something failed: nobody asks it anything for some seconds."""
        self._fit, self._failed = False, True
        self._away_until = time.monotonic() + LEAVE_ALONE_S
        logger.warning("%s is left alone for %d s: %s", self.alias, LEAVE_ALONE_S, str(error).strip())

    def _is_fit(self) -> bool:
        now = time.monotonic()
        if now < self._away_until:
            return False
        if now - self._looked_at >= CHECK_EVERY_S and self._looking.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._looking.release()
        # No look has succeeded for three intervals: treat the replica as unfit.
        return self._fit and time.monotonic() - self._looked_at < 3 * CHECK_EVERY_S

    def _look(self) -> None:
        positions.note(time.monotonic(), ask(DEFAULT_DB_ALIAS, FLUSHED) or 0)
        try:
            if self._failed:
                # Connections from before the failure are dead, and the pool doesn't know it.
                connections[self.alias].pool.check()  # type: ignore[attr-defined]
            replayed = ask(self.alias, REPLAYED)
        except (OperationalError, InterfaceError) as error:
            self.leave_alone(error)
            return
        was_fit, self._failed = self._fit, False
        lag_s = None if replayed is None else positions.lag_s(replayed)
        self._replayed, self._looked_at = replayed or 0, time.monotonic()
        self._fit = lag_s is not None and lag_s <= settings.REPLICA_MAX_LAG_S
        if was_fit and not self._fit:
            logger.warning("%s is more than %g s behind", self.alias, settings.REPLICA_MAX_LAG_S)


def ask(alias: str, question: str) -> int | None:
    with connections[alias].cursor() as cursor:
        cursor.execute(question)
        (answer,) = cursor.fetchone()
    return None if answer is None else int(answer)


def written_position() -> int:
    """A position behind everything that has been committed."""
    return ask(DEFAULT_DB_ALIAS, _INSERTED) or 0


positions = PrimaryPositions()
replicas = [Replica(alias) for alias in settings.DATABASES if alias != DEFAULT_DB_ALIAS]
