"""A file for a layer by its number, for the pages and the API alike; and what it says of itself."""

from django.shortcuts import get_object_or_404

from listings.imports.mistakes import told_all
from maps.enums import Fate
from maps.files.refusals import Proposal, Said
from maps.models import MapImport, MapLayer
from maps.permissions import Person, check_can_import


def seen_import(user: Person, import_id: int) -> MapImport:
    """An import for somebody who sees its layer. Raises Http404, and PermissionDenied for who doesn't edit in it."""
    found = get_object_or_404(
        MapImport.objects.filter(layer__in=MapLayer.objects.visible_to(user)).select_related("layer__map__hub"),
        pk=import_id,
    )
    check_can_import(user, found.layer)
    return found


def said_of(row: MapImport) -> str:
    """Why a file wasn't read, taken or undone, or what has to be chosen first; empty for neither."""
    found = row.question or row.refusal
    if not found:
        return ""
    return told_all([found["says"]])[0] if "says" in found else Said(found["code"], found["values"]).text


def has_unnamed_wrong(row: MapImport) -> bool:
    """Whether a compared file has wrong rows of which nobody knows the element: that seems gone, though it is there.

    Of a file that was compared before these were counted, any wrong row may be one.
    """
    return bool(row.reading.get("unnamed", row.counts.get(Fate.WRONG, 0)))


def proposals_of(row: MapImport) -> list[Proposal]:
    """What a file's coordinates would be, the best first."""
    return [Proposal(**one) for one in row.question.get("proposals") or row.reading.get("proposals", [])]
