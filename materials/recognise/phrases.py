"""What words say that a thing is, and what it is made of."""

from dataclasses import dataclass

from materials.recognise.names import Names
from materials.vocabulary import Vocabulary
from materials.word_forms import forms, singulars, spellings


@dataclass(frozen=True)
class Phrase:
    """What a thing is, in its possible spellings, and the codes of what it is made of.

    `one_word` says that both stand in one word, such as "eikenbalk".
    """

    heads: frozenset[str]
    made: frozenset[str]
    one_word: bool = False


class Phrases:
    """Reads phrases by the words that describe things, and by the names of things."""

    def __init__(self, names: Names, vocabularies: dict[str, Vocabulary]) -> None:
        self._names, self._vocabularies = names, vocabularies

    def phrase_of(self, words: list[str], language: str, *, of_name: bool = False) -> Phrase | None:
        """What the thing is and what it is made of; None if that says nothing. What changes nothing is left out.

        Of a name only "de", "of" and the like are: "zwarte grond" is one, but "grond" isn't meant by it.
        """
        vocabulary = self._vocabularies[language]
        rest: list[str] = []
        made: set[str] = set()
        place = 0
        while place < len(words):
            of, length = vocabulary.substance_at(words, place)
            if made and not rest and vocabulary.links(words[place]):
                # "Glas van lampen" is glass, and no lamp made of glass.
                return None
            if of:
                made.add(of)
            elif not vocabulary.changes_nothing(words, place, links_only=of_name):
                if rest and vocabulary.parts_at(words, place - 1):
                    return None
                rest.append(words[place])
            place += length
        # "Ladeblok 3 laden": what is counted besides says nothing.
        is_counted_last = len(rest) > 1 and rest[-1] == words[-1] and words[-2].isdigit()
        if is_counted_last and not self._names.is_a_name(rest[-1], language):
            rest.pop()
        if not rest:
            # A substance's name alone is that of a material, or it is none.
            return Phrase(frozenset(), frozenset(made)) if made and len(words) > 1 else None
        heads = frozenset(spellings(rest, language, singulars if of_name else forms))
        is_known = of_name or len(rest) > 1 or any((language, head) in self._names.heads for head in heads)
        if not is_known and (compound := self.in_one_word(rest[0], language)):
            return Phrase(compound.heads, compound.made | made, one_word=True)
        if not of_name and not any((language, head) in self._names.heads for head in heads):
            heads = frozenset(self._kind_of(rest, language) or heads)
        return Phrase(heads, frozenset(made))

    def _kind_of(self, words: list[str], language: str) -> tuple[str, ...]:
        """What a thing is a kind of: a name of two words or more at its end (in French its start), or what is one.

        Where another word is a name too, it isn't clear which of them is the thing.
        """
        vocabulary = self._vocabularies[language]
        for length in range(len(words) - 1, 1, -1):
            part = words[:length] if language == "fr" else words[-length:]
            possible = spellings(part, language, forms)
            keys = tuple(key for key in possible if (language, key) in self._names.in_any_number)
            if keys and not any(map(vocabulary.begins_more, words)):
                return keys
        kind, others = vocabulary.head_of(words), words[1:] if language == "fr" else words[:-1]
        return (kind,) if kind and not any(self._names.is_a_name(other, language) for other in others) else ()

    def in_one_word(self, word: str, language: str) -> Phrase | None:
        """The substance and the thing in one word: "eikenbalk" is a beam ("balk") of oak ("eiken")."""
        vocabulary = self._vocabularies[language]
        for end in range(len(word) - 3, 2, -1):
            if of := vocabulary.made.get(word[:end]):
                heads = frozenset(forms(word[end:], language))
                if any((language, head) in self._names.heads or head in vocabulary.shape for head in heads):
                    return Phrase(heads, frozenset([of]), one_word=True)
        return None
