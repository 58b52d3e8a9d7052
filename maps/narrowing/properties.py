"""Filters of elements by what they are, whose, and where."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from geo.models import Municipality
from listings.search.filters.reading import one_of
from maps.enums import Certainty, FeatureKind, FeatureState
from maps.narrowing.base import Filter, UnknownChoice, Wanted, read_as
from materials.models import Material

#: Letters of a text that is looked for.
LONGEST_WORDS = 100
#: In which texts of an element words are looked for.
_TEXTS = ("title", "source_reference", "source_name", "destination")
#: How an address asks for what nobody at the hub looks after.
NOBODY = "none"


def _named(name: str, value: object) -> str:
    return f"{name}: {value}"


class KindFilter(Filter):
    names = ("kind",)
    is_counted = True

    def read(self, said: Mapping[str, str]) -> dict[str, Any]:
        return {"kind": _known("kind", FeatureKind.values, said["kind"])}

    def condition(self, wanted: Wanted, today: dt.date) -> Q:
        return Q(kind=wanted.kind)

    def sql(self, wanted: Wanted) -> str:
        return "kind = %(kind)s::text"

    def words(self, wanted: Wanted, named: Mapping[str, str]) -> str:
        return _named(_("soort"), FeatureKind(wanted.kind).label)


class StateFilter(Filter):
    names = ("state",)
    is_counted = True

    def read(self, said: Mapping[str, str]) -> dict[str, Any]:
        return {"state": _known("state", FeatureState.values, said["state"])}

    def condition(self, wanted: Wanted, today: dt.date) -> Q:
        return Q(state=wanted.state)

    def sql(self, wanted: Wanted) -> str:
        return "state = %(state)s::text"

    def words(self, wanted: Wanted, named: Mapping[str, str]) -> str:
        return _named(_("status"), FeatureState(wanted.state).label)


def _known(name: str, known: list[str], text: str) -> str:
    if text not in known:
        raise UnknownChoice(name, _("Van deze soort of met deze status zijn er geen elementen."))
    return text


class MaterialFilter(Filter):
    """Of a material and all below it."""

    names = ("material",)
    is_indexed = True

    def read(self, said: Mapping[str, str]) -> dict[str, Any]:
        top = Material.objects.filter(code=said["material"].replace("\x00", "")).first()
        if top is None:
            raise UnknownChoice("material", _("Dit materiaal kennen we niet."))
        below = Material.objects.filter(tree_left__gte=top.tree_left, tree_left__lte=top.tree_right)
        return {"material": top.code, "materials": tuple(sorted(below.values_list("pk", flat=True)))}

    def condition(self, wanted: Wanted, today: dt.date) -> Q:
        return Q(material__in=wanted.materials)

    def sql(self, wanted: Wanted) -> str:
        return "material_id = ANY(%(materials)s::bigint[])"

    def values(self, wanted: Wanted) -> dict[str, Any]:
        return {"materials": list(wanted.materials)}

    def words(self, wanted: Wanted, named: Mapping[str, str]) -> str:
        return _named(_("materiaal"), Material.objects.filter(code=wanted.material).first() or wanted.material)


class SourceFilter(Filter):
    names = ("source",)
    is_indexed = True

    def read(self, said: Mapping[str, str]) -> dict[str, Any]:
        if not _is_number(said["source"]):
            raise UnknownChoice("source", _("Deze bron kennen we niet."))
        return {"source": int(said["source"])}

    def condition(self, wanted: Wanted, today: dt.date) -> Q:
        return Q(source_organisation=wanted.source)

    def sql(self, wanted: Wanted) -> str:
        return "source_organisation_id = %(source)s::bigint"

    def words(self, wanted: Wanted, named: Mapping[str, str]) -> str:
        return _named(_("bron"), named.get("source") or _("onbekend"))


class MunicipalityFilter(Filter):
    """By the NIS code of where they lie."""

    names = ("municipality",)
    is_indexed = True

    def read(self, said: Mapping[str, str]) -> dict[str, Any]:
        found = Municipality.objects.filter(nis=said["municipality"].replace("\x00", "")).first()
        if found is None:
            raise UnknownChoice("municipality", _("Deze gemeente kennen we niet. Geef haar NIS-code, zoals 44021."))
        return {"municipality": found.nis, "municipality_id": found.pk}

    def condition(self, wanted: Wanted, today: dt.date) -> Q:
        return Q(municipality=wanted.municipality_id)

    def sql(self, wanted: Wanted) -> str:
        return "municipality_id = %(municipality_id)s::bigint"

    def values(self, wanted: Wanted) -> dict[str, Any]:
        return {"municipality_id": wanted.municipality_id}

    def words(self, wanted: Wanted, named: Mapping[str, str]) -> str:
        return _named(_("gemeente"), Municipality.objects.filter(nis=wanted.municipality).first() or "")


class CertaintyFilter(Filter):
    names = ("certainty",)

    def read(self, said: Mapping[str, str]) -> dict[str, Any]:
        known = {value: value for value in Certainty.values}
        return {"certainty": read_as("certainty", lambda text: one_of(known, text), said["certainty"])}

    def condition(self, wanted: Wanted, today: dt.date) -> Q:
        return Q(certainty=wanted.certainty)

    def sql(self, wanted: Wanted) -> str:
        return "certainty = %(certainty)s::text"

    def words(self, wanted: Wanted, named: Mapping[str, str]) -> str:
        return _named(_("zekerheid"), Certainty(wanted.certainty).label)


class OwnerFilter(Filter):
    """Whom the hub has look after them, by the id of a person; or nobody."""

    names = ("owner",)
    for_editors = gettext_lazy("Wie een element opvolgt, ziet wie in deze laag bewerkt.")
    is_indexed = True

    def read(self, said: Mapping[str, str]) -> dict[str, Any]:
        if said["owner"] != NOBODY and not _is_number(said["owner"]):
            raise UnknownChoice("owner", _("Deze eigenaar kennen we niet."))
        return {"owner": said["owner"] if said["owner"] == NOBODY else str(int(said["owner"]))}

    def condition(self, wanted: Wanted, today: dt.date) -> Q:
        return Q(owner__isnull=True) if wanted.owner == NOBODY else Q(owner=int(wanted.owner))

    def sql(self, wanted: Wanted) -> str:
        return "owner_id IS NULL" if wanted.owner == NOBODY else "owner_id = %(owner)s::bigint"

    def values(self, wanted: Wanted) -> dict[str, Any]:
        return {} if wanted.owner == NOBODY else {"owner": int(wanted.owner)}

    def words(self, wanted: Wanted, named: Mapping[str, str]) -> str:
        if wanted.owner == NOBODY:
            return _("zonder eigenaar bij de hub")
        return _named(_("eigenaar bij de hub"), named.get("owner") or _("onbekend"))


class OverdueFilter(Filter):
    """Those published, and too long not verified."""

    names = ("overdue",)
    for_editors = gettext_lazy("Wat na te kijken is, ziet wie in deze laag bewerkt.")
    is_indexed = True

    def read(self, said: Mapping[str, str]) -> dict[str, Any]:
        if said["overdue"] != "1":
            raise UnknownChoice("overdue", _("Zet hier 1, voor wat te lang niet nagekeken is; of laat het weg."))
        return {"overdue": True}

    def condition(self, wanted: Wanted, today: dt.date) -> Q:
        return Q(state=FeatureState.PUBLISHED, verify_by__lt=today)

    def sql(self, wanted: Wanted) -> str:
        return "state = 'published' AND verify_by < %(today)s::date"

    def values(self, wanted: Wanted) -> dict[str, Any]:
        return {}

    def words(self, wanted: Wanted, named: Mapping[str, str]) -> str:
        return _("te lang niet nagekeken")


class TextFilter(Filter):
    names = ("text",)

    def read(self, said: Mapping[str, str]) -> dict[str, Any]:
        return {"text": said["text"].replace("\x00", "")[:LONGEST_WORDS]}

    def condition(self, wanted: Wanted, today: dt.date) -> Q:
        found = Q()
        for name in _TEXTS:
            found |= Q(**{f"{name}__icontains": wanted.text})
        return found

    def sql(self, wanted: Wanted) -> str:
        return " OR ".join(f"UPPER({name}) LIKE UPPER(%(like)s::text)" for name in _TEXTS)

    def values(self, wanted: Wanted) -> dict[str, Any]:
        escaped = wanted.text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        return {"like": f"%{escaped}%"}

    def words(self, wanted: Wanted, named: Mapping[str, str]) -> str:
        return _named(_("met de woorden"), wanted.text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
