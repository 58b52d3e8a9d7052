"""A sentence as it is read: its letters without capitals and accents, its words, and what of it is understood."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+(?:(?:['’.\-/][^\W_]+)+)?['’]?")
QUOTED = re.compile(r'"[^"]*"?')
#: What is never understood: what stands between quotation marks, and what a search leaves out ("-hout").
_LITERAL = re.compile(rf"{QUOTED.pattern}|(?<!\S)-\S+")


class Span(NamedTuple):
    """A part of the text, from the place of its first letter to that after its last."""

    start: int
    end: int


@dataclass
class Text:
    """A sentence while it is read. `plain` has a letter for each of `typed`, so that places in one hold in the other.

    `taken` marks the letters that are understood, or that mustn't be.
    """

    typed: str
    plain: str = field(init=False)
    taken: list[bool] = field(init=False)
    literals: list[Span] = field(init=False)

    def __post_init__(self) -> None:
        self.plain = "".join(map(_plain, self.typed))
        self.taken = [False] * len(self.typed)
        self.literals = [Span(*found.span()) for found in _LITERAL.finditer(self.typed)]
        for span in self.literals:
            self.take(span)

    def take(self, span: Span) -> None:
        self.taken[span.start : span.end] = [True] * (span.end - span.start)

    def is_free(self, span: Span) -> bool:
        return not any(self.taken[span.start : span.end])

    def find(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Where a pattern stands in what isn't taken yet."""
        for found in pattern.finditer(self.plain):
            if self.is_free(Span(*found.span())):
                yield found

    def words(self) -> list[Span]:
        """The words that aren't taken."""
        spans = [Span(*found.span()) for found in _WORD.finditer(self.typed)]
        return [span for span in spans if self.is_free(span)]

    def runs(self) -> list[list[Span]]:
        """Words that aren't taken, in stretches with nothing taken between them."""
        runs: list[list[Span]] = []
        for span in self.words():
            if runs and self.is_free(Span(runs[-1][-1].end, span.start)):
                runs[-1].append(span)
            else:
                runs.append([span])
        return runs

    def of(self, span: Span) -> str:
        """A part as it was typed."""
        return self.typed[span.start : span.end]

    def plain_of(self, span: Span) -> str:
        return self.plain[span.start : span.end]


def words_in(typed: str, span: Span) -> list[Span]:
    """The words of a part of a sentence."""
    return [Span(*found.span()) for found in _WORD.finditer(typed, span.start, span.end)]


def _plain(letter: str) -> str:
    """One letter for one letter, whatever the script."""
    if letter in "’‘`´":
        return "'"
    bare = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part)).lower()
    return bare if len(bare) == 1 else letter
