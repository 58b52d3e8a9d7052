"""What a search asks: read from an address's parameters, checked whole, hashable for cursors."""

import hashlib
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from listings.cursors import DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE
from listings.search.filters import FILTERS
from listings.search.filters.amounts import AskedAmounts
from listings.search.filters.base import Filter, Parameter
from listings.search.filters.properties import AskedProperties
from listings.search.filters.reading import Given, number
from listings.search.filters.where import AskedWhere
from listings.search.sentence.parts import Reading

SORTS = ("distance", "newest", "relevance")

#: In which order, and how much at a time: parameters of the search that leave nothing out.
ORDERING = (
    Parameter(
        "sort",
        "distance (nearest first), newest, or relevance: supply, then demand, then services, and within each the "
        "nearest first, or without lat and lon the newest.",
        choices=SORTS,
    ),
    Parameter("cursor", "From a page's next link."),
    Parameter("page_size", f"1 to {LARGEST_PAGE_SIZE}", int),
)


@dataclass(frozen=True, kw_only=True)
class SearchParameters(AskedWhere, AskedProperties, AskedAmounts):
    """A checked search. At least one of `point`, `hub` and `bbox` is given; its filters say what the fields mean."""

    #: Words as they were typed, each with what stands in `q` instead (listings.search.lexicon).
    corrected: tuple[tuple[str, str], ...] = ()
    #: What was read in `q` and is asked by other fields now, and what of it is passed over (listings.search.asking).
    reading: Reading | None = None
    sort: str = "distance"
    cursor: str = ""
    page_size: int = DEFAULT_PAGE_SIZE

    @classmethod
    def parse(cls, texts: Mapping[str, str]) -> "SearchParameters":
        """Read and check every parameter. Raises ValidationError that names each wrong one and its remedy."""
        given = Given(texts)
        for filter in FILTERS:
            filter.read(given)
        for filter in FILTERS:
            filter.settle(given)
        sort, page_size = given.read("sort", _sort), given.read("page_size", _page_size)
        if given.errors:
            raise ValidationError(dict(given.errors))
        return cls(
            **given.values,
            sort=sort or "distance",
            cursor=texts.get("cursor", "")[:500],
            page_size=page_size or DEFAULT_PAGE_SIZE,
        )

    @classmethod
    def read_again(cls, texts: Mapping[str, str], *, but: Container[Filter[Any, Any]] = ()) -> "SearchParameters":
        """What to_query() wrote, without the filters in `but`: it was checked then, and is whole.

        Raises ValidationError where what it names is no longer there.
        """
        given = Given(texts)
        for filter in FILTERS:
            if filter not in but:
                filter.read(given)
        if given.errors:
            raise ValidationError(dict(given.errors))
        return cls(**given.values)

    @cached_property
    def filters(self) -> list[tuple[Filter[Any, Any], Any]]:
        """The filters that are on, each with what it is asked."""
        return [(filter, value) for filter in FILTERS if (value := filter.of(self)) is not None]

    @property
    def is_newest_first(self) -> bool:
        """Whether rows come in order of their publication, else of distance."""
        return self.sort == "newest" or (self.sort == "relevance" and self.point is None)

    def to_query(self) -> dict[str, str]:
        """The parameters of an address that asks the same; without cursor and page size."""
        asked = {name: str(text) for filter, value in self.filters for name, text in filter.written(value).items()}
        return asked | {"sort": self.sort}

    def fingerprint(self) -> str:
        """The same for every page of one search, different for any other search."""
        asked = "&".join(f"{name}={text}" for name, text in self.to_query().items())
        return hashlib.blake2b(asked.encode(), digest_size=9).hexdigest()


def _sort(text: str) -> str:
    if text not in SORTS:
        raise ValidationError(_("Sorteer op distance, newest of relevance."))
    return text


def _page_size(text: str) -> int:
    size = number(text)
    if size != int(size) or not 1 <= size <= LARGEST_PAGE_SIZE:
        raise ValidationError(_("Een pagina heeft 1 tot %(most)d resultaten.") % {"most": LARGEST_PAGE_SIZE})
    return int(size)
