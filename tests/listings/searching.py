"""What a search finds, by asking it."""

from dataclasses import replace

from listings.models import Listing
from listings.querysets import ListingQuerySet
from listings.search.asking import ask
from listings.search.parameters import SearchParameters
from listings.search.query import search


def everything(asked: SearchParameters) -> list[int]:
    """Every page of a search, one after the other."""
    found: list[int] = []
    while True:
        page = search(asked)
        found += [row.pk for row in page.found]
        if page.next_cursor is None:
            return found
        asked = replace(asked, cursor=page.next_cursor)


def found(**filters: str) -> ListingQuerySet:
    """Everything that a search of the whole land finds."""
    asked = ask({"bbox": "-180,-85,180,85", "page_size": "100", **filters})
    return Listing.objects.filter(pk__in=everything(asked)).order_by("pk")
