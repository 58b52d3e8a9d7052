"""The form in which words that people write are compared."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def word(text: str) -> str:
    """In small letters, without accents, with single blanks: "  Lopende_Meter. " becomes "lopende meter".

    Signs stay: what a sign means is for the reader to say, and "−5" must not become "5".
    """
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not _is_accent(letter))
    return " ".join(bare.replace("_", " ").split()).strip(" :*.")


def _is_accent(letter: str) -> bool:
    return unicodedata.category(letter) == "Mn"
