"""What would help where little was found: each with the address that does it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from frontend.search.address import changed
from listings.enums import ListingKind
from listings.search.parameters import SearchParameters
from listings.search.sentence.parts import Says
from materials.models import Material
from materials.search import CLOSELY, find_materials

RADII_KM = (5, 10, 25, 50, 100)
DETOURS_KM = (5, 10, 20, 40)
#: How many materials are suggested when the words found nothing.
LIKE_MATERIALS = 2


#: What the words may say that narrows down the search.
_NARROWING = (Says.PRICE, Says.AMOUNT, Says.MASS, Says.SERVICE, Says.CONDITION)


@dataclass(frozen=True)
class Hint:
    """Words, and the address that does what they say."""

    label: str
    query: str


def hints(query: QueryDict, given: SearchParameters) -> list[Hint]:
    """What would find more: a wider area, fewer filters or another kind, each with its address."""
    found = []
    if given.radius_km is not None:
        wider = next((km for km in RADII_KM if km > given.radius_km), None)
        if wider:
            found.append(Hint(_("Zoek binnen %(km)s km") % {"km": wider}, _within(query, given, wider)))
    if given.detour_km is not None:
        wider = next((km for km in DETOURS_KM if km > given.detour_km), None)
        if wider:
            label = _("Ga tot %(km)s km om") % {"km": wider}
            found.append(Hint(label, changed(query, detour_km=str(wider))))
    if query.get("bbox"):
        found.append(Hint(_("Zoek in heel Vlaanderen"), changed(query, bbox="")))
    found += [
        Hint(
            _("Zoek ruimer: %(material)s") % {"material": material.name},
            changed(query, material=material.code, q=material.name),
        )
        for material in _wider(given)
    ]
    sentence = given.reading.sentence if given.reading else None
    if given.q and sentence:
        without = sentence.without(*sentence.words, *sentence.literals)
        found.append(Hint(_("Zoek zonder “%(words)s”") % {"words": given.q[:40]}, changed(query, q=without)))
    narrowing = [filter for filter, _value in given.filters if filter.narrows]
    if narrowing:
        names = [name for filter in narrowing for name in filter.cleared(given)]
        fewer = dict.fromkeys(names, "") | _without(given, *_NARROWING)
        found.append(Hint(_("Laat de andere filters weg"), changed(query, **fewer)))
    if given.kind:
        every = {"kind": ""} | _without(given, Says.KIND, Says.SERVICE)
        found.append(Hint(_("Toon aanbod, vraag en diensten samen"), changed(query, **every)))
    return found


def _without(given: SearchParameters, *says: Says) -> dict[str, str]:
    """The words of the address without the parts that say this."""
    if given.reading is None:
        return {}
    spans = {piece.span for piece in given.reading.used if piece.says in says}
    return {"q": given.reading.sentence.without(*spans)} if spans else {}


def _within(query: QueryDict, given: SearchParameters, km: int) -> str:
    """The address with another radius. Where the words say around what, that moves to the field of the place."""
    used = given.reading.used if given.reading else ()
    place = next((piece.label for piece in used if piece.says is Says.PLACE), "")
    where = {"place": place} if place else {}
    return changed(query, radius_km=str(km), **where, **_without(given, Says.PLACE, Says.RADIUS))


def demand_query(given: SearchParameters) -> str:
    """The parameters of the page that posts a demand for the same."""
    material = given.among[0] if len(given.among) == 1 else given.material
    title = given.reading.sentence.rest if given.reading else given.q
    asked = {
        "kind": ListingKind.DEMAND.value,
        "title": title or (material.name if material else ""),
        "material": material and material.code,
    }
    return urlencode({name: value for name, value in asked.items() if value})


def hub_question_query(given: SearchParameters) -> str:
    """The parameters of the page that asks the hub of where somebody looked; empty where the search gives none."""
    words = given.reading.sentence.rest if given.reading else given.q
    asked: dict[str, object] = {"over": words} if words else {}
    if given.hub is not None:
        asked["hub"] = given.hub.slug
    elif given.point is not None:
        asked |= {"lat": f"{given.point.y:.5f}", "lon": f"{given.point.x:.5f}"}
    return urlencode(asked)


def _wider(given: SearchParameters) -> list[Material]:
    """The material above the one asked for; of words that name none, the materials that they look like."""
    if material := given.among[0] if len(given.among) == 1 else given.material:
        return [material.parent] if material.parent else []
    if given.among:
        return []
    if not given.q:
        return []
    hits = find_materials(given.q, get_language() or "nl", limit=LIKE_MATERIALS)
    nearest = hits[0] if hits else None
    if nearest and nearest.likeness >= CLOSELY:
        return [nearest.material.parent] if nearest.material.parent else []
    return [hit.material for hit in hits]
