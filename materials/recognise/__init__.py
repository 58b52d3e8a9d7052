"""Says which materials a text names: by a name of theirs, or by what the thing is and what it is made of.

A text is understood whole or not at all, since a wrong guess is worse than none. "Oude eiken balken" are beams of
oak: "oude" changes nothing. "Stalen balken" are no wooden beams: what a thing is made of must not contradict the
material. A word that nobody knows means that the text isn't understood. See docs/adr/0027.
"""

from materials.recognise.recogniser import COMPOSED, LONGEST_NAME, MENDED, NAMED, SAME_WORDS, Named, recogniser

__all__ = ["COMPOSED", "LONGEST_NAME", "MENDED", "NAMED", "SAME_WORDS", "Named", "recogniser"]
