"""The two sides of a pair. Each listing has a list of its own: the best that the other side has for it."""

from typing import NamedTuple

from listings.enums import ListingKind
from matching import rules


class Side(NamedTuple):
    """Supplies or demands. `bit` stands in Match.kept_by where a pair is in the list of its listing of this side."""

    kind: ListingKind
    bit: int

    @property
    def name(self) -> str:
        return self.kind.value

    @property
    def column(self) -> str:
        """The column of a match that holds its listing of this side."""
        return f"{self.name}_id"

    @property
    def most(self) -> int:
        """How many pairs a listing of this side keeps."""
        return rules.BEST_PER_LIST[self.name]

    @property
    def other(self) -> "Side":
        return DEMANDS if self is SUPPLIES else SUPPLIES


DEMANDS = Side(ListingKind.DEMAND, 1)
SUPPLIES = Side(ListingKind.SUPPLY, 2)


def side_of(kind: str) -> Side | None:
    """The side of a listing of this kind; None for a service."""
    return next((side for side in (DEMANDS, SUPPLIES) if side.kind == kind), None)
