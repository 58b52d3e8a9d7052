"""Which town a postal code, a name or both mean. The search box, the forms, the imports and the API all ask here."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, Protocol

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.models import Municipality, Place, PostalCode
from geo.names import name_key, without_country, words_of
from geo.outside import outside

#: What people write after the postal code of any municipality of the capital region: "1050 Brussel".
BRUSSELS = ("brussel", "bruxelles", "brussels")
#: Letters of a code or a name that are looked at.
LONGEST = 100
#: How alike the spelling of a name must be to one of its code's towns, by difflib's ratio: "Antwerpn" has 0.94.
LEAST_CLOSENESS = 0.8
#: A name of fewer letters isn't taken for a part of a longer one.
LEAST_LETTERS = 3
#: At most so many codes are named when a town has other codes: Antwerpen has seven.
MOST_CODES = 3
#: What is said of a town of elsewhere.
OUTSIDE = gettext_lazy("%(name)s ligt buiten Vlaanderen en Brussel. Kies een plaats die erin ligt.")
#: "9000", "B-9000", "BE 9000", "9 000", and "9000.0" as spreadsheets write it; perhaps with a name behind.
_CODE = r"(?:BE?[\s.:-]*)?(\d[\s.,]?\d{3})(?:[.,]0+)?"
_CODE_FIRST = re.compile(rf"^\W*{_CODE}(?:[\s,;:/()-]+(\D.*))?\W*$", re.IGNORECASE)
_CODE_LAST = re.compile(rf"^(\D+?)[\s,;:/(-]+{_CODE}\W*$", re.IGNORECASE)
_BRACKETS = re.compile(r"^(.*?)\s*\((.*?)\)?\s*$")


@dataclass(frozen=True)
class Town:
    """A named point within a municipality. Its code is empty where only its name was given and the post lacks it."""

    code: str
    name: str
    municipality: Municipality
    location: Point
    population: int = 0
    is_main: bool = False
    is_seat: bool = False
    is_middle: bool = False
    is_everyday: bool = False

    @property
    def own_name(self) -> str:
        """Its name in the reader's language, where it is called after its municipality."""
        return self.municipality.name if name_key(self.name) in _names_of(self.municipality) else self.name

    @property
    def middle_words(self) -> str:
        """Whether its point is only its municipality's middle, in words; else nothing."""
        return _("midden van %(place)s") % {"place": self.municipality.name} if self.is_middle else ""

    @property
    def words(self) -> str:
        """ "9000 Gent", and "1804 Cargovil (midden van Vilvoorde)" where nobody knows it better."""
        words = f"{self.code} {self.own_name}".strip()
        return f"{words} ({self.middle_words})" if self.is_middle else words


class TownLookup(Protocol):
    """Where towns are looked up: in the database for one question, in memory for the many rows of a list."""

    def of_code(self, code: str) -> list[Town]: ...

    def named(self, key: str) -> list[Town]: ...

    def hamlets(self, key: str) -> list[Town]:
        """Places with this name that the post doesn't name."""
        ...


class StoredTowns:
    """Towns as the database has them: a query for each question."""

    def of_code(self, code: str) -> list[Town]:
        rows = PostalCode.objects.filter(code=code).select_related("municipality")
        return _in_order([postal_town(row) for row in rows])

    def named(self, key: str) -> list[Town]:
        rows = PostalCode.objects.filter(key=key).select_related("municipality")
        return _in_order([postal_town(row) for row in rows])

    def hamlets(self, key: str) -> list[Town]:
        rows = Place.objects.shipped().filter(keys__contains=[key]).select_related("municipality")
        return [_hamlet(row, row.municipality) for row in rows.order_by("-population", "id") if row.municipality]


class LoadedTowns:
    """All towns in memory: two queries, whatever the number of questions."""

    def __init__(self) -> None:
        self._by_code: dict[str, list[Town]] = defaultdict(list)
        self._by_key: dict[str, list[Town]] = defaultdict(list)
        self._hamlets: dict[str, list[Town]] = defaultdict(list)
        rows = PostalCode.objects.select_related("municipality")
        for row, town in [(row, postal_town(row)) for row in rows]:
            self._by_code[row.code].append(town)
            self._by_key[row.key].append(town)
        places = Place.objects.shipped().select_related("municipality")
        for place in places.order_by("-population", "id"):
            for key in place.keys if place.municipality else ():
                self._hamlets[key].append(_hamlet(place, place.municipality))

    def __bool__(self) -> bool:
        return bool(self._by_code)

    def of_code(self, code: str) -> list[Town]:
        return _in_order(self._by_code.get(code, []))

    def named(self, key: str) -> list[Town]:
        return _in_order(self._by_key.get(key, []))

    def hamlets(self, key: str) -> list[Town]:
        return self._hamlets.get(key, [])


