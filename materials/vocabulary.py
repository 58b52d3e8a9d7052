"""The words that describe things, from materials/data/words.psv: what they are made of, and what changes nothing.

Each line of the file has a kind of words, in three languages:

- `made`: says that a thing is made of the material `of`: "stalen", "en chêne";
- `head`: a thing that stays what it is, whatever stands with it: each "…stoel" and "… chair" is a chair;
- `shape`: a form in which a material comes, so that the material itself is meant: "koperen staven" are copper;
- `same`: changes nothing: "oude", "blauwe", "usagé"; so do `measure` ("cm") and `link` ("van", "de") between others;
- `piece`: a form that things come in too: "rockwool platen" are rockwool;
- `join`: "en", "of": more than one thing is meant;
- `amount`: stands before what it counts: "doos schroeven". `out_of` says that it is a thing itself: "doos uit karton";
- `with`: begins what a thing has besides, or lacks: "kast met laden", "ramen zonder glas";
- `other`: names a thing that no material stands for. A text that says just this isn't understood, in any language;
- `wide`: may mean any of the materials `of`. A search shows them all; a list isn't guessed.

Two lines list codes: materials that are `own` are made of themselves, with all below them, so that a wooden beam can't
be one of steel; but what lies there and is listed at `any` can be made of anything.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from materials.word_forms import forms, singulars, words_of

WORDS = Path(__file__).parent / "data" / "words.psv"


@dataclass
class Vocabulary:
    """The describing words of one language."""

    language: str
    made: dict[str, str] = field(default_factory=dict)
    #: Those of `made` that say no more than the material `of` itself: "hout" and "houten", but not "eiken".
    plain_made: set[str] = field(default_factory=set)
    head: set[str] = field(default_factory=set)
    shape: set[str] = field(default_factory=set)
    same: set[str] = field(default_factory=set)
    measure: set[str] = field(default_factory=set)
    link: set[str] = field(default_factory=set)
    out_of: set[str] = field(default_factory=set)
    with_: set[str] = field(default_factory=set)
    join: set[str] = field(default_factory=set)
    piece: set[str] = field(default_factory=set)
    amount: set[str] = field(default_factory=set)
    other: set[str] = field(default_factory=set)
    wide: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def words(self) -> Iterator[str]:
        """All words of the file but those of "other"."""
        small = self.shape | self.piece | self.same | self.measure | self.link | self.out_of | self.with_ | self.join
        for phrase in (*self.made, *sorted(small | self.amount | self.head)):
            yield from phrase.split()

    def substance_at(self, words: list[str], place: int) -> tuple[str | None, int]:
        """The code of the substance named at this place, in two words or in one, and how many these are."""
        pair = self.made.get(" ".join(words[place : place + 2]))
        if pair and place + 1 < len(words):
            return pair, 2
        return next((self.made[form] for form in forms(words[place], self.language) if form in self.made), None), 1

    def is_plainly(self, word: str, of: str) -> bool:
        """Whether a word says that a thing is made of a material, and no more than that."""
        return any(form in self.plain_made and self.made[form] == of for form in forms(word, self.language))

    def changes_nothing(self, words: list[str], place: int, *, links_only: bool) -> bool:
        word = words[place]
        if self.links(word) or links_only:
            return self.links(word) and place > 0 and words[place - 1] not in self.amount
        is_measure = len(word) == 1 or word.isdigit() or word in self.measure
        return is_measure or any(form in self.same for form in forms(word, self.language))

    def head_of(self, words: list[str]) -> str | None:
        """The thing that these words are a kind of: "schommelstoel" and "rocking chair" end with it.

        In French they begin with it. One or two letters before it make no kind.
        """
        if any(self.begins_more(word) for word in words):
            return None
        word = words[0] if self.language == "fr" else words[-1]
        for form in forms(word, self.language):
            if len(words) > 1 and form in self.head:
                return form
            for start in range(3, len(form) - 3) if self.language == "nl" else ():
                if form[start:] in self.head:
                    return form[start:]
        return None

    def parts_at(self, words: list[str], place: int) -> bool:
        """Whether here another thing begins: "bier in flessen". In French it may go on: "poutre en acier"."""
        return self.language != "fr" and words[place] in self.out_of

    @property
    def passed(self) -> set[str]:
        """Words that join others to one name: "poutre en acier". But "bier in flessen" is no beer bottle."""
        return self.link | self.out_of if self.language == "fr" else self.link

    def links(self, word: str) -> bool:
        return word in self.link or word in self.out_of

    def adds_at(self, words: list[str], place: int) -> bool:
        """Whether from here the text says what a thing has, lacks or lies in: "met laden", "in een doos"."""
        word, rest = words[place], words[place + 1 :]
        return word in self.with_ or (word in self.out_of and any(other in self.amount for other in rest))

    def begins_more(self, word: str) -> bool:
        """Whether something else than the thing itself follows: "kast met", "tafel van"."""
        return word in self.with_ | self.out_of | self.join or (word in self.link and self.language != "fr")

    def counts(self, words: list[str]) -> bool:
        """Whether the text begins with an amount: "doos schroeven", but not "doos uit karton"."""
        if len(words) < 2 or words[0] not in self.amount or words[1] in self.out_of:
            return False
        # In "pallets 120x80" the pallets are meant: only measures follow.
        return not all(self.changes_nothing(words, place, links_only=False) for place in range(1, len(words)))

    def is_other(self, words: list[str]) -> bool:
        """Whether the text names just a thing that no material stands for."""
        return any(form in self.other for form in singulars("".join(words), self.language))


class Described(NamedTuple):
    """What words.psv holds: a vocabulary for each language, and codes of materials."""

    vocabularies: dict[str, Vocabulary]
    own: frozenset[str]
    any: frozenset[str]


def described() -> Described:
    """Read words.psv."""
    vocabularies = {language: Vocabulary(language) for language in settings.LANGUAGE_CODES}
    codes: dict[str, frozenset[str]] = {}
    with WORDS.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="|"):
            if row["kind"] in ("own", "any"):
                codes[row["kind"]] = frozenset(row["of"].split(";"))
                continue
            for language, vocabulary in vocabularies.items():
                phrases = [" ".join(words_of(phrase)) for phrase in row[language].split(";") if phrase]
                if row["kind"] == "wide":
                    vocabulary.wide |= dict.fromkeys(phrases, tuple(row["of"].split(";")))
                elif row["kind"] == "made":
                    vocabulary.made |= dict.fromkeys(phrases, row["of"])
                    # The first names it; its other forms begin alike.
                    vocabulary.plain_made |= {phrase for phrase in phrases if phrase[:3] == phrases[0][:3]}
                elif row["kind"] == "other":
                    vocabulary.other.update(phrase.replace(" ", "") for phrase in phrases)
                else:
                    getattr(vocabulary, "with_" if row["kind"] == "with" else row["kind"]).update(phrases)
    return Described(vocabularies, codes["own"], codes["any"])
