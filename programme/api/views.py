"""/api/v1/activities/: what hubs invite people to. Everyone reads it; staff change it on their pages."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from geo.hubs import hub_named
from geo.models import Hub
from listings.api.pagination import PARAMETERS, given_cursor, next_link, page_size
from listings.api.queries import check_names
from listings.cursors import open_cursor, seal_cursor
from listings.days import day
from programme.api.rows import activity_row
from programme.api.shapes import ACTIVITIES, ACTIVITY
from programme.models import Activity
from programme.validators import checked_day

_HUB = OpenApiParameter("hub", str, description="The slug of a hub: its activities alone.")
_FROM = OpenApiParameter(
    "from", dt.date, description="The first day, on clocks in Belgium. Today, if not given: what is over isn't there."
)
_UNTIL = OpenApiParameter("until", dt.date, description="The last day, which is included.")
_SCOPE = "activities"


class ActivitiesView(APIView):
    """Activities of all hubs."""

    @extend_schema(
        operation_id="activities_list", parameters=[_HUB, _FROM, _UNTIL, *PARAMETERS], responses={200: ACTIVITIES}
    )
    def get(self, request: Request) -> Response:
        """Those of which some part is on the days asked for, the first to begin first; cancelled ones too."""
        check_names(request, [_HUB, _FROM, _UNTIL, *PARAMETERS])
        size, place = page_size(request), open_cursor(given_cursor(request), _SCOPE)
        first, last = _day(request, "from"), _day(request, "until")
        found = Activity.objects.public().on_days(first or timezone.localdate(), last).for_rows()
        if hub := _hub(request):
            found = found.of_hub(hub)
        if place:
            begins, pk = dt.datetime.fromisoformat(place[0]), place[1]
            found = found.filter(starts_at__gte=begins).filter(Q(starts_at__gt=begins) | Q(pk__gt=pk))
        rows = list(found.order_by("starts_at", "pk")[: size + 1])
        cursor = None
        if len(rows) > size:
            cursor = seal_cursor(_SCOPE, rows[size - 1].starts_at.isoformat(), rows[size - 1].pk)
        return Response({"next": next_link(request, cursor), "results": [activity_row(row) for row in rows[:size]]})


class ActivityView(APIView):
    """One activity."""

    @extend_schema(operation_id="activities_retrieve", responses={200: ACTIVITY})
    def get(self, request: Request, activity_id: int) -> Response:
        return Response(activity_row(get_object_or_404(Activity.objects.public().for_rows(), pk=activity_id)))


def _day(request: Request, name: str) -> dt.date | None:
    """Raises ValidationError, by that name, for what is no day, or one before or after all that we know."""
    text = request.query_params.get(name, "")
    try:
        return checked_day(day(text)) if text else None
    except ValidationError as error:
        raise ValidationError({name: error.messages}) from error


def _hub(request: Request) -> Hub | None:
    slug = request.query_params.get("hub", "")
    try:
        return hub_named(slug) if slug else None
    except ValidationError as error:
        raise ValidationError({"hub": error.messages}) from error
