"""The line of a hub's plan from which its staff ask for something."""

from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404

from accounts.permissions import is_hub_staff
from exchanges.enums import Role
from exchanges.permissions import requesting_role
from exchanges.portions import planned_kg, planned_quantity
from frontend.components.keys import key_in
from frontend.requests import MemberRequest
from listings.models import Listing
from matching.models import HubPlan


@dataclass(frozen=True)
class PlanLine:
    """`quantity` is in the supply's unit; None where it doesn't say what it weighs. `on_behalf`: the reader isn't a
    member of the organisation that it is for.
    """

    plan: HubPlan
    demand: Listing
    quantity: Decimal | None
    on_behalf: bool


def line_of(request: MemberRequest, supply: Listing) -> PlanLine | None:
    """The line that the address or the form names; None where it names no plan.

    404 for a plan of others and for a line that isn't there. Raises PermissionDenied for who may not ask for the
    organisation that the line is for.
    """
    plan_id = _number(request, "plan", "plan")
    if plan_id is None:
        return None
    plan = HubPlan.objects.ready().select_related("hub").filter(pk=plan_id).first()
    demand_id = _number(request, "matched", "voor")
    demands = Listing.objects.visible_to(request.user).select_related("organisation")
    demand = demands.filter(pk=demand_id).first() if demand_id else None
    if plan is None or demand is None or not is_hub_staff(request.user, plan.hub):
        raise Http404
    kg = planned_kg(plan, supply, demand)
    if kg is None:
        raise Http404
    role = requesting_role(request.user, demand.organisation, supply)
    return PlanLine(plan, demand, planned_quantity(supply, kg), role == Role.HUB)


def _number(request: MemberRequest, posted: str, asked: str) -> int | None:
    return key_in(request.POST.get(posted) or request.GET.get(asked, ""))
