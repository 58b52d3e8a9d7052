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
