"""What a sentence says: its parts, each with the parameters of an address that ask the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from listings.search.sentence.text import QUOTED, Span


class Says(Enum):
    """What a part of a sentence is about."""

    MATERIAL = "material"
    PLACE = "place"
    RADIUS = "radius"
    PRICE = "price"
    AMOUNT = "amount"
    MASS = "mass"
    SERVICE = "service"
    KIND = "kind"
    CONDITION = "condition"


@dataclass(frozen=True)
class Piece:
    """A part that is understood. `parameters` ask the same in an address.

    `label` is a place's name, or the codes of the materials that this part names.
    """

    says: Says
    span: Span
    parameters: tuple[tuple[str, str], ...]
    label: str = ""


@dataclass(frozen=True)
class Offer:
    """A part that may mean a place, and may as well be a word: its possible places, by their labels."""

    span: Span
    places: tuple[str, ...]


@dataclass(frozen=True)
class Sentence:
    """A sentence that was read.

    `words` are what it has besides its pieces, in order; a search looks for them in the texts of listings.
    `unmet` are parts that are clear but that no filter can ask, such as a least price.
    """

    typed: str
    pieces: tuple[Piece, ...] = ()
    words: tuple[Span, ...] = ()
    offers: tuple[Offer, ...] = ()
    unmet: tuple[Span, ...] = ()
    #: The words, and what stands between quotation marks or behind a hyphen: what texts of listings are searched for.
    rest: str = ""

    def of(self, span: Span) -> str:
        return self.typed[span.start : span.end]

    @property
    def parameters(self) -> Mapping[str, str]:
        return {name: text for piece in self.pieces for name, text in piece.parameters}

    @property
    def literals(self) -> list[Span]:
        """What stands between quotation marks."""
        return [Span(*found.span()) for found in QUOTED.finditer(self.typed)]

    def without(self, *spans: Span) -> str:
        """The sentence without some parts."""
        return self.with_parts(dict.fromkeys(spans, ""))

    def with_parts(self, replaced: Mapping[Span, str]) -> str:
        """The sentence with other words in the place of some parts."""
        text = self.typed
        for span, words in sorted(replaced.items(), reverse=True):
            text = text[: span.start] + words + text[span.end :]
        return " ".join(text.split())


@dataclass(frozen=True)
class Reading:
    """A sentence as a search takes it.

    `used` are the pieces that it follows. `passed` are the parts that it doesn't: its address asks something else
    there, no filter can ask them (Sentence.unmet), or they are a radius without a place.
    Of the words beside a material, `left_out` are those that no listing of it has together with the words kept before
    them, `not_looked_up` those past as many as are looked up, and `met` those that the material's own names say.
    """

    sentence: Sentence
    used: tuple[Piece, ...] = ()
    passed: tuple[Span, ...] = ()
    left_out: tuple[str, ...] = ()
    not_looked_up: tuple[str, ...] = ()
    met: tuple[str, ...] = ()
