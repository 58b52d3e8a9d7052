"""What pages of maps let somebody ask for: how addresses name it, on a map, its table, paper and in a frame alike; and
what there is to choose from.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from frontend.components.form_fields import readers_marks
from geo.models import Hub, Municipality
from listings.numbers import number
from listings.search.filters.reading import decimal
from maps.enums import Certainty, FeatureKind, FeatureState
from maps.models import MapFeature, MapLayer
from maps.narrowing import NOBODY, Narrowed, UnknownChoice, narrowed_by, read_as
from maps.sight import Sight, edits_in, sight_of
from maps.sources import source_in
from maps.standing import Standing
from maps.tile_rows import FINER_LOOKED_AT
from materials.enums import Unit
from materials.models import Material

#: How an address names what is asked for.
NAMES = {
    "kind": "soort", "state": "status", "material": "materiaal", "source": "bron", "municipality": "gemeente",
    "available_from": "van", "available_until": "tot", "min_quantity": "minstens", "max_quantity": "hoogstens",
    "unit": "eenheid", "certainty": "zekerheid", "owner": "eigenaar", "overdue": "verlopen", "text": "tekst",
}  # fmt: skip
AMOUNTS = ("min_quantity", "max_quantity")
#: Those that somebody types: what is wrong with them is said where they stand.
TYPED = ("available_from", "available_until", *AMOUNTS, "unit")


def pairs_of(narrowed: Narrowed) -> list[tuple[str, str]]:
    """The same as an address or a form says it."""
    return [(NAMES[name], value) for name, value in narrowed.asked.items()]


def narrowed_in(given: Mapping[str, str], layers: Iterable[MapLayer], standing: Standing) -> Narrowed:
    """What the address of a map asks for. Raises UnknownChoice, an Http404, for what there isn't, and for what only
    who edits in one of these layers sees.
    """
    edits = any(edits_in(standing, layer) for layer in layers)
    return narrowed_by({**given, **_amounts_in(given)}, edits=edits, names=NAMES)


def _amounts_in(given: Mapping[str, str]) -> dict[str, str]:
    """The amounts of an address as programs write them, also where somebody wrote "2,5". Raises UnknownChoice.

    A point alone is always a decimal one: so browsers send what is typed in a field for numbers.
    """
    texts = {name: given.get(NAMES[name], "").strip() for name in AMOUNTS}
    return {NAMES[name]: read_as(name, _amount, text) for name, text in texts.items() if text}


def _amount(text: str) -> str:
    try:
        decimal(text)
    except ValidationError:
        return str(number(text, readers_marks()))
    return text


def mended_in(given: Mapping[str, str], layers: Iterable[MapLayer], standing: Standing) -> tuple[Narrowed, str]:
    """The same, and where something that somebody typed is wrong all there is, with what is wrong in words."""
    try:
        return narrowed_in(given, layers, standing), ""
    except UnknownChoice as refused:
        return Narrowed(), words_of(refused)


def words_of(refused: UnknownChoice) -> str:
    """What is wrong with what somebody typed, to say on the page. Raises it again where nobody types that."""
    if refused.name not in TYPED:
        raise refused
    return refused.words


def layers_asked(narrowed: Narrowed, layers: Iterable[MapLayer], standing: Standing) -> list[MapLayer]:
    """Of some layers those in which something can meet it: what only who edits may ask for, those that they edit."""
    return [layer for layer in layers if not narrowed.is_for_editors or edits_in(standing, layer)]


def are_estimates(narrowed: Narrowed, rows: Iterable[Mapping[str, Any]], drawn: Iterable[MapLayer]) -> bool:
    """Whether the map tells about how many there are, for it looks at a part of a layer that it draws; `rows` are
    layer_rows(), also of layers that it doesn't.
    """
    ids = {layer.pk for layer in drawn}
    return narrowed.is_finer and any(row["count"] > FINER_LOOKED_AT for row in rows if row["layer"].pk in ids)


def choices_of(
    narrowed: Narrowed,
    given: Mapping[str, str],
    wrong: str,
    *,
    hub: Hub | None,
    layers: Iterable[MapLayer],
    standing: Standing,
) -> dict[str, Any]:
    """What the fields of a filter need, but for sources. `wrong` says what of what was typed couldn't be read. What
    only editors may ask for, it has of those of the layers that the reader edits.
    """
    edited = [layer for layer in layers if edits_in(standing, layer)]
    return {
        "kinds": FeatureKind.choices, "states": FeatureState.choices if edited else [],
        "materials": Material.objects.in_tree_order(), "municipalities": _municipalities(hub),
        "certainties": Certainty.choices, "units": Unit.choices, "nobody": NOBODY, "edits": bool(edited),
        "people": _people(edited, standing, narrowed.owner),
        "typed": {name: given.get(NAMES[name], "") if wrong else narrowed.asked.get(name, "") for name in TYPED},
        "wrong": wrong, "filters": len(narrowed.filters),
    }  # fmt: skip


def _municipalities(hub: Hub | None) -> list[tuple[str, list[Municipality]]]:
    """All of them by name, those of a hub's region before the others."""
    name = f"name_{get_language() or settings.LANGUAGE_CODE}"
    by_name = list(Municipality.objects.defer("centre").order_by(name, "nis"))
    if hub is None:
        return [(_("Gemeente"), by_name)]
    here = set(Municipality.objects.filter(hub_regions__hub=hub).values_list("pk", flat=True))
    return [
        (_("In de regio"), [one for one in by_name if one.pk in here]),
        (_("Elders"), [one for one in by_name if one.pk not in here]),
    ]


def named_for(
    narrowed: Narrowed, *, layers: Iterable[MapLayer], drawn: Iterable[MapLayer], standing: Standing
) -> dict[str, str]:
    """What Narrowed.words() may call who is asked for: who looks after elements in those of the layers that the reader
    edits, and from whom an element comes that they see in those drawn. Others it doesn't name.
    """
    named = {}
    if narrowed.owner not in ("", NOBODY):
        edited = [layer for layer in layers if edits_in(standing, layer)]
        named["owner"] = str(dict(_people(edited, standing, narrowed.owner)).get(narrowed.owner, ""))
    if narrowed.source is not None:
        named["source"] = "".join(source.name for source in sources_asked(narrowed, drawn, standing))
    return named


def sources_asked(narrowed: Narrowed, drawn: Iterable[MapLayer], standing: Standing) -> list[Organisation]:
    """Of sources the one that is asked for, where the reader sees an element of it in what is drawn: which others
    there are, the table of each layer says.
    """
    source = source_in(_sights(drawn, standing), narrowed.source) if narrowed.source is not None else None
    return [source] if source else []


def _sights(layers: Iterable[MapLayer], standing: Standing) -> dict[int, Sight]:
    return {layer.pk: sight_of(standing, layer) for layer in layers}


def _people(edited: Sequence[MapLayer], standing: Standing, asked: str) -> list[tuple[str, User]]:
    """Who looks after elements at the hubs of layers that the reader edits, each with their id; and who is asked for,
    where they still look after one there that the reader sees.
    """
    of_staff = Q(hub_roles__hub__in={layer.map.hub_id for layer in edited})
    owned = MapFeature.objects.in_layers(_sights(edited, standing))
    owners = owned.filter(owner=int(asked) if asked.isdecimal() else 0).order_by().values("owner")
    people = User.objects.filter(of_staff | Q(pk__in=owners)).distinct().order_by("name", "pk")
    return [(str(one.pk), one) for one in people]
