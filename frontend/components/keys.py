"""Keys of rows as a form or an address gives them."""


def key_in(given: str) -> int | None:
    """None for what is no key of any row: empty, a word, or longer than a key can be."""
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None
