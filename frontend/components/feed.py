"""Feeds as Atom (RFC 4287): the same for everybody, as a stranger sees it, since no reader of feeds logs in."""

import datetime as dt
import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

#: When a feed without entries last changed.
_NEVER = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
#: Entries of a feed, at most.
MOST_ENTRIES = 50
#: For how many seconds a reader needn't ask again.
_FRESH_S = 300


class _Atom(Atom1Feed):
    def latest_post_date(self) -> dt.datetime:
        return super().latest_post_date() if self.items else _NEVER  # type: ignore[return-value]


@dataclass(frozen=True)
class Entry:
    """`path` is the page of what it tells about, in the reader's language; `id` never changes."""

    id: str
    title: str
    path: str
    words: str
    published: dt.datetime
    updated: dt.datetime
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contents:
    """`page` is where people read the same, `path` where the feed stands; both with their parameters."""

    title: str
    words: str
    page: str
    path: str
    entries: tuple[Entry, ...]


class AtomFeed(ABC, Feed):
    """A feed whose subclass says in `read` what it holds."""

    feed_type = _Atom
    author_name = "Werkstof"

    @abstractmethod
    def read(self, request: HttpRequest, **given: Any) -> Contents:
        """Raises Http404 for what isn't there."""

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """304 where the reader has it."""
        response: HttpResponse = super().__call__(request, *args, **kwargs)
        etag = f'"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
        response["ETag"] = etag
        response["Cache-Control"] = f"public, max-age={_FRESH_S}"
        return get_conditional_response(request, etag=etag, response=response) or response

    def get_object(self, request: HttpRequest, **given: Any) -> Contents:  # type: ignore[override]
        return self.read(request, **given)

    def title(self, contents: Contents) -> str:
        return contents.title

    def subtitle(self, contents: Contents) -> str:
        return contents.words

    def link(self, contents: Contents) -> str:
        return settings.SITE_URL + contents.page

    def feed_url(self, contents: Contents) -> str:
        return settings.SITE_URL + contents.path

    def feed_guid(self, contents: Contents) -> str:
        return settings.SITE_URL + contents.path

    def items(self, contents: Contents) -> tuple[Entry, ...]:
        return contents.entries

    def item_title(self, entry: Entry) -> str:  # type: ignore[override]
        return entry.title

    def item_description(self, entry: Entry) -> str:  # type: ignore[override]
        """As HTML, for that is what a summary is said to be."""
        return escape(entry.words)

    def item_link(self, entry: Entry) -> str:  # type: ignore[override]
        return settings.SITE_URL + entry.path

    def item_guid(self, entry: Entry) -> str:
        return settings.SITE_URL + entry.id

    def item_pubdate(self, entry: Entry) -> dt.datetime:
        return entry.published

    def item_updateddate(self, entry: Entry) -> dt.datetime:
        return entry.updated

    def item_categories(self, entry: Entry) -> tuple[str, ...]:
        return entry.categories
