"""What proposals of a match, of work and of a chain have in common."""

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import HubStaff, Membership, User
from accounts.permissions import check_is_hub_staff
from exchanges.enums import Answer, Role
from exchanges.models import Proposal
from exchanges.verbs import ExchangeVerb
from geo.models import Hub
from journal.events import record
from listings.models import Listing

#: How long those whom it concerns may answer.
LASTS = dt.timedelta(days=14)


def check_brings(by: User, hub: Hub, one: Listing, other: Listing) -> None:
    """Raise PermissionDenied for whoever isn't staff of the hub, or where neither lies in its region."""
    check_is_hub_staff(by, hub)
    if hub.pk not in {*one.hub_ids, *other.hub_ids}:
        raise PermissionDenied(_("Geen van beide ligt in de regio van %(hub)s.") % {"hub": hub.name})


def forget_earlier(supply: Listing, service: Listing | None, demand: Listing | None, at: dt.datetime) -> None:
    """Delete what nobody answered in time. Raises ValidationError where the same can still be answered."""
    earlier = Proposal.objects.filter(supply=supply, service=service, demand=demand).undecided()
    if earlier.filter(lapses_at__gt=at).exists():
        raise ValidationError({"supply": _("Dit is al gevraagd: wie het aangaat, kan nog antwoorden.")})
    earlier.delete()


def record_proposal(verb: ExchangeVerb, proposal: Proposal, by: User, **changes: str) -> None:
    record(
        verb, proposal, by=by, hub_ids=proposal.hub_ids,
        changes={"listing": proposal.supply_id, "other": proposal.demand_id or proposal.service_id} | changes,
    )  # fmt: skip


def proposers_at_hub(proposal: Proposal) -> QuerySet[User]:
    """Of the hub that proposed it who did so, or where they no longer work there, everybody who does; nobody where an
    organisation proposed it.
    """
    staff = HubStaff.objects.filter(hub=proposal.hub_id, user__is_active=True)
    proposers = staff.filter(user=proposal.made_by_id) if proposal.hub_id else staff.none()
    asking = proposers if proposers.exists() else staff
    return User.objects.filter(pk__in=asking.values("user")).order_by("pk")


class Voice(NamedTuple):
    """Who says something for a side, as whom, and of staff of a hub who of that side asked them to."""

    user: User
    role: Role
    behalf_note: str


def spoken_by(proposal: Proposal, name: str) -> Voice:
    """Who said yes for a side, also where they left since; an admin of its organisation, or else another member, where
    that account is gone. Somebody has to be left there.
    """
    own = Role.OWNER if name == proposal.owner_side else Role.REQUESTER
    who, note = getattr(proposal, f"{name}_by"), getattr(proposal, f"{name}_behalf_note")
    if isinstance(who, User):
        return Voice(who, Role.HUB if note else own, note)
    organisation = proposal.sides[name].organisation_id
    here = Membership.objects.filter(organisation=organisation, user__is_active=True).select_related("user")
    member = here.order_by("role", "pk").first()
    assert member is not None, "answer_proposal() looked whether somebody is left"
    return Voice(member.user, own, "")


def reads_note(proposal: Proposal, organisations: Collection[int], hubs: Collection[int]) -> bool:
    """Whether somebody of these organisations and hubs reads what was said along: those whom it concerns, and the hub
    that proposed it. That members propose a chain, their hubs see; not what they say to each other.
    """
    concerned = (one.organisation_id in organisations for one in proposal.sides.values())
    return proposal.hub_id in hubs or any(concerned)


def reads_refusal(proposal: Proposal, organisations: Collection[int], hubs: Collection[int]) -> bool:
    """Whether somebody of these organisations and hubs reads why a side said no: who said so, and the hub that
    proposed it. To the others it only doesn't go on.
    """
    refused = proposal.refused_by
    return refused is not None and (proposal.hub_id in hubs or refused.organisation_id in organisations)


def refusal_words(proposal: Proposal) -> str:
    """Why a side said no: by the list, and in its own words where there are any."""
    return ": ".join(filter(None, [str(proposal.get_refusal_display()), proposal.refusal_words]))


def was_answered_for(proposal: Proposal, name: str) -> bool:
    """Whether staff of a hub answered on behalf of a side."""
    return bool(getattr(proposal, f"{name}_behalf_note")) and getattr(proposal, f"{name}_answer") in Answer.values
