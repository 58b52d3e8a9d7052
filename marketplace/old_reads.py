"""Reads that may be slightly old go to a replica; one's own writes are seen at once, and a replica's failure never.

Only the pages of MAY_BE_OLD, asked by GET without a token, and of them only what isn't about people and rights. All
else reads from the primary, as does everything within a transaction.
"""

import random
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from psycopg.errors import QueryCanceled, SerializationFailure

from marketplace.replicas import SETTLED_AFTER_S, Replica, replicas, written_position

#: Names of addresses: searches, tiles, and what hubs show.
MAY_BE_OLD = frozenset(
    {
        "home", "search-feed", "api-search", "listing-tile", "api-geocode",
        "hubs", "hub", "hub-pairs", "api-hubs", "api-hub", "api-hub-region", "api-hub-pairs",
    }
)  # fmt: skip
#: Users, sessions and memberships say who may do what: never from a replica.
_APPS = frozenset({"matching", "listings", "materials", "geo"})
#: Holds the position behind a browser's last write, for as long as a replica may not hold it yet.
COOKIE = "wrote"
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class _Reading:
    """Where one run of a view reads from: a replica once `choose` found one, and whether that failed."""

    replica: Replica | None = None
    failed = False

    def __enter__(self) -> "_Reading":
        self._before = _reading.set(self)
        return self

    def __exit__(self, *_error: object) -> None:
        _reading.reset(self._before)
        if self.replica is not None:
            connections[self.replica.alias].execute_wrappers.remove(self._watch)

    def choose(self, position: int) -> None:
        """Any replica that holds all up to a position of the primary's log; else the primary goes on."""
        for replica in random.sample(replicas, len(replicas)):
            if replica.holds(position):
                self.replica = replica
                connections[replica.alias].execute_wrappers.append(self._watch)
                return

    def _watch(self, execute: Callable[..., Any], *query: Any) -> Any:
        try:
            return execute(*query)
        except (OperationalError, InterfaceError) as error:
            # A query that times out on the replica would time out on the primary too.
            if not isinstance(error.__cause__, QueryCanceled):
                self.failed = True
                # Replay cancelled this one query; the replica itself is healthy.
                if self.replica is not None and not isinstance(error.__cause__, SerializationFailure):
                    self.replica.leave_alone(error)
            raise


_reading: ContextVar[_Reading | None] = ContextVar("reading", default=None)


class OldReadsRouter:
    """Django's question for each queryset: which database."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        reading = _reading.get()
        if reading is None or reading.replica is None or model._meta.app_label not in _APPS:
            return DEFAULT_DB_ALIAS
        return DEFAULT_DB_ALIAS if connections[DEFAULT_DB_ALIAS].in_atomic_block else reading.replica.alias

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, alias: str, app_label: str, **hints: Any) -> bool:
        return alias == DEFAULT_DB_ALIAS


class OldReadsMiddleware:
    """Must be the last middleware: a retry repeats only the view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not replicas:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with _Reading() as reading:
            response = self.get_response(request)
        if reading.failed:
            # Nothing was written, so the same once more: with nobody to choose, from the primary.
            response = self.get_response(request)
        if request.method not in _SAFE_METHODS and "Authorization" not in request.headers:
            _remember_write(response)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        reading = _reading.get()
        if reading is not None and _may_be_old(request):
            reading.choose(_last_write(request))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return a placeholder; the retry on the primary replaces it."""
        reading = _reading.get()
        return HttpResponse(status=503) if reading is not None and reading.failed else None


def _may_be_old(request: HttpRequest) -> bool:
    match = request.resolver_match
    return (
        request.method in ("GET", "HEAD")
        and match is not None
        and match.url_name in MAY_BE_OLD
        # Programs keep no cookie that would tell what they wrote.
        and "Authorization" not in request.headers
    )


def _remember_write(response: HttpResponse) -> None:
    response.set_signed_cookie(
        COOKIE,
        str(written_position()),
        max_age=int(SETTLED_AFTER_S),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _last_write(request: HttpRequest) -> int:
    """0 where there was none, or where it is in every replica by now."""
    return int(request.get_signed_cookie(COOKIE, default="0", max_age=SETTLED_AFTER_S) or 0)
