"""Which material lies below which, and what can be made of what."""

from collections.abc import Set as AbstractSet


class Lineage:
    """The tree of materials by their codes. `parents` gives the code above each code, "" for none.

    Materials that are `own_substance` are made of themselves, with all below them, but those at `any_substance` can be
    made of anything.
    """

    def __init__(
        self, parents: dict[str, str], own_substance: AbstractSet[str], any_substance: AbstractSet[str]
    ) -> None:
        #: Of each code the codes above it, itself first.
        self.above = {code: _code_and_above(code, parents) for code in parents}
        self._own_substance, self._any_substance = own_substance, any_substance

    def can_be(self, code: str, of: str) -> bool:
        """Whether a material can be made of another."""
        for above in self.above[code]:
            if above in self._any_substance:
                return True
            if above in self._own_substance:
                return self.are_related(of, code) or self.are_related(of, above)
        return True

    def is_below(self, one: str, other: str) -> bool:
        return other in self.above[one]

    def are_related(self, one: str, other: str) -> bool:
        return self.is_below(one, other) or self.is_below(other, one)

    def narrowest(self, codes: frozenset[str]) -> str | None:
        """Of materials that lie in one line, the lowest."""
        return next((code for code in codes if all(self.is_below(code, other) for other in codes)), None)


def _code_and_above(code: str, parents: dict[str, str]) -> list[str]:
    """The code and all above it."""
    return [code, *_code_and_above(parents[code], parents)] if code else []
