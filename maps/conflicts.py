"""Two people who change one element: whose came second sees both versions field by field, and loses nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from maps.fields import WRITABLE, label_of, plain, plain_values
from maps.history import version_of
from maps.models import MapFeature

#: Fields that say one thing together: of each group somebody's own values stand together, or somebody chooses.
TOGETHER = (
    ("kind", "quantity", "unit", "quantity_basis", "period"),
    ("source_organisation", "source_name", "site"),
    ("available_from", "available_until"),
)


@dataclass(frozen=True)
class FieldConflict:
    """A field that somebody else changed meanwhile, or that one wants to change: how it was, is, and would become.

    `clashes` says that both changed it, and differently, or that each changed another part of what says one thing:
    40 tonnes, of which one made 50 tonnes and the other 40 kilos, are not 50 kilos. `before` is None where no version
    is kept of what was seen.
    """

    name: str
    label: str
    before: Any
    theirs: Any
    mine: Any
    clashes: bool


class MovedOn(ValidationError):
    """Somebody else, or another window, changed what somebody wants to change. Nothing of one's own was stored."""

    def __init__(self, words: str, version: int, seen_version: int, fields: list[FieldConflict]) -> None:
        super().__init__(words, code="conflict")
        self.version, self.seen_version, self.fields = version, seen_version, fields


class Conflict(MovedOn):
    """Of an element."""

    def __init__(self, feature: MapFeature, seen_version: int, fields: list[FieldConflict]) -> None:
        words = _(
            "Dit element is intussen gewijzigd, door iemand anders of door jou in een ander venster. Vergelijk "
            "hieronder, en bewaar opnieuw wat het moet worden."
        )
        super().__init__(words, feature.version, seen_version, fields)
        self.feature = feature


class Versioned(Protocol):
    """A row that counts its changes, such as a map or a layer."""

    version: int
    _meta: ClassVar[Any]


class CuratedConflict(MovedOn):
    """Of what a map or the like says of itself: `row` is as it is stored now. How it was before isn't kept."""

    def __init__(self, row: Versioned, seen_version: int, mine: Mapping[str, Any]) -> None:
        words = _(
            "Dit is intussen gewijzigd, door iemand anders of door jou in een ander venster. Vergelijk hieronder, en "
            "bewaar opnieuw wat het moet worden."
        )
        fields = [
            FieldConflict(name, str(row._meta.get_field(name).verbose_name), None, getattr(row, name), value, True)
            for name, value in mine.items()
            if value != getattr(row, name)
        ]
        super().__init__(words, row.version, seen_version, fields)
        self.row = row


def conflict_over(feature: MapFeature, seen_version: int, mine: Mapping[str, Any]) -> Conflict:
    """The conflict of values that somebody wants to store with a newer element than they saw.

    `feature` is the element as it is stored now.
    """
    seen = version_of(feature, seen_version)
    theirs = plain_values(feature)
    before = plain_values(seen) if seen is not None else {}
    wanted = {name: plain(value) for name, value in mine.items()}
    rows, asks = [], dict[str, bool]()
    for name in WRITABLE:
        was, stored = before.get(name), theirs[name]
        asked = wanted.get(name, was if before else stored)
        moved, asks[name] = stored != was, name in wanted and asked != was
        if moved or asks[name]:
            clashes = bool(asks[name] and moved and asked != stored)
            rows.append(FieldConflict(name, label_of(name), was, stored, asked, clashes))
    mixed = _mixed(rows, asks)
    rows = [replace(row, clashes=row.clashes or (row.name in mixed and row.theirs != row.mine)) for row in rows]
    return Conflict(feature, seen_version, rows)


def _mixed(rows: list[FieldConflict], asks: Mapping[str, bool]) -> set[str]:
    """Fields that, taken from whoever changed each, would say together what neither of the two said."""
    found: set[str] = set()
    for group in TOGETHER:
        of_group = [row for row in rows if row.name in group]
        together = [row.mine if asks[row.name] else row.theirs for row in of_group]
        if together not in ([row.mine for row in of_group], [row.theirs for row in of_group]):
            found.update(group)
    return found
