"""Finds the place that a company means by a postal code, the name of a town, or both."""

import re
from collections import defaultdict
from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from geo.gazetteer import BRUSSELS
from geo.models import PostalCode
from listings.imports.columns import plain


@dataclass(frozen=True)
class Town:
    """A postal code with one of its names, and where that lies."""

    code: str
    name: str
    municipality_id: int
    location: Point

    @property
    def words(self) -> str:
        return f"{self.code} {self.name}"


class Towns:
    """The towns of Flanders and Brussels by code and by name, in Dutch and in French; one query."""

    def __init__(self) -> None:
        self._by_code: dict[str, dict[str, Town]] = defaultdict(dict)
        self._by_name: dict[str, list[Town]] = defaultdict(list)
        # By the name of a municipality the town of the same name; where there is none, its first town.
        self._capitals: dict[str, Town] = {}
        self._in_brussels: set[int] = set()
        for row in PostalCode.objects.select_related("municipality").order_by("code", "name"):
            name, town = plain(row.name), Town(row.code, row.name, row.municipality_id, row.location)
            names = plain(row.municipality.name_nl), plain(row.municipality.name_fr)
            self._by_code[row.code][name] = town
            self._by_name[name].append(town)
            if row.municipality.is_in_brussels:
                self._in_brussels.add(row.municipality_id)
            for other in names:
                known = self._capitals.get(other)
                if known is None or (name in names and plain(known.name) not in names):
                    self._capitals[other] = town

    def find(self, code: str, name: str) -> Town:
        """The town with this postal code, this name or both. Raises ValidationError for `postal_code` or `town`."""
        # "9000 Gent" in one cell says both.
        if not code and (both := re.fullmatch(r"(?:B\W*)?(\d{4})\W+(\D.*)", name)):
            code, name = both.groups()
        code = re.sub(r"^B\W*", "", code, flags=re.IGNORECASE).strip()
        return self._with_code(code, plain(name)) if code else self._named(plain(name))

    def _named(self, name: str) -> Town:
        """The town of a name. A municipality comes before a village; villages that share a name need their code."""
        if name in self._capitals:
            return self._capitals[name]
        found = self._by_name.get(name, [])
        if not found:
            raise ValidationError(
                {"town": _("Deze plaats ken ik niet in Vlaanderen of Brussel. Geef ook de postcode.")}
            )
        if len({town.municipality_id for town in found}) > 1:
            codes = ", ".join(town.code for town in found)
            raise ValidationError(
                {"town": _("Er zijn meer plaatsen met deze naam. Geef ook de postcode: %(codes)s.") % {"codes": codes}}
            )
        return found[0]

    def _with_code(self, code: str, name: str) -> Town:
        """The town of a code that has this name, or else the main one of the code. The name may not contradict it."""
        towns = self._by_code.get(code)
        if not towns:
            raise ValidationError({"postal_code": _("Deze postcode ligt niet in Vlaanderen of Brussel.")})
        if name in towns:
            return towns[name]
        if name and not self._agree(towns, name):
            raise ValidationError({"town": _("Deze plaats heeft een andere postcode dan %(code)s.") % {"code": code}})
        capital = next((town for known, town in towns.items() if self._capitals.get(known) == town), None)
        return capital or next(iter(towns.values()))

    def _agree(self, towns: dict[str, Town], name: str) -> bool:
        """Whether a name doesn't contradict the towns of a code.

        It does where places are called so, but none in these towns' municipalities. "Brussel" goes with any code of
        the capital region, and the beginning of a town's name, such as "Sint-Denijs", with that town.
        """
        elsewhere = [*self._by_name.get(name, []), *filter(None, [self._capitals.get(name)])]
        here = {town.municipality_id for town in towns.values()}
        longer = any(known.startswith(name) or name.startswith(known) for known in towns)
        capital = name in BRUSSELS and bool(here & self._in_brussels)
        return not elsewhere or longer or capital or any(town.municipality_id in here for town in elsewhere)
