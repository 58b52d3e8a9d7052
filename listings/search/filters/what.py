"""What is looked for: the kind of listing, the material, and words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import F
from django.db.models import Value as SqlValue
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from listings.enums import ListingKind
from listings.models import Listing
from listings.querysets import HasWords, ListingQuerySet, NumberRange, SpansOverlap
from listings.search.facets import kind_token, material_tokens
from listings.search.filters.base import OneParameter, Parameter
from listings.search.filters.reading import Given, one_of
from materials.models import Material
from materials.tree_numbers import numbers_below

LONGEST_TEXT = 200
#: Materials of which any will do, at most: each is searched by itself.
MOST_AMONG = 6
#: Hyphens that neither join two words ("t-shirt") nor stand alone before a word or a quotation, and say "without" it.
_STRAY_HYPHENS = re.compile(r"""(?<!-)(?!(?<=\w)-\w|(?<!\w)-[\w"])-+""")


@dataclass(frozen=True, kw_only=True)
class AskedWhat:
    kind: ListingKind | None = None
    material: Material | None = None
    among: tuple[Material, ...] = ()
    q: str = ""

    @property
    def is_of_goods(self) -> bool:
        """Whether the material is that of goods, which have one material, and one number for it.

        Services take several. A search of services, or of all kinds, compares sets of numbers.
        """
        return self.material is not None and self.kind in (ListingKind.SUPPLY, ListingKind.DEMAND)


class KindFilter(OneParameter[AskedWhat, ListingKind]):
    parameter = Parameter("kind", "supply, demand or service", choices=ListingKind.values)

    def parse(self, text: str) -> ListingKind:
        return one_of({kind.value: kind for kind in ListingKind}, text)

    def text(self, value: ListingKind) -> str:
        return value.value

    def placed(self, found: ListingQuerySet, value: ListingKind, asked: AskedWhat) -> ListingQuerySet:
        return found.of_kind(value)

    def holds(self, listing: Listing, value: ListingKind, asked: AskedWhat) -> bool:
        return listing.kind == value

    def tokens(self, value: ListingKind, asked: AskedWhat) -> list[str]:
        return [kind_token(value.value)]

    def words(self, value: ListingKind, called: Mapping[str, str]) -> str:
        return str(value.label)


class MaterialFilter(OneParameter[AskedWhat, Material]):
    """The material and everything below it; a service also when it takes something above it."""

    parameter = Parameter("material", "A material's code: includes everything below it.")

    def parse(self, text: str) -> Material:
        return _material(text)

    def text(self, value: Material) -> str:
        return value.code

    def cleared(self, asked: AskedWhat) -> tuple[str, ...]:
        """The text field shows the material by its name, unless it holds words of its own."""
        return ("material",) if asked.q else ("material", "q")

    def placed(self, found: ListingQuerySet, value: Material, asked: AskedWhat) -> ListingQuerySet:
        """Goods compare one number, which lies in the index; services and mixed searches compare sets."""
        if asked.kind in (ListingKind.SUPPLY, ListingKind.DEMAND):
            return found.filter(material_number__gte=value.tree_left, material_number__lte=value.tree_right)
        below = NumberRange(_int(value.tree_left), _int(value.tree_right))
        return found.filter(SpansOverlap(F("material_spans"), below))

    def holds(self, listing: Listing, value: Material, asked: AskedWhat) -> bool:
        return _lies_below(listing, value)

    def tokens(self, value: Material, asked: AskedWhat) -> list[str]:
        """Of goods; the sets that services take have no tokens."""
        if asked.kind not in (ListingKind.SUPPLY, ListingKind.DEMAND):
            return []
        return material_tokens(numbers_below(value))

    def words(self, value: Material, called: Mapping[str, str]) -> str:
        return value.name


class AmongFilter(OneParameter[AskedWhat, tuple[Material, ...]]):
    """Any of several materials, such as a sentence names. Each is a part of the search: see listings.search.query."""

    parameter = Parameter("among", f"Codes of up to {MOST_AMONG} materials, with commas between: any of them will do.")

    def read(self, given: Given) -> None:
        given.values["among"] = given.read("among", self.parse) or ()

    def parse(self, text: str) -> tuple[Material, ...]:
        codes = sorted({code.strip() for code in text.split(",")})
        if len(codes) > MOST_AMONG:
            raise ValidationError(_("Kies hoogstens %(most)d materialen.") % {"most": MOST_AMONG})
        return tuple(_material(code) for code in codes)

    def of(self, asked: AskedWhat) -> tuple[Material, ...] | None:
        return asked.among or None

    def text(self, value: tuple[Material, ...]) -> str:
        return ",".join(material.code for material in value)

    def holds(self, listing: Listing, value: tuple[Material, ...], asked: AskedWhat) -> bool:
        return any(_lies_below(listing, material) for material in value)

    def words(self, value: tuple[Material, ...], called: Mapping[str, str]) -> str:
        return get_text_list([material.name for material in value], _("of"))


class WordsFilter(OneParameter[AskedWhat, str]):
    """Words in title or description. What else people type there, listings.search.asking has read before."""

    parameter = Parameter(
        "q", "What people type: words in title or description, and whatever else is understood (see `understood`)."
    )

    def read(self, given: Given) -> None:
        given.values["q"] = given.read("q", self.parse) or ""

    def parse(self, text: str) -> str:
        if len(text) > LONGEST_TEXT:
            raise ValidationError(_("Zoek met hoogstens %(most)d tekens.") % {"most": LONGEST_TEXT})
        return text

    def of(self, asked: AskedWhat) -> str | None:
        return asked.q or None

    def checked(self, found: ListingQuerySet, value: str, asked: AskedWhat) -> ListingQuerySet:
        """Looked up in each listing that another index brings: the faster way for words that many have."""
        return found.filter(HasWords(F("search_vector"), _query(value)))

    def looked_up(self, found: ListingQuerySet, value: str) -> ListingQuerySet:
        """The same by the inverted index, which holds words beside tokens."""
        return found.filter(search_vector=_query(value))

    def holds(self, listing: Listing, value: str, asked: AskedWhat) -> bool:
        return value in self.met_by(listing, [value])

    def met_by(self, listing: Listing, texts: Iterable[str]) -> set[str]:
        """Those of many words that a listing has, asked of the database at once."""
        given = list(texts)
        if not given:
            return set()
        with connection.cursor() as cursor:
            cursor.execute(_MET, [given, [_without_stray_hyphens(text) for text in given], listing.pk])
            return {text for (text,) in cursor.fetchall()}

    def words(self, value: str, called: Mapping[str, str]) -> str:
        return _("“%(words)s”") % {"words": value}


KIND, MATERIAL, AMONG, WORDS = KindFilter(), MaterialFilter(), AmongFilter(), WordsFilter()
FILTERS = (KIND, MATERIAL, AMONG, WORDS)


@lru_cache(maxsize=1000)
def _material(text: str) -> Material:
    """Read once per process: the tree changes only with a new version of Werkstof, and then processes start anew."""
    material = Material.objects.filter(code=text[:100]).first()
    if material is None:
        raise ValidationError(
            _("Er is geen materiaal “%(text)s”. Kies er een uit /api/v1/materials/.") % {"text": text[:60]}
        )
    return material


_MET = """
SELECT asked.text FROM unnest(%s::text[], %s::text[]) AS asked (text, query)
JOIN listings_listing listing ON listing.id = %s
WHERE listing.search_vector @@ websearch_to_tsquery('dutch_unaccent', asked.query)
"""


def _query(text: str) -> SearchQuery:
    """The words as the database reads them."""
    return SearchQuery(_without_stray_hyphens(text), config="dutch_unaccent", search_type="websearch")


def _without_stray_hyphens(text: str) -> str:
    """To the database each hyphen outside a word says "without", and it gives up on 33 of them in a row."""
    return _STRAY_HYPHENS.sub(" ", text)


def _lies_below(listing: Listing, material: Material) -> bool:
    """Whether one of the listing's materials is this one or lies below it; of a service also, above it."""
    spans = listing.material_spans or ()
    return any(span.lower <= material.tree_right and span.upper > material.tree_left for span in spans)


def _int(value: int) -> Any:
    return models.functions.Cast(SqlValue(value), models.IntegerField())
