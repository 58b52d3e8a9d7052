"""A hub's plan, for its staff: they read the latest that is ready, or have one made."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import check_is_hub_staff
from geo.models import Hub
from matching.api.shapes import PLAN, PLAN_STATE
from matching.models import HubPlan
from matching.plan.services import request_plan
from matching.plan.unlock import Reason
from matching.plan.words import remedy, sentence
from materials.models import Material


class HubPlanView(APIView):
    """Which lots go where, so that the most mass moves at the least tonne-kilometres."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="hubs_plan_retrieve", responses={200: PLAN})
    def get(self, request: Request, slug: str) -> Response:
        """The latest plan that is ready; 404 before there is one."""
        hub = get_object_or_404(Hub, slug=slug)
        check_is_hub_staff(request.user, hub)
        plan = HubPlan.objects.of_hub(hub.pk).ready().newest_first().first()
        if plan is None:
            raise Http404(_("Er is nog geen plan voor deze hub."))
        return Response(plan_row(plan))

    @extend_schema(operation_id="hubs_plan_create", request=None, responses={202: PLAN_STATE})
    def post(self, request: Request, slug: str) -> Response:
        """Have a plan made of the hub as it is now, or get the one that is being made. Ask again until it is ready."""
        hub = get_object_or_404(Hub, slug=slug)
        plan = request_plan(by=request.user, hub=hub)  # type: ignore[arg-type]
        return Response(state_row(plan), status=status.HTTP_202_ACCEPTED)


def state_row(plan: HubPlan) -> dict[str, Any]:
    return {
        "id": plan.pk,
        "hub": plan.hub.slug,
        "state": plan.state,
        "progress": plan.progress,
        "created_at": plan.created_at,
        "finished_at": plan.finished_at,
    }


def plan_row(plan: HubPlan) -> dict[str, Any]:
    """A ready plan with its result (matching.plan.result). What would unlock more is also told in words."""
    result: dict[str, Any] = plan.result
    codes = {one["material"] for one in result["unlocks"]}
    names = {material.code: material.name for material in Material.objects.filter(code__in=codes)}
    hubs = dict(Hub.objects.values_list("slug", "name"))
    return state_row(plan) | result | {"unlocks": [_unlock_row(one, names, hubs) for one in result["unlocks"]]}


def _unlock_row(one: dict[str, Any], names: dict[str, str], hubs: dict[str, str]) -> dict[str, Any]:
    reason, material = Reason(one["reason"]), names.get(one["material"], one["material"])
    return one | {
        "sentence": sentence(reason, mass_kg=one["mass_kg"], material=material, service=one["service"]),
        "remedy": remedy(reason, hub=hubs.get(one["hub"] or "", "")),
    }
