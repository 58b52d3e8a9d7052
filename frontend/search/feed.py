"""A search as a feed: what was published last of what it finds."""

from dataclasses import replace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from frontend.components.cards import Card, make_cards
from frontend.components.feed import MOST_ENTRIES, AtomFeed, Contents, Entry
from frontend.search.page import Asked, read_address
from listings.search.query import listings_of, search


class SearchFeed(AtomFeed):
    """By the parameters of the search page, the newest first."""

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A search that holds a mistake is refused in words."""
        try:
            return super().__call__(request, *args, **kwargs)
        except BadRequest as refused:
            return HttpResponse(str(refused), status=400, content_type="text/plain; charset=utf-8")

    def read(self, request: HttpRequest, **given: Any) -> Contents:
        asked = read_address(request.GET)
        if asked.parameters is None or asked.errors:
            raise BadRequest(" ".join(asked.errors.values()))
        query = asked.query.copy()
        query.pop("cursor", None)
        parameters = replace(asked.parameters, sort="newest", cursor="", page_size=MOST_ENTRIES)
        cards = make_cards(listings_of(search(parameters).found), AnonymousUser())
        return Contents(
            title=_title(asked),
            words=_("Zoekertjes op Werkstof, het nieuwste eerst."),
            page=_with(reverse("home"), query.urlencode()),
            path=_with(reverse("search-feed"), query.urlencode()),
            entries=tuple(_entry(card) for card in cards),
        )


def _title(asked: Asked) -> str:
    said = " · ".join(filter(None, (asked.query.get("q", "").strip(), asked.place)))
    return _("Werkstof: %(search)s") % {"search": said} if said else _("Werkstof: nieuwe zoekertjes")


def _entry(card: Card) -> Entry:
    listing = card.listing
    assert listing.published_at is not None
    said = [
        listing.get_kind_display(), card.what, card.amount, card.condition, card.price, card.place, card.window,
        card.hubs,
    ]  # fmt: skip
    return Entry(
        id=f"/zoekertje/{listing.pk}/",
        title=str(listing.heading),
        path=reverse("listing", args=[listing.pk]),
        words=" · ".join(word for word in said if word),
        published=listing.published_at,
        updated=max(listing.updated_at, listing.published_at),
        categories=(listing.kind, *((listing.material.code,) if listing.material else ())),
    )


def _with(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
