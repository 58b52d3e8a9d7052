"""Says which materials a text names: by a name of theirs, or by what the thing is and what it is made of.

A text is understood whole or not at all, since a wrong guess is worse than none. "Oude eiken balken" are beams of
oak: "oude" changes nothing. "Stalen balken" are no wooden beams: what a thing is made of must not contradict the
material. A word that nobody knows means that the text isn't understood. See docs/adr/0027.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from django.conf import settings

from materials.models import Material, MaterialName
from materials.vocabulary import described
from materials.word_forms import SHORTEST_BY_EAR, alike, forms, roughly_alike, singulars, spellings, words_of

#: How sure it is that a text means a material (0 to 1): by its name, by the words of its name, by what it is and is
#: made of, and by any of these once a slip is mended.
NAMED, SAME_WORDS, COMPOSED, MENDED = 1.0, 0.98, 0.9, 0.8
#: Letters and words in a name, at most. A longer text says more than a name.
LONGEST_NAME, _MOST_WORDS = 80, 10
#: Ways to mend a text that are tried, at most.
_MOST_WAYS = 64
_AND = {
    language: re.compile(rf"\s*(?:[,;/&+]|\b{word}\b)\s*", re.IGNORECASE)
    for language, word in (("nl", "en"), ("fr", "et"), ("en", "and"))
}


@dataclass(frozen=True)
class Named:
    """A material that a text names: its code, by which name, and how sure that is."""

    code: str
    name: str
    likeness: float


@dataclass(frozen=True)
class _Phrase:
    """What a thing is, in its possible spellings, and the codes of what it is made of.

    `one_word` says that both stand in one word, such as "eikenbalk".
    """

    heads: frozenset[str]
    made: frozenset[str]
    one_word: bool = False


@dataclass(frozen=True)
class _Name:
    code: str
    language: str
    name: str


_Names = dict[tuple[str, str], list[_Name]]


class Recogniser:
    """Knows all names, and the words that describe things.

    A name is its material's code, its language and itself. The first of a material in a language is its main one, and
    synonyms follow. `parents` gives the code above each code, "" for none.
    """

    def __init__(self, names: Iterable[tuple[str, str, str]], parents: dict[str, str]) -> None:
        #: Of each code the codes above it, itself first.
        self.code_and_above = {code: _code_and_above(code, parents) for code in parents}
        self._vocabularies, self._own_substance, self._any_substance = described()
        # Names by language and words in one piece: as written, in any number, and what part of a main name says.
        self._as_written: _Names = defaultdict(list)
        self._in_any_number: _Names = defaultdict(list)
        self._main_parts: _Names = defaultdict(list)
        self._main_names: _Names = defaultdict(list)
        self._heads: dict[tuple[str, str], list[tuple[_Name, frozenset[str]]]] = defaultdict(list)
        # Words by language and first letter, as they are written; and what they may be the plural of.
        self._words: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        self._known: dict[str, set[str]] = defaultdict(set)
        for language, vocabulary in self._vocabularies.items():
            self._know(vocabulary.words(), language)
        # Of each code the words of its main names, in all languages; "of" and the like aside, which say nothing.
        self._main_words: dict[str, set[str]] = defaultdict(set)
        self._index([_Name(*row) for row in names])

    def named(self, text: str, language: str) -> list[Named]:
        """The materials that the text names; several where it may mean any of them. Asks the database nothing.

        Names in `language` come before those in others. Only in `language` is more understood than names.
        """
        words = words_of(text)
        if not words or len(words) > _MOST_WORDS or len(text) > LONGEST_NAME:
            return []
        return (
            self._as_whole(words, language)
            or self._together(text, language)
            or self._mended(words, language)
            or self._with_something(words, language)
        )

    def meant(self, text: str, language: str) -> list[Named]:
        """Like named(), for whoever searches: a word that may mean one of several things ("stenen") means them all."""
        word = "".join(words_of(text))
        for one in (language, *(other for other in settings.LANGUAGE_CODES if other != language)):
            wide = self._vocabularies[one].wide
            if key := next((form for form in singulars(word, one) if form in wide), None):
                return [Named(code, text, SAME_WORDS) for code in wide[key]]
        return self.named(text, language)

    def measures(self, word: str) -> bool:
        """Whether a word says in what something is measured, in any language: "cm", "watt"."""
        return any(word in vocabulary.measure for vocabulary in self._vocabularies.values())

    def spelled(self, word: str, language: str) -> str | None:
        """A word of a name of which an unknown one may be a slip; None for a known word, or where several may be."""
        words = words_of(word)
        if len(words) != 1 or not words[0].isalpha() or self._is_known(words[0]):
            return None
        known = self._words.get((language, words[0][0]), ())
        for form in forms(words[0], language):
            near = [other for other in known if roughly_alike(form, other)]
            if len({tuple(one.code for one in self.meant(other, language)) for other in near}) == 1:
                return near[0]
        return None

    def knows(self, word: str) -> bool:
        """Whether a word stands in a name or describes a thing, in any language."""
        words = words_of(word)
        return bool(words) and all(map(self._is_known, words))

    def is_told(self, word: str, codes: Iterable[str], language: str) -> bool:
        """Whether materials say by themselves what a word says: wooden beams are "houten", plates are "platen"."""
        vocabulary = self._vocabularies[language]
        words = words_of(word)
        if len(words) != 1:
            return False
        if words[0] in vocabulary.piece | vocabulary.shape:
            return True
        of, _length = vocabulary.substance_at(words, 0)
        if of is None or not all(of in self.code_and_above[code] for code in codes):
            return False
        # "Eiken" says more than "houten".
        own = self._main_parts.get((language, words[0]), []) + [
            name
            for form in (*forms(words[0], language), words[0].removesuffix("en"))
            for name in self._main_names.get((language, form), ())
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
        lines = [self.code_and_above[code] for code in every]
        if all(any(said & self._main_words[above] for above in line) for line in lines):
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

    def _adds_nothing(self, word: str) -> bool:
        """Whether a word only links others, in some language: "of", "en"."""
        return any(
            vocabulary.changes_nothing([word], 0, links_only=True) for vocabulary in self._vocabularies.values()
        )

    def _as_whole(self, words: list[str], asked: str) -> list[Named]:
        for language in (asked, *(other for other in settings.LANGUAGE_CODES if other != asked)):
            if found := self._by_words(words, language, self._as_written, self._in_any_number):
                exact = [name for name in found if words_of(name.name) == words]
                return self._answer(exact or found, NAMED if exact else SAME_WORDS)
            if self._vocabularies[language].is_other(words):
                return []
            if found := self._by_words(words, language, self._main_parts):
                return self._answer(found, SAME_WORDS)
        return self._composed(words, asked)

    def _by_words(self, words: list[str], language: str, *among: _Names) -> list[_Name]:
        """The names of these words. The form that was written comes before those that it may be the plural of."""
        keys = list(self._keys(words, language, forms))
        return next((found for names in among for key in keys if (found := names.get((language, key)))), [])

    def _composed(self, words: list[str], language: str) -> list[Named]:
        """By what the thing is and what it is made of; of an amount of something, by what that is."""
        vocabulary = self._vocabularies[language]
        if vocabulary.counts(words):
            found = self._amount_of(words[1:], language)
            if found or words[0] not in vocabulary.shape:
                return found
        phrase = self._phrase(words, language)
        if phrase and (fitting := self._fitting(phrase, language)):
            return self._answer(fitting, COMPOSED)
        is_shape = phrase and (not phrase.heads or phrase.heads & vocabulary.shape)
        if phrase and is_shape and (substance := self._narrowest(phrase.made)):
            return [Named(substance, " ".join(words), COMPOSED)]
        return self._by_its_beginning(words, language)

    def _by_its_beginning(self, words: list[str], language: str) -> list[Named]:
        """A name that a form follows, or unknown words after a plural in -s: "rockwool platen", "laptops Xyz".

        After another word they may be one word with it: a "boeken wagen" is no book. In French, adjectives that say
        what kind of thing it is follow too.
        """
        vocabulary = self._vocabularies[language]
        name_words = [word for word in words if word not in vocabulary.piece]
        if name_words == words:
            first_unknown = next((place for place, word in enumerate(words) if not self._is_known(word)), 0)
            if (
                language == "fr"
                or not words[first_unknown - 1].endswith("s")
                or any(map(self._is_known, words[first_unknown:]))
            ):
                return []
            name_words = words[:first_unknown]
        if not name_words:
            return []
        found = self._by_words(name_words, language, self._as_written, self._in_any_number)
        return self._answer(found, COMPOSED) if found else self._composed(name_words, language)

    def _amount_of(self, words: list[str], language: str) -> list[Named]:
        """ "Doos schroeven" means screws. But a "pallet hout" may be a pallet made of wood: that isn't understood."""
        vocabulary = self._vocabularies[language]
        while words and (words[0] in vocabulary.with_ or vocabulary.links(words[0])):
            words = words[1:]
        phrase = self._phrase(words, language)
        if not phrase or not phrase.heads:
            return []
        found = self._by_words(words, language, self._as_written, self._in_any_number) or self._fitting(
            phrase, language
        )
        return self._answer(found, COMPOSED)

    def _together(self, text: str, language: str) -> list[Named]:
        """Of "bouten en moeren" each is understood, and the lowest material that holds both is meant."""
        parts = _AND[language].split(text)
        # In "groente- en fruitresten" the first is short for more.
        if len(parts) < 2 or any(part.endswith("-") or part.startswith("-") or not words_of(part) for part in parts):
            return []
        answers = [self._as_whole(words_of(part), language) for part in parts]
        if any(len(answer) != 1 for answer in answers):
            return []
        lines = [self.code_and_above[answer[0].code] for answer in answers]
        shared = next((code for code in lines[0] if all(code in line for line in lines)), None)
        return [Named(shared, text.strip(), COMPOSED)] if shared else []

    def _with_something(self, words: list[str], language: str) -> list[Named]:
        """A "tafel met laden" is a table, "ramen zonder glas" are windows. But a "doos met boeken" is books."""
        vocabulary = self._vocabularies[language]
        places = [place for place in range(1, len(words)) if vocabulary.adds_at(words, place)]
        if not places or words[0] in vocabulary.amount:
            return []
        return [Named(one.code, one.name, COMPOSED) for one in self._as_whole(words[: places[0]], language)]

    def _mended(self, words: list[str], language: str) -> list[Named]:
        """With unknown words replaced by those of which they are most likely a slip, if all mean the same."""
        choices = [self._meant(word, language) for word in words]
        ways = islice(product(*choices), _MOST_WAYS)
        answers = [found for way in ways if list(way) != words and (found := self._as_whole(list(way), language))]
        if len({tuple(one.code for one in answer) for answer in answers}) != 1:
            return []
        return [Named(one.code, one.name, MENDED) for one in answers[0]]

    def _meant(self, word: str, language: str) -> list[str]:
        """The word itself if it is known; else all known ones that are alike."""
        if self._is_known(word):
            return [word]
        return [
            known
            for form in forms(word, language) if len(form) >= SHORTEST_BY_EAR
            for known in self._words.get((language, form[0]), ()) if alike(form, known)
        ]  # fmt: skip

    def _is_known(self, word: str) -> bool:
        return any(
            word in self._known[language] or vocabulary.is_other([word])
            for language, vocabulary in self._vocabularies.items()
        )

    def _phrase(self, words: list[str], language: str, *, of_name: bool = False) -> _Phrase | None:
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
        if len(rest) > 1 and rest[-1] == words[-1] and words[-2].isdigit() and not self._is_a_name(rest[-1], language):
            rest.pop()
        if not rest:
            # A substance's name alone is that of a material, or it is none.
            return _Phrase(frozenset(), frozenset(made)) if made and len(words) > 1 else None
        heads = frozenset(spellings(rest, language, singulars if of_name else forms))
        is_known = of_name or len(rest) > 1 or any((language, head) in self._heads for head in heads)
        if not is_known and (compound := self._in_one_word(rest[0], language)):
            return _Phrase(compound.heads, compound.made | made, one_word=True)
        if not of_name and not any((language, head) in self._heads for head in heads):
            heads = frozenset(self._kind_of(rest, language) or heads)
        return _Phrase(heads, frozenset(made))

    def _kind_of(self, words: list[str], language: str) -> tuple[str, ...]:
        """What a thing is a kind of: a name of two words or more at its end (in French its start), or what is one.

        Where another word is a name too, it isn't clear which of them is the thing.
        """
        vocabulary = self._vocabularies[language]
        for length in range(len(words) - 1, 1, -1):
            part = words[:length] if language == "fr" else words[-length:]
            keys = tuple(key for key in spellings(part, language, forms) if (language, key) in self._in_any_number)
            if keys and not any(map(vocabulary.begins_more, words)):
                return keys
        kind, others = vocabulary.head_of(words), words[1:] if language == "fr" else words[:-1]
        return (kind,) if kind and not any(self._is_a_name(other, language) for other in others) else ()

    def _is_a_name(self, word: str, language: str) -> bool:
        return any((language, form) in self._as_written for form in forms(word, language))

    def _in_one_word(self, word: str, language: str) -> _Phrase | None:
        """The substance and the thing in one word: "eikenbalk" is a beam ("balk") of oak ("eiken")."""
        vocabulary = self._vocabularies[language]
        for end in range(len(word) - 3, 2, -1):
            if of := vocabulary.made.get(word[:end]):
                heads = frozenset(forms(word[end:], language))
                if any((language, head) in self._heads or head in vocabulary.shape for head in heads):
                    return _Phrase(heads, frozenset([of]), one_word=True)
        return None

    def _fitting(self, phrase: _Phrase, language: str) -> list[_Name]:
        """The names of the thing that what it is made of doesn't contradict; those that say so too before others."""
        if not phrase.made and phrase.heads & self._vocabularies[language].piece:
            # "Witte platen" may be made of anything.
            return []
        same_make: list[_Name] = []
        related: list[_Name] = []
        of_any_make: list[_Name] = []
        is_shape = phrase.heads & self._vocabularies[language].shape
        # A plate of one plastic is that plastic; a plate of metal may well be one of steel.
        lies_near = self._is_below if is_shape else self._related
        # "Eikenbalk" is a beam, but a "loodgieter" is no watering can: one word for two has to lie close to both.
        can_be = self._related if is_shape or phrase.one_word else self._can_be
        for name, made in (entry for head in sorted(phrase.heads) for entry in self._heads.get((language, head), ())):
            if made and made == phrase.made:
                same_make.append(name)
            elif made and phrase.made and all(any(lies_near(one, other) for other in phrase.made) for one in made):
                related.append(name)
            elif not made and all(can_be(name.code, of) for of in phrase.made):
                of_any_make.append(name)
        found = same_make or related or of_any_make
        narrower = self._narrowest(phrase.made)
        if narrower and found and all(self._is_below(narrower, name.code) for name in found):
            return [_Name(narrower, language, found[0].name)]
        return found

    def _can_be(self, code: str, of: str) -> bool:
        """Whether a material can be made of another."""
        for above in self.code_and_above[code]:
            if above in self._any_substance:
                return True
            if above in self._own_substance:
                return self._related(of, code) or self._related(of, above)
        return True

    def _is_below(self, one: str, other: str) -> bool:
        return other in self.code_and_above[one]

    def _related(self, one: str, other: str) -> bool:
        return self._is_below(one, other) or self._is_below(other, one)

    def _narrowest(self, codes: frozenset[str]) -> str | None:
        """Of materials that lie in one line, the lowest."""
        return next((code for code in codes if all(self._is_below(code, other) for other in codes)), None)

    def _answer(self, found: list[_Name], likeness: float) -> list[Named]:
        """Each material once. What lies below another that is meant too is left out."""
        by_code = {name.code: name for name in reversed(found)}
        widest = [code for code in by_code if not any(above in by_code for above in self.code_and_above[code][1:])]
        return [Named(code, by_code[code].name, likeness) for code in sorted(widest)]

    def _index(self, rows: list[_Name]) -> None:
        single: list[tuple[_Name, list[str]]] = []
        begun: set[tuple[str, str]] = set()
        for row in rows:
            words = words_of(row.name)
            self._as_written[row.language, "".join(words)].append(row)
            self._note(self._in_any_number, row, words)
            self._know((word for word in words if word.isalpha()), row.language)
            # A family's main name has words that are too wide: an "office" is no "office and school supplies".
            is_main = (row.code, row.language) not in begun and len(self.code_and_above[row.code]) > 1
            if (row.code, row.language) not in begun:
                self._main_words[row.code].update(
                    form for word in words if not self._adds_nothing(word) for form in forms(word, row.language)
                )
                for part in (words, *map(words_of, _AND[row.language].split(row.name))):
                    self._note(self._main_names, row, part)
            begun.add((row.code, row.language))
            for part in map(words_of, _parts(row.name, row.language) if is_main else ()):
                self._note(self._main_parts, row, part)
                if not self._vocabularies[row.language].is_other(part):
                    single.append((row, part))
            if not _AND[row.language].search(row.name):
                single.append((row, words))
        for row, words in single:
            if phrase := self._phrase(words, row.language, of_name=True):
                self._note_heads(row, phrase)
        # What else stands in one word is found once all things are known.
        for row, words in single:
            if len(words) == 1 and (phrase := self._in_one_word(words[0], row.language)):
                self._note_heads(row, phrase)

    def _note(self, names: _Names, row: _Name, words: list[str]) -> None:
        for key in self._keys(words, row.language, singulars):
            names[row.language, key].append(row)

    def _note_heads(self, row: _Name, phrase: _Phrase) -> None:
        for head in phrase.heads:
            self._heads[row.language, head].append((row, phrase.made))

    def _know(self, words: Iterable[str], language: str) -> None:
        for word in words:
            self._words[language, word[0]][word] = None
            self._known[language].update(singulars(word, language))

    def _keys(self, words: list[str], language: str, variants: Callable[[str, str], tuple[str, ...]]) -> Iterator[str]:
        """The words in one piece, in all their variants, also without words such as "de" and "of"."""
        yield from spellings(words, language, variants)
        passed = self._vocabularies[language].passed
        without_links = [word for word in words if word not in passed]
        if without_links and without_links != words:
            yield from spellings(without_links, language, variants)


