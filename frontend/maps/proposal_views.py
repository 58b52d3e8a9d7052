"""What somebody put forward on maps, and what became of it."""

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from frontend.components.paging import ROWS_PER_PAGE
from frontend.maps.page import proposal_rows
from frontend.maps.views import number_in
from frontend.requests import MemberRequest
from maps.enums import FeatureState
from maps.models import FeatureProposal, MapFeature
from maps.standing import standing_of

#: Elements that the page shows, and for how long after they were published.
ELEMENTS_SHOWN, SHOWN_FOR = 50, dt.timedelta(days=90)


@login_required
@require_GET
def my_proposals(request: MemberRequest) -> HttpResponse:
    """One's own proposed changes, the newest first, each with its outcome; and the elements that one put forward."""
    seen = MapFeature.objects.seen_by(standing_of(request.user))
    rows, before = _page(request)
    by_id = {row.pk: row for row in seen.for_rows().filter(pk__in={one.feature_id for one in rows})}
    elements = seen.filter(_put_forward(request.user.pk)).for_rows().order_by("-updated_at", "-pk")
    context = {
        "here": "maps",
        "proposals": [_row(one, by_id.get(one.feature_id)) for one in rows],
        "before": before,
        "elements": elements[:ELEMENTS_SHOWN],
    }
    return render(request, "maps/my_proposals.html", context)


def _page(request: MemberRequest) -> tuple[list[FeatureProposal], int | None]:
    """A page of proposals, and before which the next one begins."""
    found = FeatureProposal.objects.filter(proposed_by=request.user)
    if before := request.GET.get("voor", ""):
        found = found.filter(pk__lt=number_in(before))
    rows = list(found.order_by("-pk")[: ROWS_PER_PAGE + 1])
    return rows[:ROWS_PER_PAGE], rows[ROWS_PER_PAGE - 1].pk if len(rows) > ROWS_PER_PAGE else None


def _row(proposal: FeatureProposal, feature: MapFeature | None) -> dict[str, Any]:
    """A proposal with what it would change, while it is open; without its element where one sees that no more."""
    shown: dict[str, Any] = {"number": str(proposal.pk), "fields": []}
    if feature is not None and proposal.state == "open":
        (shown,) = proposal_rows([proposal], feature)
    return shown | {"proposal": proposal, "feature": feature}


def _put_forward(user_id: int) -> Q:
    """Elements that somebody began and put forward: that wait, came back with a reason, or were published lately."""
    since = timezone.now() - SHOWN_FOR
    return Q(created_by=user_id) & (
        Q(state=FeatureState.REVIEW)
        | Q(state=FeatureState.DRAFT) & ~Q(review_note="")
        | Q(state=FeatureState.PUBLISHED, published_at__gte=since) & ~Q(verified_by=user_id)
    )
