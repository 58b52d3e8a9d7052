"""Whether this process lives, and whether what it stands on is ready."""

import time
from collections.abc import Callable
from functools import lru_cache, partial

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from marketplace.problems import MEDIA_TYPE, problem
from marketplace.replicas import FLUSHED, REPLAYED, positions, replicas

#: How long each part may take to answer, in seconds: a probe waits no longer.
PATIENCE_S = 2


class NotReady(Exception):
    """A part that doesn't serve, in words for an operator."""


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers: nothing else is asked."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Database, its migrations, and Redis; 503 with what fails, each in a word or two, never in a stack trace.

    Without a replica everything works, and without Redis every page does: one that doesn't serve makes it degraded,
    and no more. A load balancer that took the site away for it would make a small outage a large one.
    """
    found = {name: _outcome(check) for name, check in CHECKS.items()}
    failing = [name for name, outcome in found.items() if outcome != "ok" and name not in DISPENSABLE]
    found |= {replica.alias: _outcome(partial(check_replica, replica.alias)) for replica in replicas}
    if not failing:
        status = "ok" if set(found.values()) == {"ok"} else "degraded"
        return JsonResponse({"status": status, "checks": found})
    body = problem(503, _("Niet klaar: %(parts)s.") % {"parts": ", ".join(failing)}) | {"checks": found}
    return JsonResponse(body, status=503, content_type=MEDIA_TYPE)


def check_database() -> None:
    """A connection of its own: the pool may be busy, and waits longer than a probe does."""
    with _connected() as probe:
        probe.execute("SELECT 1")


def check_migrations() -> None:
    """Every migration of this version of the code has run."""
    with _connected() as probe:
        applied = set(probe.execute("SELECT app, name FROM django_migrations").fetchall())
    waiting = sorted(_on_disk() - applied)
    if waiting:
        names = ", ".join(f"{app}.{name}" for app, name in waiting[:3])
        raise NotReady(f"{len(waiting)} not applied: {names}")


def check_replica(alias: str) -> None:
    """It replays the primary's log, and is no further behind than it may be."""
    with _connected() as primary:
        positions.note(time.monotonic(), _number(primary, FLUSHED))
    with _connected(alias) as probe:
        replayed = _number(probe, REPLAYED)
    lag_s = positions.lag_s(replayed)
    if lag_s is None or lag_s > settings.REPLICA_MAX_LAG_S:
        raise NotReady("behind")


def check_redis() -> None:
    redis = Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=PATIENCE_S,
        socket_connect_timeout=PATIENCE_S,
        retry=Retry(NoBackoff(), 0),
    )
    with redis:
        redis.ping()


CHECKS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "migrations": check_migrations,
    "redis": check_redis,
}
#: What pages do without: the cache is each process's own then, and tasks wait in the database.
DISPENSABLE = {"redis"}


def _outcome(check: Callable[[], None]) -> str:
    try:
        check()
    except NotReady as why:
        return str(why)
    except psycopg.errors.UndefinedTable:
        return "none applied"
    except (psycopg.Error, RedisError, OSError):
        # What went wrong can hold addresses and names: it is in the log of the part itself.
        return "no answer"
    return "ok"


def _number(probe: "psycopg.Connection[tuple[object, ...]]", question: str) -> int:
    (answer,) = probe.execute(question).fetchone() or (None,)
    return int(str(answer or 0))


def _connected(alias: str = DEFAULT_DB_ALIAS) -> "psycopg.Connection[tuple[object, ...]]":
    given = connections[alias].settings_dict
    return psycopg.connect(
        dbname=given["NAME"],
        user=given["USER"],
        password=given["PASSWORD"],
        host=given["HOST"],
        port=given["PORT"],
        connect_timeout=PATIENCE_S,
        options=f"-c statement_timeout={PATIENCE_S * 1000}",
        autocommit=True,
    )


@lru_cache(maxsize=1)
def _on_disk() -> frozenset[tuple[str, str]]:
    """Read once per process: code doesn't change under it."""
    return frozenset(MigrationLoader(None).disk_migrations)
