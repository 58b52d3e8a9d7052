"""The words that describe things, from materials/data/words.psv: what they are made of, and what changes nothing.

Each line of the file has a kind of words, in three languages:

- `made`: says that a thing is made of the material `of`: "stalen", "en chêne";
- `shape`: a form in which a material comes, so that the material itself is meant: "koperen staven" are copper;
- `same`: changes nothing: "oude", "blauwe", "usagé"; so do `measure` ("cm") and `link` ("van", "de") between others;
- `amount`: stands before what it counts: "doos schroeven". `out_of` says that it is a thing itself: "doos uit karton";
- `other`: names a thing that no material stands for. A text that says just this isn't understood, in any language.

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
    shape: set[str] = field(default_factory=set)
    same: set[str] = field(default_factory=set)
    measure: set[str] = field(default_factory=set)
    link: set[str] = field(default_factory=set)
    out_of: set[str] = field(default_factory=set)
    amount: set[str] = field(default_factory=set)
    other: set[str] = field(default_factory=set)

    def words(self) -> Iterator[str]:
        for phrase in (*self.made, *self.shape, *self.same, *self.amount, *self.link, *self.out_of, *self.measure):
            yield from phrase.split()

    def substance_at(self, words: list[str], place: int) -> tuple[str | None, int]:
        """The code of the substance named at this place, in two words or in one, and how many these are."""
        pair = self.made.get(" ".join(words[place : place + 2]))
        if pair and place + 1 < len(words):
            return pair, 2
        return next((self.made[form] for form in forms(words[place], self.language) if form in self.made), None), 1

    def changes_nothing(self, words: list[str], place: int) -> bool:
        word = words[place]
        if self.links(word):
            return place > 0 and words[place - 1] not in self.amount
        is_measure = word[0].isdigit() or word in self.measure
        return is_measure or any(form in self.same for form in forms(word, self.language))

    def links(self, word: str) -> bool:
        return word in self.link or word in self.out_of

    def counts(self, words: list[str]) -> bool:
        """Whether the text begins with an amount: "doos schroeven", but not "doos uit karton"."""
        return len(words) > 1 and words[0] in self.amount and words[1] not in self.out_of

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
                if row["kind"] == "made":
                    vocabulary.made |= dict.fromkeys(phrases, row["of"])
                elif row["kind"] == "other":
                    vocabulary.other.update(phrase.replace(" ", "") for phrase in phrases)
                else:
                    getattr(vocabulary, row["kind"]).update(phrases)
    return Described(vocabularies, codes["own"], codes["any"])
