"""/api/v1/proposals/: matches that a hub brings to both sides, and chains with a service in between."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import HubStaff, Organisation, User
from accounts.permissions import check_is_hub_staff
from exchanges import services
from exchanges.api.lists import page_of
from exchanges.api.rows import party_row
from exchanges.api.shapes import PROPOSAL, PROPOSALS_PAGE
from exchanges.api.taken import check_taken
from exchanges.enums import Answer, Refusal
from exchanges.models import LONGEST_BEHALF_NOTE, LONGEST_PROPOSAL, LONGEST_REFUSAL, Proposal
from exchanges.proposals import reads_note, reads_refusal
from exchanges.serving import obstacles_of
from geo.models import Hub
from listings.api.fields import ByNumberField, DayField, NumberField, OneOfField
from listings.api.pagination import PARAMETERS
from listings.api.queries import check_names
from listings.api.serializers import KnownFields
from listings.enums import ListingKind
from listings.models import Listing
from listings.owners import know_owners

SEARCH = "/api/v1/search/"
PUBLIC = Listing.objects.public().select_related("organisation", "material")


class HubProposalSerializer(KnownFields, serializers.Serializer[Any]):
    """A supply with what it fits, and why: a `demand`, or a `service` with the Monday of the week of its work
    (`week_start`), and how much that is in its capacity_unit (`work`). `sure` proposes food that comes out after its
    best-before date.
    """

    supply = ByNumberField(SEARCH, queryset=PUBLIC)
    demand = ByNumberField(SEARCH, queryset=PUBLIC, required=False)
    service = ByNumberField(SEARCH, queryset=PUBLIC, required=False)
    week_start = DayField(required=False)
    work = NumberField(max_digits=14, decimal_places=3, required=False)
    sure = serializers.BooleanField(required=False)
    note = serializers.CharField(max_length=LONGEST_PROPOSAL, required=False, allow_blank=True, default="")


#: What comes along with each of the two, and whether it has to be there.
_WITH_SERVICE = {"service": True, "week_start": True, "work": True, "sure": False}
_WITH_DEMAND = {"demand": True}


class ChainProposalSerializer(KnownFields, serializers.Serializer[Any]):
    """`week_start` is the Monday of the week of the work, `quantity` is in the supply's unit, and `work` in the
    service's capacity_unit. `sure` proposes food that comes out after its best-before date, and work for more or
    less than goes there where both are counted alike.
    """

    supply = ByNumberField(SEARCH, queryset=PUBLIC)
    service = ByNumberField(SEARCH, queryset=PUBLIC)
    demand = ByNumberField(SEARCH, queryset=PUBLIC)
    week_start = DayField()
    quantity = NumberField(max_digits=14, decimal_places=3)
    work = NumberField(max_digits=14, decimal_places=3)
    sure = serializers.BooleanField(required=False, default=False)
    note = serializers.CharField(max_length=LONGEST_PROPOSAL, required=False, allow_blank=True, default="")


class AnswerSerializer(KnownFields, serializers.Serializer[Any]):
    """`side` is for who is a member of two of them. A no has a `reason`, and maybe `words`. Staff of a hub that answer
    for its partner say in `behalf_note` who of it asked them to, and how.
    """

    answer = OneOfField(choices=Answer.choices)
    side = OneOfField(choices=ListingKind.choices, required=False)
    reason = OneOfField(choices=Refusal.choices, required=False)
    words = serializers.CharField(max_length=LONGEST_REFUSAL, required=False, allow_blank=True, default="")
    behalf_note = serializers.CharField(max_length=LONGEST_BEHALF_NOTE, required=False, allow_blank=True, default="")


@method_decorator(never_cache, "dispatch")
class ProposalsView(APIView):
    """What was proposed to one's organisations, and proposing a chain."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="proposals_list", responses={200: PROPOSALS_PAGE}, parameters=PARAMETERS)
    def get(self, request: Request) -> Response:
        """The newest first, those that were answered too."""
        return _page(request, Proposal.objects.of_members(request.user), "proposals")  # type: ignore[arg-type]

    @extend_schema(operation_id="proposals_create", request=ChainProposalSerializer, responses={201: PROPOSAL})
    def post(self, request: Request) -> Response:
        """Ask all three of a chain whether they take part: for members of one of the three, and staff of their hub.
        Once all said yes its two exchanges begin.
        """
        given = ChainProposalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        told = dict(given.validated_data)
        told["week"] = told.pop("week_start")
        made = services.propose_chain(by=request.user, **told)  # type: ignore[arg-type]
        return Response(_one(request, made.pk), status=status.HTTP_201_CREATED)


