"""All names of materials, found by their words."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from materials.vocabulary import Vocabulary
from materials.word_forms import forms, singulars, spellings

#: Between things that are named together, by language: "bouten en moeren", "zand/grond".
AND = {
    language: re.compile(rf"\s*(?:[,;/&+]|\b{word}\b)\s*", re.IGNORECASE)
    for language, word in (("nl", "en"), ("fr", "et"), ("en", "and"))
}


@dataclass(frozen=True)
class Name:
    """One name of a material, by its code."""

    code: str
    language: str
    name: str


#: By language and words in one piece.
ByWords = dict[tuple[str, str], list[Name]]


class Names:
    """Names by language and words in one piece: as written, in any number, and what part of a main name says."""

    def __init__(self, vocabularies: dict[str, Vocabulary]) -> None:
        self.vocabularies = vocabularies
        self.as_written: ByWords = defaultdict(list)
        self.in_any_number: ByWords = defaultdict(list)
        self.main_parts: ByWords = defaultdict(list)
        self.main_names: ByWords = defaultdict(list)
        #: By language and what a thing is: its names, and the codes of what each says that it is made of.
        self.heads: dict[tuple[str, str], list[tuple[Name, frozenset[str]]]] = defaultdict(list)
        #: Words by language and first letter, as they are written.
        self.words: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        #: Of each code the words of its main names, in all languages; "of" and the like aside, which say nothing.
        self.main_words: dict[str, set[str]] = defaultdict(set)
        # What words may be the plural of.
        self._known: dict[str, set[str]] = defaultdict(set)
        for language, vocabulary in vocabularies.items():
            self.know(vocabulary.words(), language)

    def by_words(self, words: list[str], language: str, *among: ByWords) -> list[Name]:
        """The names of these words. The form that was written comes before those that it may be the plural of."""
        keys = list(self.keys(words, language, forms))
        return next((found for names in among for key in keys if (found := names.get((language, key)))), [])

    def is_known(self, word: str) -> bool:
        return any(
            word in self._known[language] or vocabulary.is_other([word])
            for language, vocabulary in self.vocabularies.items()
        )

    def is_a_name(self, word: str, language: str) -> bool:
        return any((language, form) in self.as_written for form in forms(word, language))

    def know(self, words: Iterable[str], language: str) -> None:
        for word in words:
            self.words[language, word[0]][word] = None
            self._known[language].update(singulars(word, language))

    def note(self, names: ByWords, row: Name, words: list[str]) -> None:
        for key in self.keys(words, row.language, singulars):
            names[row.language, key].append(row)

    def keys(self, words: list[str], language: str, variants: Callable[[str, str], tuple[str, ...]]) -> Iterator[str]:
        """The words in one piece, in all their variants, also without words such as "de" and "of"."""
        yield from spellings(words, language, variants)
        passed = self.vocabularies[language].passed
        without_links = [word for word in words if word not in passed]
        if without_links and without_links != words:
            yield from spellings(without_links, language, variants)
