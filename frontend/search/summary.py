"""A search in one line, to which its form folds on a phone."""

from django.http import QueryDict
from django.utils.translation import ngettext

from frontend.search.page import Asked, Results

#: Parameters that say what is looked for and where: these are named, others counted.
_NAMED = {"q", "material", "place", "lat", "radius_km", "hub", "bbox", "to", "to_lat"}


def folded_line(asked: Asked, results: Results | None) -> str:
    """ "Aanbod · stoelen · binnen 25 km van Gent · 3 filters"; empty where nothing is asked, or something is wrong."""
    if results is None or asked.parameters is None:
        return ""
    kind, typed = asked.parameters.kind, asked.query.get("q", "").strip()
    parts, others = [str(kind.label)] if kind and asked.query.get("kind") else [], 0
    if typed:
        parts.append(typed)
    for chip in results.chips:
        without = QueryDict(chip.query)
        if without.get("q", "").strip() != typed:
            continue  # It says what was understood of what is typed, which stands there already.
        if _NAMED & (asked.query.keys() - without.keys()):
            parts.append(chip.label)
        else:
            others += 1
    if others:
        parts.append(ngettext("%(count)s filter", "%(count)s filters", others) % {"count": others})
    return " · ".join(parts)
