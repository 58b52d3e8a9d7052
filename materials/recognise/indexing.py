"""Puts the names of materials where they are found: by their words, and by what they say that a thing is."""

import re
from collections.abc import Iterable

from materials.recognise.lineage import Lineage
from materials.recognise.names import AND, Name, Names
from materials.recognise.phrases import Phrase, Phrases
from materials.vocabulary import Vocabulary
from materials.word_forms import forms, words_of


def index_names(rows: Iterable[Name], names: Names, phrases: Phrases, lineage: Lineage) -> None:
    """The first name of a material in a language is its main one; synonyms follow."""
    single: list[tuple[Name, list[str]]] = []
    begun: set[tuple[str, str]] = set()
    for row in rows:
        words = words_of(row.name)
        names.as_written[row.language, "".join(words)].append(row)
        names.note(names.in_any_number, row, words)
        names.know((word for word in words if word.isalpha()), row.language)
        if (row.code, row.language) not in begun:
            begun.add((row.code, row.language))
            _note_main(row, words, names)
            # A family's main name has words that are too wide: an "office" is no "office and school supplies".
            if len(lineage.above[row.code]) > 1:
                single.extend((row, part) for part in _noted_parts(row, names))
        if not AND[row.language].search(row.name):
            single.append((row, words))
    for row, words in single:
        if phrase := phrases.phrase_of(words, row.language, of_name=True):
            _note_heads(row, phrase, names)
    # What else stands in one word is found once all things are known.
    for row, words in single:
        if len(words) == 1 and (phrase := phrases.in_one_word(words[0], row.language)):
            _note_heads(row, phrase, names)


def _note_main(row: Name, words: list[str], names: Names) -> None:
    names.main_words[row.code].update(
        form for word in words if not _adds_nothing(word, names.vocabularies.values())
        for form in forms(word, row.language)
    )  # fmt: skip
    for part in (words, *map(words_of, AND[row.language].split(row.name))):
        names.note(names.main_names, row, part)


def _noted_parts(row: Name, names: Names) -> list[list[str]]:
    """The parts of a main name, each noted; those that stand for no material ("other") are left out."""
    parts = [words_of(part) for part in _parts(row.name, row.language)]
    for part in parts:
        names.note(names.main_parts, row, part)
    return [part for part in parts if not names.vocabularies[row.language].is_other(part)]


def _note_heads(row: Name, phrase: Phrase, names: Names) -> None:
    for head in phrase.heads:
        names.heads[row.language, head].append((row, phrase.made))


def _adds_nothing(word: str, vocabularies: Iterable[Vocabulary]) -> bool:
    """Whether a word only links others, in some language: "of", "en"."""
    return any(vocabulary.changes_nothing([word], 0, links_only=True) for vocabulary in vocabularies)


def _parts(name: str, language: str) -> list[str]:
    """What a main name calls things: "Zand en grond" either; "Stalen profielen en balken" only the first.

    There the second is short for more: no other beams are meant. What stands in brackets only adds to a name.
    """
    parts = [part.strip() for part in AND[language].split(re.sub(r"\(.*?\)", " ", name)) if words_of(part)]
    if any(part.startswith("-") or part.endswith("-") for part in parts):
        return []
    return parts if all(len(words_of(part)) == 1 for part in parts) else parts[:1]
