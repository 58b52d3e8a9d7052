"""The cache: Redis, and each process's own memory while Redis is away or hangs.

Nothing that must last is kept here: tiles, how far an import is, and how often somebody tried to log in. Without Redis
such tries are counted in each web process by itself. So whoever guesses passwords gets at most as many tries as there
are processes times what is allowed, and nobody is refused who does nothing wrong.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError
from redis.retry import Retry

#: Seconds that Redis may take to answer; and for which a process asks it nothing when it didn't.
PATIENCE_S, LEAVE_ALONE_S = 0.5, 5.0
#: A connection that broke, as where Redis started anew, is made once more. A Redis that hangs is asked once.
RETRY = Retry(NoBackoff(), 1, supported_errors=(NoConnection,))

logger = logging.getLogger(__name__)


def _steady(name: str) -> Callable[..., Any]:
    """A method of the cache that asks Redis, or the process's own memory where Redis has no answer."""

    def method(self: "SteadyCache", *given: Any, **named: Any) -> Any:
        if time.monotonic() >= SteadyCache.away_until:
            try:
                return getattr(super(SteadyCache, self), name)(*given, **named)
            except (RedisError, OSError) as error:
                self.leave_alone(error)
        return getattr(self.own_memory, name)(*given, **named)

    return method


class SteadyCache(RedisCache):
    """Answers whatever Redis does."""

    #: Until when Redis is asked nothing. It holds for the whole process: each thread has a cache object of its own.
    away_until = float("-inf")

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        given = {"socket_timeout": PATIENCE_S, "socket_connect_timeout": PATIENCE_S, "retry": RETRY}
        super().__init__(server, params | {"OPTIONS": given})
        self.own_memory = LocMemCache(f"without {server}", params)

    def leave_alone(self, error: Exception) -> None:
        """Redis failed: ask it nothing for some seconds, so that not everybody waits for it, one after the other."""
        now = time.monotonic()
        if now - SteadyCache.away_until > LEAVE_ALONE_S:
            # What an earlier outage left there is old by now.
            self.own_memory.clear()
        SteadyCache.away_until = now + LEAVE_ALONE_S
        logger.warning("The cache is this process's own for %d s: %s", LEAVE_ALONE_S, str(error).strip())

    add = _steady("add")
    get = _steady("get")
    set = _steady("set")
    touch = _steady("touch")
    delete = _steady("delete")
    get_many = _steady("get_many")
    has_key = _steady("has_key")
    incr = _steady("incr")
    set_many = _steady("set_many")
    delete_many = _steady("delete_many")
    clear = _steady("clear")