def loaded_towns() -> LoadedTowns:
    """Read once per process: places change only with a new version of Werkstof, and then processes start anew.

    Before there are any, they are read each time.
    """
    towns = _kept_towns()
    if not towns:
        _kept_towns.cache_clear()
    return towns


@cache
def _kept_towns() -> LoadedTowns:
    return LoadedTowns()


def find_town(code: str, name: str, lookup: TownLookup) -> Town:
    """The town with this postal code, this name or both. Raises ValidationError for `postal_code` or `town`.

    A misspelled name is taken only within its code. One of another code, or of several towns, is refused in words.
    """
    code, name = split(code, name)
    if code:
        return town_of_code(code, name, lookup)
    towns = towns_named(name, lookup)
    if not towns and outside(name):
        raise _refusal("town", OUTSIDE, name=name)
    if not towns:
        message = gettext_lazy("Deze plaats ken ik niet in Vlaanderen of Brussel. Geef ook de postcode.")
        raise ValidationError({"town": message})
    if not is_sure(towns):
        codes = ", ".join(sorted({town.code or town.municipality.name for town in towns}))
        message = gettext_lazy("Er zijn meer plaatsen met deze naam. Geef ook de postcode: %(codes)s.")
        raise _refusal("town", message, codes=codes)
    return towns[0]


def why_refused(text: str, lookup: TownLookup) -> str:
    """Why a text that begins with a postal code, or that names a town of elsewhere, means no place; else empty.

    So whoever searches is refused what forms and imports refuse, and in the same words.
    """
    code, name = split("", text)
    begins_with_code = bool(code and _CODE_FIRST.match(text))
    if len(name_key(name)) < LEAST_LETTERS or not (begins_with_code or outside(name)):
        return ""
    try:
        find_town(code, name, lookup)
    except ValidationError as error:
        is_known = bool(towns_named(name, lookup))
        return "" if is_known and not begins_with_code else " ".join(error.messages)
    return ""


def split(code: str, name: str) -> tuple[str, str]:
    """The code and the name that two cells give, or one that says both ("9000 Gent"). Raises ValidationError."""
    code, name = _tidied(code), without_country(_tidied(name))
    found, behind = _read(code)
    if code and not found:
        message = gettext_lazy("“%(text)s” is geen postcode. Geef vier cijfers, zoals 9000.")
        raise _refusal("postal_code", message, text=code[:40])
    other, rest = _read(name)
    if found and other and found != other:
        message = gettext_lazy("Hier staat %(other)s, en als postcode %(code)s.")
        raise _refusal("town", message, code=found, other=other)
    return found or other, (rest if other else name) or without_country(behind)


def town_of_code(code: str, name: str, lookup: TownLookup) -> Town:
    """The town of a code that has this name, or without a name its main one. Raises ValidationError."""
    towns = lookup.of_code(code)
    if not towns:
        message = gettext_lazy("%(code)s is geen postcode van Vlaanderen of Brussel.")
        raise _refusal("postal_code", message, code=code)
    return town_among(towns, name, lookup)


def town_among(towns: list[Town], name: str, lookup: TownLookup) -> Town:
    """The one of a code's towns that has this name, or without a name the main one. Raises ValidationError."""
    if not name:
        return towns[0]
    code = towns[0].code
    parts = _in_brackets(name)
    if found := next(filter(None, (_of_these(part, towns) for part in parts)), None):
        return found
    here = {town.municipality.pk for town in towns}
    keys = [name_key(part) for part in parts]
    near = (place for key in keys for place in lookup.hamlets(key) if place.municipality.pk in here)
    called = [town for key in keys for town in (lookup.named(key) or lookup.hamlets(key))]
    elsewhere = sorted({town.code for town in called if town.code and town.code != code})
    if not elsewhere and (hamlet := next(near, None)):
        return Town(code, hamlet.name, hamlet.municipality, hamlet.location, hamlet.population)
    words = {"name": name, "code": code, "codes": ", ".join(elsewhere[:MOST_CODES]), "own": _listed(towns)}
    if elsewhere:
        message = gettext_lazy("%(name)s heeft postcode %(codes)s, en %(code)s is %(own)s.")
        raise _refusal("town", message, **words)
    if not called and (found := _roughly(name, towns)):
        return found
    message = gettext_lazy(
        "%(name)s ken ik niet bij postcode %(code)s: dat is %(own)s. Neem die naam, of laat de plaats weg."
    )
    raise _refusal("town", message, **words)


def _refusal(field: str, message: Any, **values: str) -> ValidationError:
    """Said in the language of whoever reads it: a list's mistakes are read by others than who loaded it up."""
    return ValidationError({field: ValidationError(message, params=values)})


