"""Which elements of a layer are asked for. The table, the map's tiles, files and what is done with many share it.

As a condition of a queryset and of a tile's SQL: a test holds the two against each other.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from maps.enums import FeatureKind, FeatureState
from materials.models import Material

#: Letters of a text that is looked for.
LONGEST_WORDS = 100
#: In which texts of an element words are looked for.
_TEXTS = ("title", "source_reference", "source_name", "destination")
#: How addresses name each choice.
NAMES = ("kind", "state", "material", "source", "overdue", "text")


@dataclass(frozen=True)
class Narrowed:
    """Those of one kind, in one state, of a material and all below it, from one organisation, too long not verified,
    with these words in a text; nothing is all. `materials` are the ids that `material` means.
    """

    kind: str = ""
    state: str = ""
    material: str = ""
    source: int | None = None
    overdue: bool = False
    text: str = ""
    materials: tuple[int, ...] = ()

    @property
    def asked(self) -> dict[str, str]:
        """What an address says of it."""
        said = {name: getattr(self, name) for name in NAMES}
        return {name: "1" if value is True else str(value) for name, value in said.items() if value}

    def words(self) -> list[str]:
        """What it asks for, as people read it, each on its own: "soort: Plaats". For what is on paper."""
        material = Material.objects.filter(code=self.material).first() if self.material else None
        source = Organisation.objects.filter(pk=self.source).first() if self.source else None
        said = [
            (_("soort"), FeatureKind(self.kind).label if self.kind else ""),
            (_("status"), FeatureState(self.state).label if self.state else ""),
            (_("materiaal"), material or ""),
            (_("bron"), source or ""),
            (_("met de woorden"), self.text),
        ]
        words = [f"{name}: {value}" for name, value in said if value]
        return [*words, _("te lang niet nagekeken")] if self.overdue else words

    @property
    def is_finer(self) -> bool:
        """Whether it asks for more than a kind and a state, by which elements are counted."""
        return bool(self.material or self.source or self.overdue or self.text)

    def condition(self, today: dt.date) -> Q:
        """The same for a queryset of elements."""
        found = Q()
        for name in ("kind", "state"):
            if value := getattr(self, name):
                found &= Q(**{name: value})
        if self.material:
            found &= Q(material__in=self.materials)
        if self.source:
            found &= Q(source_organisation=self.source)
        if self.overdue:
            found &= Q(state=FeatureState.PUBLISHED, verify_by__lt=today)
        if self.text:
            of_texts = Q()
            for name in _TEXTS:
                of_texts |= Q(**{f"{name}__icontains": self.text})
            found &= of_texts
        return found

    def finer_sql(self) -> str:
        """The same, but for kind and state, as SQL over the columns of an element, with names for `values`."""
        return " AND ".join([*self.indexed_sql(), *self._of_text()]) or "TRUE"

    def indexed_sql(self) -> list[str]:
        """Those of its parts that an index of a layer brings, each as SQL."""
        pieces = [
            ("material_id = ANY(%(materials)s::bigint[])", self.material),
            ("source_organisation_id = %(source)s::bigint", self.source),
            ("state = 'published' AND verify_by < %(today)s::date", self.overdue),
        ]
        return [sql for sql, is_asked in pieces if is_asked]

    def values(self) -> dict[str, Any]:
        """What the names in the SQL of a tile stand for."""
        return {
            "kind": self.kind, "state": self.state, "materials": list(self.materials), "source": self.source,
            "today": timezone.localdate(), "like": f"%{_escaped(self.text)}%",
        }  # fmt: skip

    def _of_text(self) -> list[str]:
        texts = " OR ".join(f"UPPER({name}) LIKE UPPER(%(like)s::text)" for name in _TEXTS)
        return [f"({texts})"] if self.text else []


EVERYTHING = Narrowed()


class UnknownChoice(Http404):
    """What an address asks for, and there is none of. `name` is one of NAMES, `words` what is said of it."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.name, self.words = name, words


def narrowed_by(given: Mapping[str, str], *, edits: bool, names: Mapping[str, str] | None = None) -> Narrowed:
    """What an address asks for. `names` says how it calls each choice, `edits` whether the reader edits in the layer.

    Raises UnknownChoice for one that there is none of, and for what others don't see: when something was verified.
    """
    said = {name: given.get((names or {}).get(name, name), "").strip() for name in NAMES}
    for name, known in (("kind", FeatureKind.values), ("state", FeatureState.values)):
        if said[name] not in ("", *known):
            raise UnknownChoice(name, _("Van deze soort of met deze status zijn er geen elementen."))
    if said["source"] and not (said["source"].isascii() and said["source"].isdigit() and len(said["source"]) < 19):
        raise UnknownChoice("source", _("Deze bron kennen we niet."))
    if said["overdue"] not in ("", "1"):
        raise UnknownChoice("overdue", _("Zet hier 1, voor wat te lang niet nagekeken is; of laat het weg."))
    if said["overdue"] and not edits:
        raise UnknownChoice("overdue", _("Wat na te kijken is, ziet wie in deze laag bewerkt."))
    return Narrowed(
        kind=said["kind"], state=said["state"], material=said["material"],
        source=int(said["source"]) if said["source"] else None, overdue=bool(said["overdue"]),
        text=said["text"].replace("\x00", "")[:LONGEST_WORDS],
        materials=_with_below(said["material"]) if said["material"] else (),
    )  # fmt: skip


def _with_below(code: str) -> tuple[int, ...]:
    """Ids of a material and all below it. Raises UnknownChoice for a code that there is none of."""
    top = Material.objects.filter(code=code.replace("\x00", "")).first()
    if top is None:
        raise UnknownChoice("material", _("Dit materiaal kennen we niet."))
    below = Material.objects.filter(tree_left__gte=top.tree_left, tree_left__lte=top.tree_right)
    return tuple(sorted(below.values_list("pk", flat=True)))


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