@method_decorator(never_cache, "dispatch")
class HubProposalsView(APIView):
    """What a hub proposed, and bringing a match to both sides: for its staff."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="hubs_proposals_list", responses={200: PROPOSALS_PAGE}, parameters=PARAMETERS)
    def get(self, request: Request, slug: str) -> Response:
        """The newest first."""
        hub = get_object_or_404(Hub, slug=slug)
        check_is_hub_staff(request.user, hub)
        return _page(request, Proposal.objects.filter(hub=hub), "proposals of a hub")

    @extend_schema(operation_id="hubs_proposals_create", request=HubProposalSerializer, responses={201: PROPOSAL})
    def post(self, request: Request, slug: str) -> Response:
        """Ask both sides. With two yeses an exchange begins, and what fits is reserved: of a service, in its week."""
        hub = get_object_or_404(Hub, slug=slug)
        given = HubProposalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        # A form that leaves a box unticked says no by that.
        told = {name: value for name, value in given.validated_data.items() if value is not False}
        both = {"by": request.user, "hub": hub, "supply": told.pop("supply"), "note": told.pop("note")}
        check_taken(_WITH_SERVICE if "service" in told else _WITH_DEMAND, told)
        if "service" in told:
            made = services.propose_work(**both, week=told.pop("week_start"), **told)
        else:
            made = services.propose_match(**both, **told)
        return Response(_one(request, made.pk), status=status.HTTP_201_CREATED)


@method_decorator(never_cache, "dispatch")
class ProposalView(APIView):
    """One proposal with what each side said: for its sides, and the staff of the hub that made it."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="proposals_retrieve", responses={200: PROPOSAL})
    def get(self, request: Request, proposal_id: int) -> Response:
        return Response(_one(request, proposal_id))


@method_decorator(never_cache, "dispatch")
class ProposalAnswerView(APIView):
    """Saying yes or no."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="proposals_answer", request=AnswerSerializer, responses={200: PROPOSAL})
    def post(self, request: Request, proposal_id: int) -> Response:
        """For one's own side. 409 where it can't be answered any more, or where others took what it needs."""
        found = _found(request, proposal_id)
        given = AnswerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.answer_proposal(by=request.user, proposal=found, **given.validated_data)  # type: ignore[arg-type]
        return Response(_one(request, proposal_id))


@method_decorator(never_cache, "dispatch")
class ProposalWithdrawView(APIView):
    """Taking a proposal of one's hub back."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="proposals_withdraw", request=None, responses={200: PROPOSAL})
    def post(self, request: Request, proposal_id: int) -> Response:
        """For staff of the hub that proposed it. 409 where it is over."""
        services.withdraw_proposal(by=request.user, proposal=_found(request, proposal_id))  # type: ignore[arg-type]
        return Response(_one(request, proposal_id))


def _found(request: Request, proposal_id: int) -> Proposal:
    visible = Proposal.objects.visible_to(request.user).for_rows()  # type: ignore[arg-type]
    return get_object_or_404(visible, pk=proposal_id)


def _one(request: Request, proposal_id: int) -> dict[str, Any]:
    (row,) = proposal_rows([_found(request, proposal_id)], request.user, timezone.now())  # type: ignore[arg-type]
    return row


def _page(request: Request, rows: Any, scope: str) -> Response:
    check_names(request, PARAMETERS)
    found, following = page_of(request, rows.for_rows(), scope)
    return Response({"next": following, "results": proposal_rows(found, request.user, timezone.now())})  # type: ignore[arg-type]


def proposal_rows(proposals: Iterable[Proposal], reader: User, at: dt.datetime) -> list[dict[str, Any]]:
    """As this reader may see them, in a fixed number of queries."""
    found = list(proposals)
    know_owners([side for proposal in found for side in proposal.sides.values()], reader)
    own = set(Organisation.objects.of(reader).values_list("pk", flat=True))
    hubs = set(HubStaff.objects.filter(user=reader).values_list("hub", flat=True))
    obstacles = obstacles_of(found, at)
    return [_row(proposal, own, hubs, obstacles.get(proposal.pk, []), at) for proposal in found]


def _row(proposal: Proposal, own: set[int], hubs: set[int], obstacles: list[str], at: dt.datetime) -> dict[str, Any]:
    sides: dict[str, Any] = {"supply": None, "service": None, "demand": None} | {
        name: _side_row(proposal, name, listing) for name, listing in proposal.sides.items()
    }
    service = proposal.service
    return sides | {
        "id": proposal.pk,
        "state": proposal.state_at(at),
        "hub": proposal.hub.slug if proposal.hub is not None else None,
        "proposed_for": party_row(proposal.proposed_for) if proposal.proposed_for is not None else None,
        "week_start": proposal.week,
        "quantity": None if proposal.quantity is None else float(proposal.quantity),
        "unit": proposal.supply.unit or None,
        "work": None if proposal.work is None else float(proposal.work),
        "work_unit": (service.capacity_unit or None) if service is not None else None,
        "obstacles": obstacles,
        "note": proposal.note if reads_note(proposal, own, hubs) else "",
        "refusal": _refusal_row(proposal) if reads_refusal(proposal, own, hubs) else None,
        "made_at": proposal.made_at,
        "lapses_at": proposal.lapses_at,
        "own_sides": [name for name, listing in proposal.sides.items() if listing.organisation_id in own],
        "exchange": proposal.exchange_id,
        "arrangement": proposal.arrangement_id,
    }


def _side_row(proposal: Proposal, name: str, listing: Listing) -> dict[str, Any]:
    return {
        "listing": listing.pk,
        "heading": listing.heading,
        "organisation": party_row(listing.shown_organisation),
        "answer": getattr(proposal, f"{name}_answer") or None,
        "behalf_note": (getattr(proposal, f"{name}_behalf_note") or None) if listing.shows_owner else None,
    }


def _refusal_row(proposal: Proposal) -> dict[str, Any]:
    return {"reason": proposal.refusal or None, "words": proposal.refusal_words or None}
