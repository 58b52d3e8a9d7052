"""What a filter of the search is: all that the project knows of one, in one object."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from django.contrib.gis.geos import Polygon

from listings.models import Listing
from listings.querysets import ListingQuerySet
from listings.search.filters.reading import Given

#: Asked: the search fields a filter reads. Value: what it asks, such as 25 for a radius of 25 km.
Asked = TypeVar("Asked", contravariant=True)
Value = TypeVar("Value")


class Parameter(NamedTuple):
    """A parameter of an address, as the API's document tells it."""

    name: str
    about: str
    type: type = str
    choices: Sequence[str] = ()


class Filter(ABC, Generic[Asked, Value]):
    """One filter of the search. It reads its parameters and refuses them, tells its condition on listings in up to
    three ways and on one listing that is at hand, and says in words what it asks.

    A filter is on when `of` returns a value. Methods that take a value are called only then.
    """

    #: Whether it narrows down what is found, rather than say what or where. Pages have it behind "more filters".
    narrows = False

    @property
    @abstractmethod
    def parameters(self) -> tuple[Parameter, ...]:
        """What it reads from an address. The parameter that puts it on comes first."""

    @property
    def names(self) -> tuple[str, ...]:
        """Its parameters in an address."""
        return tuple(parameter.name for parameter in self.parameters)

    @abstractmethod
    def read(self, given: Given) -> None:
        """Put what the address asks into `given.values`, or what is wrong into `given.errors`."""

    def settle(self, given: Given) -> None:
        """Like read(), for what depends on other filters; called after all are read."""

    @abstractmethod
    def of(self, asked: Asked) -> Value | None:
        """What a search asks of this filter; None where it is off."""

    @abstractmethod
    def written(self, value: Value) -> dict[str, Any]:
        """The address parameters that express this value."""

    def cleared(self, asked: Asked) -> tuple[str, ...]:
        """The parameters to take out of an address to switch the filter off."""
        return self.names

    def placed(self, found: ListingQuerySet, value: Value, asked: Asked) -> ListingQuerySet:
        """The condition as far as the nearest-first index answers it."""
        return found

    def checked(self, found: ListingQuerySet, value: Value, asked: Asked) -> ListingQuerySet:
        """The condition as far as it has to be looked up in each listing."""
        return found

    def tokens(self, value: Value, asked: Asked) -> list[str]:
        """Tokens of the inverted index: a listing that meets the filter has one of them (listings.search.facets).

        Without tokens a search that almost nothing meets has to look at every listing that meets its other filters.
        """
        return []

    @abstractmethod
    def holds(self, listing: Listing, value: Value, asked: Asked) -> bool:
        """Whether a listing as it is stored meets placed() and checked(): by this a saved search knows what is new."""

    def box(self, value: Value) -> Polygon | None:
        """A box in metres around all that can meet the filter; None where that may lie anywhere."""
        return None

    @abstractmethod
    def words(self, value: Value, called: Mapping[str, str]) -> str:
        """What the filter asks, in a few words; empty where it leaves nothing out.

        `called` tells how people call a point, by the parameter of its latitude: `{"lat": "Gent"}`.
        """


class OneParameter(Filter[Asked, Value]):
    """A filter with one parameter, which has the name of its field in SearchParameters."""

    parameter: Parameter

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (self.parameter,)

    @abstractmethod
    def parse(self, text: str) -> Value:
        """What the parameter says. Raises ValidationError whose words say what would do."""

    def text(self, value: Value) -> str:
        """The parameter's text that says the same."""
        return str(value)

    def read(self, given: Given) -> None:
        given.values[self.parameter.name] = given.read(self.parameter.name, self.parse)

    def of(self, asked: Asked) -> Value | None:
        value: Value | None = getattr(asked, self.parameter.name)
        return value

    def written(self, value: Value) -> dict[str, Any]:
        return {self.parameter.name: self.text(value)}