@lru_cache(maxsize=1)
def recogniser() -> Recogniser:
    """Read once per process: the names change only with a new version of Werkstof, and then processes start anew."""
    materials = list(Material.objects.all())
    codes = {row.pk: row.code for row in materials}
    main = [
        (row.code, language, getattr(row, f"name_{language}"))
        for row in materials for language in settings.LANGUAGE_CODES
    ]  # fmt: skip
    synonyms = MaterialName.objects.order_by("pk").values_list("material__code", "language", "name")
    return Recogniser(
        dict.fromkeys((*main, *synonyms)),
        {row.code: codes[row.parent_id] if row.parent_id else "" for row in materials},
    )


def _code_and_above(code: str, parents: dict[str, str]) -> list[str]:
    """The code and all above it."""
    return [code, *_code_and_above(parents[code], parents)] if code else []


def _parts(name: str, language: str) -> list[str]:
    """What a main name calls things: "Zand en grond" either; "Stalen profielen en balken" only the first.

    There the second is short for more: no other beams are meant. What stands in brackets only adds to a name.
    """
    parts = [part.strip() for part in _AND[language].split(re.sub(r"\(.*?\)", " ", name)) if words_of(part)]
    if any(part.startswith("-") or part.endswith("-") for part in parts):
        return []
    return parts if all(len(words_of(part)) == 1 for part in parts) else parts[:1]