def check_together(code: str, name: str, lookup: TownLookup) -> None:
    """Refuse a name that is known, but not as one of the code's. Raises ValidationError for `town`.

    A name that nobody knows passes, and so does a code of elsewhere: for whoever set the point on the map themselves.
    """
    if lookup.of_code(code) and towns_named(name, lookup):
        town_of_code(code, name, lookup)


def towns_named(name: str, lookup: TownLookup) -> list[Town]:
    """The towns with exactly this name, the likeliest first: "Sint-Martens-Latem", "Berg (Kampenhout)".

    What bears the name of a municipality of today or before comes alone: Aalst is the town, not the village.
    """
    name, *within = _in_brackets(name)
    key = name_key(name)
    if not key:
        return []
    towns = lookup.named(key) or [_known_to_the_post(hamlet, lookup) for hamlet in lookup.hamlets(key)]
    if within:
        inside = name_key(within[0])
        return [town for town in towns if inside in _names_of(town.municipality)]
    seats = [town for town in towns if town.is_seat]
    return seats or towns


def _known_to_the_post(hamlet: Town, lookup: TownLookup) -> Town:
    """The town of a place that was found by another name: "Ghent" is Gent, which has a postal code."""
    own = lookup.named(name_key(hamlet.name))
    return next((town for town in own if town.municipality.pk == hamlet.municipality.pk), hamlet)


def is_sure(towns: Sequence[Town]) -> bool:
    """Whether towns of one name lie in one municipality, so that the first of them is meant."""
    return len({town.municipality.pk for town in towns}) == 1


def _of_these(name: str, towns: list[Town]) -> Town | None:
    """The one of a code's towns that surely has this name, or a longer one; the main one for their municipality's."""
    key, words = name_key(name), words_of(name)
    exact = next((town for town in towns if name_key(town.name) == key), None)
    if exact:
        return exact
    main = towns[0]
    if any(key in _names_of(town.municipality) for town in towns):
        return main
    if key in BRUSSELS and any(town.municipality.is_in_brussels for town in towns):
        return main
    if len(key) < LEAST_LETTERS or words == ("sint",):
        return None
    return next((town for town in towns if _holds(words_of(town.name), words)), None)


def _roughly(name: str, towns: list[Town]) -> Town | None:
    """The one of a code's towns that a name names among other words ("Gent-Centrum") or with a spelling mistake."""
    words = words_of(name)
    longest = sorted(towns, key=lambda town: -len(town.name))
    if inside := next((town for town in longest if _holds(words, words_of(town.name))), None):
        return inside
    keys = {name_key(town.name): town for town in reversed(towns)}
    keys |= {key: towns[0] for key in _names_of(towns[0].municipality) if key not in keys}
    close = get_close_matches(name_key(name), keys, n=1, cutoff=LEAST_CLOSENESS)
    return keys[close[0]] if close else None


def _holds(words: tuple[str, ...], part: tuple[str, ...]) -> bool:
    """Whether `part` stands within `words`, of which its last word may be the beginning."""
    size = len(part)
    return any(
        words[start : start + size - 1] == part[:-1] and words[start + size - 1].startswith(part[-1])
        for start in range(len(words) - size + 1)
    )


def _names_of(municipality: Municipality) -> set[str]:
    return set(map(name_key, municipality.names))


def _in_brackets(name: str) -> list[str]:
    """A name, and what stands in brackets behind it; not what says that a point is the middle of something."""
    found = _BRACKETS.match(name)
    if not found or not found[1]:
        return [name]
    says = found[2].casefold().startswith((_("midden van %(place)s") % {"place": ""}).strip().casefold())
    return [found[1]] if says or not found[2] else [found[1], found[2]]


def _read(text: str) -> tuple[str, str]:
    """The postal code in a text, and the name beside it; both empty where there is no code."""
    if found := _CODE_FIRST.match(text):
        return re.sub(r"\D", "", found[1]), (found[2] or "").strip(" ,;:/()-")
    if found := _CODE_LAST.match(text):
        return re.sub(r"\D", "", found[2]), found[1].strip(" ,;:/(-")
    return "", ""


def _tidied(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).replace("\x00", "").split())[:LONGEST]


def _listed(towns: list[Town]) -> str:
    """The names of a code's towns that the post knows, in order."""
    return ", ".join(sorted(town.name for town in towns if not town.is_everyday))


def _in_order(towns: list[Town]) -> list[Town]:
    """A code's or a name's towns: the main ones first, then the largest."""
    return sorted(towns, key=lambda town: (not town.is_main, town.is_everyday, -town.population, town.code, town.name))


def postal_town(row: PostalCode) -> Town:
    return Town(
        row.code, row.name, row.municipality, row.location, row.population,
        row.is_main, row.is_seat, row.is_middle, row.is_everyday,
    )  # fmt: skip


def _hamlet(place: Place, municipality: Municipality | None) -> Town:
    assert municipality is not None  # shipped() asks for it
    return Town("", place.name, municipality, place.location, place.population)
