"""Which spellings are the same word: capitals, accents, singular and plural, slips of the pen; in three languages."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice, product

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "’": "'", "`": "'", "´": "'"})
_WORD = re.compile(r"[a-z]+|[0-9]+")
#: Dutch words whose vowel is short in the singular: "vaten" are of a "vat", where "platen" are of a "plaat".
_SHORT = {"bad", "blad", "dak", "gat", "glas", "lot", "pad", "rad", "schot", "slot", "spel", "vat", "weg"}
#: Spellings that sound alike. The first that fits is taken.
_SOUNDS = (
    ("eau", "o"), ("ij", "ei"), ("ou", "au"), ("ph", "f"), ("th", "t"), ("ck", "k"), ("qu", "kw"), ("ch", "g"),
    ("y", "i"),
    ("x", "ks"), ("z", "s"), ("v", "f"), ("c", "k"),
)  # fmt: skip
#: Letters that a word needs before a slip in it is looked past: spelled by ear, and with a letter too many, too few or
#: swapped. Of a shorter one a slip makes another word; so does a wrong letter ("handboek" is no "handdoek").
SHORTEST_BY_EAR, SHORTEST_WITH_A_SLIP = 7, 8
#: The same where it is said what was read instead, and no listing has the word that was typed.
SHORTEST_SWAPPED, SHORTEST_WITH_ONE_OFF, SHORTEST_WITH_BOTH = 5, 6, 9
#: Spellings of a phrase that are compared, at most.
_MOST_SPELLINGS = 64
#: Dutch words that end so have a plural in -s. So have others of more than one syllable ("pallets"), but "loods" isn't
#: the plural of "lood".
_PLURAL_IN_S = re.compile(r"(e|el|em|en|er|ie)$|[aeiouy][^aeiouy]+[aeiouy]")


def words_of(text: str) -> list[str]:
    """The words of a text, without capitals, accents, hyphens and "'s": "Gyproc-platen, pc's" → gyproc, platen, pc.

    Letters and digits stand apart: "IPE160" → ipe, 160.
    """
    letters = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _WORD.findall(re.sub(r"'s\b", "", bare))


@lru_cache(maxsize=50_000)
def singulars(word: str, language: str) -> tuple[str, ...]:
    """The word, and what it may be the plural of: "platen" → platen, plaat."""
    if len(word) < 4 or not word.isalpha():
        return (word,)
    return tuple(dict.fromkeys((word, *{"nl": _dutch, "fr": _french, "en": _english}[language](word))))


@lru_cache(maxsize=50_000)
def forms(word: str, language: str) -> tuple[str, ...]:
    """The word, and what it may be the plural, the diminutive or the inflected form of: "kastjes" → kastje, kast."""
    found = singulars(word, language)
    if language != "nl" or len(word) < 4 or not word.isalpha():
        return found
    if diminutive := re.fullmatch(r"(.{3,})jes?", word):
        base = diminutive[1]
        shorter = [base[:-1]] if base[-1] in "tp" else []
        found += (word.removesuffix("s"), base, *shorter, *(_undoubled(base[:-2]) if base[-2:] == "et" else ()))
    elif word.endswith("e"):
        found += tuple(_undoubled(word[:-1]))
    return tuple(dict.fromkeys(found))


def _dutch(word: str) -> list[str]:
    if word.endswith("s") and word[-2] != "s" and _PLURAL_IN_S.search(word[:-1]):
        return [word[:-1]]
    if word.endswith("en") and len(word) > 4:
        return _undoubled(word[:-2])
    return []


def _undoubled(stem: str) -> list[str]:
    """What a Dutch stem is as a word of its own: "matrass" → matras, "plat" → plaat, "schroev" → schroef."""
    if len(stem) < 2:
        return []
    if stem[-1] == stem[-2] and stem[-1] not in "aeiou":
        return [stem[:-1]]
    word = stem[:-1] + {"v": "f", "z": "s"}.get(stem[-1], stem[-1])
    open_syllable = re.fullmatch(r"(.*[^aeiou])?([aeou])([^aeiouwxy])", word)
    if not open_syllable:
        return [word]
    before, vowel, consonant = open_syllable.groups(default="")
    longer = before + vowel * 2 + consonant
    # "lak" isn't what "laken" is the plural of; but in "radiatoren" the last syllable isn't the first.
    short = word in _SHORT or any(word.endswith(end) for end in _SHORT) or re.search("[aeiou]", before)
    return [longer, word] if short else [longer]


def _english(word: str) -> list[str]:
    if word.endswith("ies"):
        return [word[:-3] + "y", word[:-1]]
    if word.endswith("ves"):
        return [word[:-3] + "f", word[:-3] + "fe", word[:-1]]
    if re.search("(s|x|z|ch|sh)es$", word):
        return [word[:-2], word[:-1]]
    return [word[:-1]] if re.search("[^su]s$", word) else []


def _french(word: str) -> list[str]:
    if word.endswith("aux"):
        return [word[:-1], word[:-2] + "l"]
    return [word[:-1]] if re.search("[^s]s$|[eo]ux$", word) else []


def spellings(words: list[str], language: str, variants: Callable[[str, str], tuple[str, ...]]) -> Iterator[str]:
    """The words in one piece, each in any of its variants: "osb", "platen" → osbplaten, osbplaat."""
    each = product(*(variants(word, language) for word in words))
    yield from dict.fromkeys((*variants("".join(words), language), *map("".join, islice(each, _MOST_SPELLINGS))))


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """How a word sounds, roughly: two spellings of it give the same. "gordeinen" and "gordijnen" do."""
    for spelled, heard in _SOUNDS:
        word = word.replace(spelled, heard)
    return re.sub(r"(.)\1+", r"\1", word)


def alike(typed: str, meant: str) -> bool:
    """Whether a word that nobody knows is most likely another one, spelled by ear or with one slip."""
    if typed[0] != meant[0] or abs(len(typed) - len(meant)) > 2:
        return False
    shortest = min(len(typed), len(meant))
    if shortest >= SHORTEST_BY_EAR and sound(typed) == sound(meant):
        return True
    return shortest >= SHORTEST_WITH_A_SLIP and _one_slip(typed, meant)


def roughly_alike(typed: str, meant: str) -> bool:
    """Whether a word may well be another one, for whoever is told so: two letters swapped, one off, or by ear."""
    if typed[0] != meant[0] or abs(len(typed) - len(meant)) > 3:
        return False
    shortest = min(len(typed), len(meant))
    if shortest >= SHORTEST_SWAPPED and sound(typed) == sound(meant):
        return True
    if _one_slip(typed, meant):
        return shortest >= (SHORTEST_SWAPPED if len(typed) == len(meant) else SHORTEST_WITH_ONE_OFF)
    return shortest >= SHORTEST_WITH_BOTH and _one_slip(sound(typed), sound(meant))


def _one_slip(typed: str, meant: str) -> bool:
    """One letter too many or too few, or two swapped."""
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    left, right = typed[start:], meant[start:]
    while left and right and left[-1] == right[-1]:
        left, right = left[:-1], right[:-1]
    return len(left) + len(right) == 1 or (len(left) == len(right) == 2 and left == right[::-1])
