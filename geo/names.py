"""When two spellings are one name of a place: "St.-Gillis b/Dendermonde" and "Sint-Gillis-bij-Dendermonde"."""

import re
import unicodedata

#: What is written short or in French within the names of Flemish places, by how we compare it.
_SAME = {"st": "sint", "saint": "sint", "sainte": "sint", "ste": "sint", "olv": "onzelievevrouw"}
#: Written short between two words, with or without a stroke: "a/d", "b/", "o.d.".
_SHORT = (
    (re.compile(r"\bo(?:\.\s*l\.?|\.?\s*l\.)\s*-?\s*v(?:\.|\b)"), " onze lieve vrouw "),
    (re.compile(r"\ba\s*[/.]\s*d\b\.?"), " aan de "),
    (re.compile(r"\bo\s*[/.]\s*d\b\.?"), " op den "),
    (re.compile(r"\bb\s*[/.]"), " bij "),
)
#: What people write behind a place: its country.
_COUNTRY = re.compile(r"[\s,;(]+(?:belgi[eë]|belgique|belgium|vlaanderen|b)\)?\s*$", re.IGNORECASE)


def words_of(name: str) -> tuple[str, ...]:
    """A name as we compare it, word by word: no capitals, accents or hyphens, and nothing written short."""
    text = "".join(letter for letter in unicodedata.normalize("NFKD", name.casefold()) if letter.isalnum() or not
                   unicodedata.combining(letter))  # fmt: skip
    for pattern, whole in _SHORT:
        text = pattern.sub(whole, text)
    return tuple(_SAME.get(word, word) for word in re.findall(r"[a-z]+", text))


def name_key(name: str) -> str:
    """A name as we compare it, in one piece: equal for spellings of one name."""
    return "".join(words_of(name))


def without_country(text: str) -> str:
    """The text without the name of our country or region at its end: "9000 Gent, België" becomes "9000 Gent"."""
    return _COUNTRY.sub("", text).strip()


#: Letters that a name needs before a slip in it is looked past, and before a second one is.
SHORTEST_WITH_A_SLIP, SHORTEST_WITH_TWO = 4, 8


def is_slip(typed: str, meant: str) -> bool:
    """Whether a key is most likely a slip for another: it begins the same and at most one letter is off.

    In a long one two may be. Letters that changed places count once: "gnet".
    """
    if not typed or len(typed) < SHORTEST_WITH_A_SLIP or typed[:1] != meant[:1]:
        return False
    most = 2 if len(typed) >= SHORTEST_WITH_TWO else 1
    return abs(len(typed) - len(meant)) <= most and _edits(typed, meant) <= most


def _edits(one: str, other: str) -> int:
    """Letters that are added, left out, replaced or swapped with their neighbour between two words."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [place]
        for at, wanted in enumerate(other, start=1):
            least = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (letter != wanted))
            if place > 1 and at > 1 and letter == other[at - 2] and one[place - 2] == wanted:
                least = min(least, earlier[at - 2] + 1)
            row.append(least)
    return row[-1]
