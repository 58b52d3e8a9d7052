"""What a filter of a layer's elements is: all that the project knows of one, in one object."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

T = TypeVar("T")


@dataclass(frozen=True)
class Wanted:
    """What is asked for, by the names of an address; nothing is all. `materials` are the ids that `material` means,
    `municipality_id` is the one of which `municipality` is the NIS code.
    """

    kind: str = ""
    state: str = ""
    material: str = ""
    source: int | None = None
    municipality: str = ""
    certainty: str = ""
    owner: str = ""
    available_from: dt.date | None = None
    available_until: dt.date | None = None
    min_quantity: Decimal | None = None
    max_quantity: Decimal | None = None
    unit: str = ""
    overdue: bool = False
    text: str = ""
    materials: tuple[int, ...] = ()
    municipality_id: int | None = None


class UnknownChoice(Http404):
    """What an address asks for, and there is none of. `name` is one that Wanted has, `words` what is said of it."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.name, self.words = name, words


class Filter(ABC):
    """One filter of elements: how an address says it, and its condition both as a queryset has it and as the SQL of a
    tile. A test holds the two against each other. Methods that take what is wanted are called where the filter is on.
    """

    #: Its names in an address.
    names: tuple[str, ...]
    #: Why only who edits in the layer may ask for it; empty where everyone may.
    for_editors: "StrOrPromise" = ""
    #: Whether cells of the map count elements by it.
    is_counted = False
    #: Whether an index of the layer brings what meets it.
    is_indexed = False

    def is_on(self, wanted: Wanted) -> bool:
        return any(getattr(wanted, name) not in ("", None, False) for name in self.names)

    @abstractmethod
    def read(self, said: Mapping[str, str]) -> dict[str, Any]:
        """Fields of Wanted, from texts by its names; one of them at least isn't empty. Raises UnknownChoice."""

    @abstractmethod
    def condition(self, wanted: Wanted, today: dt.date) -> Q:
        """What elements meet, for a queryset."""

    @abstractmethod
    def sql(self, wanted: Wanted) -> str:
        """The same over the columns of an element, with names for values()."""

    def values(self, wanted: Wanted) -> dict[str, Any]:
        """What the names in its SQL stand for."""
        return {name: getattr(wanted, name) for name in self.names}

    @abstractmethod
    def words(self, wanted: Wanted, named: Mapping[str, str]) -> str:
        """What it asks for, as people read it: "soort: Plaats". `named` has what the reader may know of who is asked
        for: the name of the `source`, and of the `owner`.
        """


def read_as(name: str, parse: Callable[[str], T], text: str) -> T:
    """What a text says. Raises UnknownChoice for what `parse` refuses."""
    try:
        return parse(text)
    except ValidationError as error:
        raise UnknownChoice(name, " ".join(error.messages)) from None
