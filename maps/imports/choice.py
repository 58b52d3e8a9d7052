"""What somebody decided about a file for a layer, as JSON that is kept with it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from maps.enums import FeatureKind
from maps.files.reading import Choice, LayerDescribed
from maps.imports.files import Plan
from maps.imports.values import COLUMN_FIELDS, ValueReader
from maps.models import MapLayer

#: A name of a column or layer, and a value that counts for all rows: letters, at most.
LONGEST_NAME, LONGEST_VALUE = 200, 140


@dataclass(frozen=True)
class Decided:
    """Nothing, unless said otherwise: then what the file says of itself counts, and guesses.

    `columns` says by column which field it holds, or "" for a column that isn't read. `id_column` None is a guess, and
    "" means that rows have no numbers of their own. `given` counts where a row says nothing of a field; where the file
    has no column for it, and for what kept_fields() names, for new elements alone. `pasted` says that somebody pasted
    some rows: elements that aren't among them aren't gone, and what is there already needs no place.
    """

    layer: str | None = None
    srid: int | None = None
    swapped: bool = False
    repair: bool = False
    id_column: str | None = None
    encoding: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    pasted: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def decided(stored: Mapping[str, Any]) -> Decided:
    """What as_json() wrote, by this version or an earlier one."""
    known = {one.name for one in fields(Decided)}
    return Decided(**{name: value for name, value in stored.items() if name in known})


def check_decided(choice: Decided) -> None:
    """Raise ValidationError for what no file can be read by, before a worker tries."""
    chosen = [name for name in choice.columns.values() if name]
    if wrong := sorted({*chosen, *choice.given} - set(COLUMN_FIELDS)):
        raise ValidationError(
            _("“%(name)s” is geen veld van een element. Kies uit: %(known)s.")
            % {"name": wrong[0], "known": ", ".join(COLUMN_FIELDS)}
        )
    if twice := [name for name, count in Counter(chosen).items() if count > 1]:
        columns = [column for column, name in choice.columns.items() if name == twice[0]]
        raise ValidationError(
            _("Je koos hetzelfde veld voor twee kolommen: “%(first)s” en “%(second)s”. Kies er één.")
            % {"first": columns[0], "second": columns[1]}
        )
    ValueReader({}, choice.given).read({}, dict.fromkeys(choice.given, ""))


def file_choice(choice: Decided, found: LayerDescribed, plan: Plan) -> Choice:
    """How the file is to be read."""
    return Choice(
        layer=found.name, srid=choice.srid, swapped=choice.swapped, repair=choice.repair, id_column=plan.id_column,
        columns=found.places, encoding=choice.encoding, placeless=choice.pasted,
    )  # fmt: skip


def kept_fields(choice: Decided) -> frozenset[str]:
    """The fields of which a blank cell says nothing, so that an element keeps what it has.

    A file states the whole of its rows, so that a blank empties a field; but who sees an element is never widened by
    what somebody left out. Rows that are pasted are a part of a list, often with a few cells filled in.
    """
    return frozenset(COLUMN_FIELDS) if choice.pasted else frozenset({"visibility"})


def given_values(choice: Decided, plan: Plan, layer: MapLayer) -> dict[str, str]:
    """What counts where a row says nothing. The kind has to be known: unless said, it is a place where the file holds
    nothing else, or else as most of the layer.
    """
    given = {name: value for name, value in choice.given.items() if value}
    if "kind" not in plan.columns and "kind" not in given and plan.of_places:
        given["kind"] = FeatureKind.PLACE.value
    elif "kind" not in plan.columns and "kind" not in given:
        kinds = Counter(layer.features.order_by("pk").values_list("kind", flat=True)[:1_000])
        given["kind"] = kinds.most_common(1)[0][0] if kinds else FeatureKind.STOCK.value
    return given
