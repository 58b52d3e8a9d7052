"""Texts understood whole: the materials that they name, and how sure that is."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from django.conf import settings

from materials.models import Material, MaterialName
from materials.recognise.indexing import index_names
from materials.recognise.lineage import Lineage
from materials.recognise.names import AND, Name, Names
from materials.recognise.phrases import Phrase, Phrases
from materials.recognise.words import Words
from materials.vocabulary import described
from materials.word_forms import SHORTEST_BY_EAR, alike, forms, roughly_alike, singulars, words_of

#: How sure it is that a text means a material (0 to 1): by its name, by the words of its name, by what it is and is
#: made of, and by any of these once a slip is mended.
NAMED, SAME_WORDS, COMPOSED, MENDED = 1.0, 0.98, 0.9, 0.8
#: Letters and words in a name, at most. A longer text says more than a name.
LONGEST_NAME, _MOST_WORDS = 80, 10
#: Ways to mend a text that are tried, at most.
_MOST_WAYS = 64


@dataclass(frozen=True)
class Named:
    """A material that a text names: its code, by which name, and how sure that is."""

    code: str
    name: str
    likeness: float


class Recogniser:
    """Knows all names, and the words that describe things.

    A name is its material's code, its language and itself. The first of a material in a language is its main one, and
    synonyms follow. `parents` gives the code above each code, "" for none.
    """

    def __init__(self, names: Iterable[tuple[str, str, str]], parents: dict[str, str]) -> None:
        self._vocabularies, own_substance, any_substance = described()
        self._lineage = Lineage(parents, own_substance, any_substance)
        #: Of each code the codes above it, itself first.
        self.code_and_above = self._lineage.above
        self._names = Names(self._vocabularies)
        self._phrases = Phrases(self._names, self._vocabularies)
        index_names((Name(*row) for row in names), self._names, self._phrases, self._lineage)
        self.words = Words(self._names, self._lineage, self._vocabularies)

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

    def spelled(self, word: str, language: str) -> str | None:
        """A word of a name of which an unknown one may be a slip; None for a known word, or where several may be."""
        words = words_of(word)
        if len(words) != 1 or not words[0].isalpha() or self._names.is_known(words[0]):
            return None
        known = self._names.words.get((language, words[0][0]), ())
        for form in forms(words[0], language):
            near = [other for other in known if roughly_alike(form, other)]
            if len({tuple(one.code for one in self.meant(other, language)) for other in near}) == 1:
                return near[0]
        return None

    def _as_whole(self, words: list[str], asked: str) -> list[Named]:
        for language in (asked, *(other for other in settings.LANGUAGE_CODES if other != asked)):
            if found := self._in_any_number(words, language):
                exact = [name for name in found if words_of(name.name) == words]
                return self._answer(exact or found, NAMED if exact else SAME_WORDS)
            if self._vocabularies[language].is_other(words):
                return []
            if found := self._names.by_words(words, language, self._names.main_parts):
                return self._answer(found, SAME_WORDS)
        return self._composed(words, asked)

    def _in_any_number(self, words: list[str], language: str) -> list[Name]:
        return self._names.by_words(words, language, self._names.as_written, self._names.in_any_number)

    def _composed(self, words: list[str], language: str) -> list[Named]:
        """By what the thing is and what it is made of; of an amount of something, by what that is."""
        vocabulary = self._vocabularies[language]
        if vocabulary.counts(words):
            found = self._amount_of(words[1:], language)
            if found or words[0] not in vocabulary.shape:
                return found
        phrase = self._phrases.phrase_of(words, language)
        if phrase and (fitting := self._fitting(phrase, language)):
            return self._answer(fitting, COMPOSED)
        is_shape = phrase and (not phrase.heads or phrase.heads & vocabulary.shape)
        if phrase and is_shape and (substance := self._lineage.narrowest(phrase.made)):
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
            first_unknown = next((place for place, word in enumerate(words) if not self._names.is_known(word)), 0)
            if (
                language == "fr"
                or not words[first_unknown - 1].endswith("s")
                or any(map(self._names.is_known, words[first_unknown:]))
            ):
                return []
            name_words = words[:first_unknown]
        if not name_words:
            return []
        found = self._in_any_number(name_words, language)
        return self._answer(found, COMPOSED) if found else self._composed(name_words, language)

    def _amount_of(self, words: list[str], language: str) -> list[Named]:
        """ "Doos schroeven" means screws. But a "pallet hout" may be a pallet made of wood: that isn't understood."""
        vocabulary = self._vocabularies[language]
        while words and (words[0] in vocabulary.with_ or vocabulary.links(words[0])):
            words = words[1:]
        phrase = self._phrases.phrase_of(words, language)
        if not phrase or not phrase.heads:
            return []
        found = self._in_any_number(words, language) or self._fitting(phrase, language)
        return self._answer(found, COMPOSED)

    def _together(self, text: str, language: str) -> list[Named]:
        """Of "bouten en moeren" each is understood, and the lowest material that holds both is meant."""
        parts = AND[language].split(text)
        # In "groente- en fruitresten" the first is short for more.
        if len(parts) < 2 or any(part.endswith("-") or part.startswith("-") or not words_of(part) for part in parts):
            return []
        answers = [self._as_whole(words_of(part), language) for part in parts]
        if any(len(answer) != 1 for answer in answers):
            return []
        lines = [self._lineage.above[answer[0].code] for answer in answers]
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
        if self._names.is_known(word):
            return [word]
        return [
            known
            for form in forms(word, language) if len(form) >= SHORTEST_BY_EAR
            for known in self._names.words.get((language, form[0]), ()) if alike(form, known)
        ]  # fmt: skip

    def _fitting(self, phrase: Phrase, language: str) -> list[Name]:
        """The names of the thing that what it is made of doesn't contradict; those that say so too before others."""
        if not phrase.made and phrase.heads & self._vocabularies[language].piece:
            # "Witte platen" may be made of anything.
            return []
        same_make: list[Name] = []
        related: list[Name] = []
        of_any_make: list[Name] = []
        is_shape = phrase.heads & self._vocabularies[language].shape
        # A plate of one plastic is that plastic; a plate of metal may well be one of steel.
        lies_near = self._lineage.is_below if is_shape else self._lineage.are_related
        # "Eikenbalk" is a beam, but a "loodgieter" is no watering can: one word for two has to lie close to both.
        can_be = self._lineage.are_related if is_shape or phrase.one_word else self._lineage.can_be
        keys = ((language, head) for head in sorted(phrase.heads))
        for name, made in (entry for key in keys for entry in self._names.heads.get(key, ())):
            if made and made == phrase.made:
                same_make.append(name)
            elif made and phrase.made and all(any(lies_near(one, other) for other in phrase.made) for one in made):
                related.append(name)
            elif not made and all(can_be(name.code, of) for of in phrase.made):
                of_any_make.append(name)
        found = same_make or related or of_any_make
        narrower = self._lineage.narrowest(phrase.made)
        if narrower and found and all(self._lineage.is_below(narrower, name.code) for name in found):
            return [Name(narrower, language, found[0].name)]
        return found

    def _answer(self, found: list[Name], likeness: float) -> list[Named]:
        """Each material once. What lies below another that is meant too is left out."""
        by_code = {name.code: name for name in reversed(found)}
        widest = [code for code in by_code if not any(above in by_code for above in self._lineage.above[code][1:])]
        return [Named(code, by_code[code].name, likeness) for code in sorted(widest)]


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
