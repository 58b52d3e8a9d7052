"""What of a hub's maps waits for somebody."""

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import can_manage_hub, is_hub_staff
from frontend.maps.overdue import overdue_rows
from frontend.maps.waiting import waiting_page
from frontend.requests import MemberRequest
from geo.models import Hub
from maps.enums import MapImportState
from maps.models import (
    FeatureProposal,
    MapFeature,
    MapImport,
    MapLayer,
    MaterialMap,
    VerificationRound,
)
from maps.models.imported import MapImportQuerySet
from maps.permissions import (
    layers_to_work_on,
)


@login_required
@require_http_methods(["GET"])
def hub_work(request: MemberRequest, slug: str) -> HttpResponse:
    """What of a hub's maps waits for somebody: elements and proposals to look at, and what is to be verified again.

    Staff of the hub see all of it; who publishes by a right in a layer sees what of that layer waits. Each list has
    pages of its own.
    """
    hub = get_object_or_404(Hub, slug=slug)
    layers = layers_to_work_on(request.user, hub)
    curates = is_hub_staff(request.user, hub)
    maps = MaterialMap.objects.present().of_hub(hub)
    seen = MapFeature.objects.visible_to(request.user).filter(layer__in=layers).for_rows()
    ids = seen.order_by().values("pk")
    open_ones = FeatureProposal.objects.filter(state="open", feature__in=ids)
    said = VerificationRound.objects.to_look_at().filter(feature__in=ids)
    overdue = waiting_page(request, seen.overdue(timezone.localdate()), name="na-bij", by="verify_by")
    proposed = open_ones.select_related("feature__layer")
    context = {
        "here": "maps",
        "hub": hub,
        "curates": curates,
        "maps": maps if curates else maps.filter(layers__in=layers).distinct(),
        "tables": list(layers),
        "to_review": waiting_page(request, seen.to_review(), name="na-kijken", by="updated_at"),
        "proposals": waiting_page(request, proposed, name="na-voorstel", by="proposed_at"),
        "files": waiting_page(request, _files_to_compare(layers), name="na-bestand", by="created_at"),
        "said": waiting_page(request, said.for_letters(), name="na-antwoord", by="ended_at"),
        "overdue": overdue,
        "overdue_rows": overdue_rows(overdue.rows),
        "governs": can_manage_hub(request.user, hub),
        "gone_maps": MaterialMap.objects.of_hub(hub).exclude(deleted_at=None),
        "gone_layers": MapLayer.objects.filter(map__hub=hub, map__deleted_at=None).exclude(deleted_at=None),
    }
    return render(request, "maps/work.html", context)


def _files_to_compare(layers: QuerySet[MapLayer]) -> MapImportQuerySet:
    """Files for some layers about which somebody still has to decide."""
    waiting = MapImport.objects.filter(layer__in=layers).filter(
        state__in=[MapImportState.ASKED, MapImportState.COMPARED]
    )
    return waiting.select_related("layer")
