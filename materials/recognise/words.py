"""What single words say, to whoever reads a sentence."""

from collections.abc import Iterable

from django.conf import settings

from materials.recognise.lineage import Lineage
from materials.recognise.names import Names
from materials.vocabulary import Vocabulary
from materials.word_forms import forms, words_of


class Words:
    """Answers whether words are known, say a measure or a substance, or what materials say by themselves."""

    def __init__(self, names: Names, lineage: Lineage, vocabularies: dict[str, Vocabulary]) -> None:
        self._names, self._lineage, self._vocabularies = names, lineage, vocabularies

    def knows(self, word: str) -> bool:
        """Whether a word stands in a name or describes a thing, in any language."""
        words = words_of(word)
        return bool(words) and all(map(self._names.is_known, words))

    def measures(self, word: str) -> bool:
        """Whether a word says in what something is measured, in any language: "cm", "watt"."""
        return any(word in vocabulary.measure for vocabulary in self._vocabularies.values())

    def is_told(self, word: str, codes: Iterable[str], language: str) -> bool:
        """Whether materials say by themselves what a word says: wooden beams are "houten", plates are "platen"."""
        vocabulary = self._vocabularies[language]
        words = words_of(word)
        if len(words) != 1:
            return False
        if words[0] in vocabulary.piece | vocabulary.shape:
            return True
        of, _length = vocabulary.substance_at(words, 0)
        if of is None or not all(of in self._lineage.above[code] for code in codes):
            return False
        # "Eiken" says more than "houten".
        own = self._names.main_parts.get((language, words[0]), []) + [
            name
            for form in (*forms(words[0], language), words[0].removesuffix("en"))
            for name in self._names.main_names.get((language, form), ())
        ]
        return any(name.code == of for name in own)

    def is_met(self, word: str, codes: Iterable[str]) -> bool:
        """Whether materials are by themselves what a word says, in any language: it stands in a main name of each.

        "Wooden pallets" are "wooden", and "houten" too, and so are beams, which lie below wood.
        """
        words, every = words_of(word), list(codes)
        if len(words) != 1 or not every:
            return False
        said = {form for language in settings.LANGUAGE_CODES for form in forms(words[0], language)}
        lines = [self._lineage.above[code] for code in every]
        if all(any(said & self._names.main_words[above] for above in line) for line in lines):
            return True
        return any(
            self.is_told(word, every, language)
            or all(any(vocabulary.is_plainly(words[0], above) for above in line) for line in lines)
            for language, vocabulary in self._vocabularies.items()
        )

    def is_substance(self, words: list[str], *languages: str) -> bool:
        """Whether one or two words say what a thing is made of, in one of these languages: "metalen", "cast iron"."""
        found = (self._vocabularies[language].substance_at(words, 0) for language in languages)
        return any(of is not None and length == len(words) for of, length in found)
