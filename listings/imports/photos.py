"""Finds the photos that a list names in the zip in which it came."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from listings.models import MOST_PHOTOS

_ADDRESS = re.compile(r"(?:https?:)?//|www\.", flags=re.IGNORECASE)


class PhotoNames:
    """The photos beside a list. It counts what rows name but can't have: addresses, and names outside a zip."""

    def __init__(self, pictures: list[str], *, in_zip: bool) -> None:
        self._in_zip = in_zip
        self._pictures = pictures
        # By the end of the path, with as many folders as are given, in small letters.
        self._by_end: dict[str, set[str]] = {}
        for path in pictures:
            parts = _small(path).split("/")
            for first in range(len(parts)):
                self._by_end.setdefault("/".join(parts[first:]), set()).add(path)
        self._used: set[str] = set()
        self.addresses = self.loose = 0

    def find(self, cell: str) -> list[str]:
        """The paths in the zip of the photos that a cell names. Raises ValidationError for what isn't there."""
        found: list[str] = []
        names = list(filter(None, map(str.strip, re.split(r"[;,|\n]", cell))))
        if len(names) > MOST_PHOTOS:
            raise ValidationError(_("Een zoekertje heeft hoogstens %(most)d foto's."), params={"most": MOST_PHOTOS})
        for name in names:
            if _ADDRESS.match(name):
                self.addresses += 1
            elif not self._in_zip:
                self.loose += 1
            else:
                found.append(self._one(name))
        self._used.update(found)
        return found

    def unused(self) -> list[str]:
        return [path for path in self._pictures if path not in self._used]

    def _one(self, name: str) -> str:
        paths = self._by_end.get(_small(name), set())
        if not paths:
            raise ValidationError(_("De foto “%(name)s” zit niet in het zip-bestand."), params={"name": name[:80]})
        if len(paths) > 1:
            raise ValidationError(
                _("Er zitten meer foto's met de naam “%(name)s” in het zip-bestand. Zet de map erbij."),
                params={"name": name[:80]},
            )
        return next(iter(paths))


def _small(path: str) -> str:
    return path.replace("\\", "/").removeprefix("./").lower()
