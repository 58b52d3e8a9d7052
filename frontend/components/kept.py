"""Figures that take long to count: one counts them at a time, and they are kept for all who may see the same."""

import datetime as dt
import hashlib
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from frontend.requests import PageRequest
from maps.standing import Standing

#: Figures are counted anew when they are older than this.
FRESH_FOR = dt.timedelta(minutes=10)
#: How long they are kept: who comes while somebody counts anew gets those. And how long counting may take.
_KEPT_S, _COUNTING_S = 900, 60
#: Who comes where nothing is kept waits so often, so long, for whoever counts; then it is better to come back.
_LOOKS, _BETWEEN_S = 10, 0.3
#: When to come back for figures that are being counted, in seconds.
_AGAIN_S = 5


class Counted(Protocol):
    """Figures with the moment at which counting them began."""

    @property
    def counted_at(self) -> dt.datetime: ...


Kept = TypeVar("Kept", bound=Counted)


class StillCounting(Exception):
    """Somebody else counts the same at this moment, and nothing is kept to show meanwhile."""


def kept_or_counted(key: str, count: Callable[[], Kept]) -> Kept:
    """Figures that are at most FRESH_FOR old; somewhat older ones only while somebody else counts them anew.

    Raises StillCounting where somebody counts for the first time, and it takes long.
    """
    for look in range(_LOOKS):
        if look:
            time.sleep(_BETWEEN_S)
        kept: Kept | None = cache.get(key)
        if kept is not None and timezone.now() - kept.counted_at < FRESH_FOR:
            return kept
        if cache.add(f"{key}:counting", True, _COUNTING_S):
            try:
                counted = count()
                cache.set(key, counted, _KEPT_S)
            finally:
                cache.delete(f"{key}:counting")
            return counted
        if kept is not None:
            return kept
    raise StillCounting


def key_for(name: str, standing: Standing, *what: object) -> str:
    """Where figures are kept: in one place for all who see no more than a stranger (Standing()); for each other person
    in their own.
    """
    person = (
        standing.user_id, sorted(standing.organisation_ids), sorted(standing.partner_hub_ids),
        sorted(standing.staff_hub_ids), sorted(standing.managed_hub_ids), sorted(standing.rights.items()),
    )  # fmt: skip
    return f"{name}:" + hashlib.blake2b(repr((what, person)).encode(), digest_size=16).hexdigest()


def or_later(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Where figures are still being counted, a page that says so, with 503."""

    @wraps(view)
    def answered(request: PageRequest, *of: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *of, **named)
        except StillCounting:
            later = render(request, "components/counting.html", {"here": "hubs"}, status=503)
            later["Retry-After"] = str(_AGAIN_S)
            return later

    return answered
