"""Changes that somebody proposes to a published element, and what becomes of them."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.validators import visible
from maps.enums import ProposalState
from maps.fields import plain, read_values
from maps.models import LONGEST_REASON, FeatureProposal, MapFeature
from maps.permissions import check_can_take
from maps.reviewing.outcomes import tell_outcome
from maps.services.features import change_feature, changed_copy, check_seen
from maps.services.review import given_reason
from maps.services.storing import current, record_change
from maps.verbs import MapVerb


@transaction.atomic
def propose_change(
    *, by: User, feature: MapFeature, version: int, comment: str = "", **fields: Any
) -> FeatureProposal:
    """Propose other values for a published element, which stays as it is. Raises Conflict as changing it would."""
    stored = current(feature)
    check_can_take(by, stored, "propose")
    check_seen(stored, version, fields)
    changed = changed_copy(stored, fields)
    was = {name: plain(getattr(stored, name)) for name in fields}
    asked = {name: plain(getattr(changed, name)) for name in fields}
    changes = {name: value for name, value in asked.items() if value != was[name]}
    if not changes:
        raise ValidationError(_("Je voorstel verandert niets. Wijzig eerst iets."))
    proposal = FeatureProposal.objects.create(
        feature=stored,
        base_version=version,
        changes=changes,
        comment=visible(comment)[:LONGEST_REASON],
        proposed_by=by,
    )
    record_change(MapVerb.PROPOSED, by, stored)
    return proposal


@transaction.atomic
def accept_proposal(*, by: User, proposal: FeatureProposal, version: int | None = None) -> MapFeature:
    """Change the element as proposed, and tell who proposed it. Raises Conflict where it has changed since the
    proposal, until `version` says that who accepts saw that.
    """
    locked = _open(proposal)
    _check_can_decide(by, locked)
    feature = change_feature(
        by=by,
        feature=locked.feature,
        version=version if version is not None else locked.base_version,
        **read_values(locked.changes),
    )
    _decide(by, locked, ProposalState.ACCEPTED)
    record_change(MapVerb.PROPOSAL_ACCEPTED, by, feature)
    tell_outcome(locked.proposed_by, [feature], by=by, is_change=True)
    return feature


@transaction.atomic
def send_back_proposal(*, by: User, proposal: FeatureProposal, reason: str) -> FeatureProposal:
    """Leave the element as it is, and tell who proposed it why."""
    locked = _open(proposal)
    _check_can_decide(by, locked)
    _decide(by, locked, ProposalState.SENT_BACK, given_reason(reason))
    feature = current(locked.feature)
    record_change(MapVerb.PROPOSAL_SENT_BACK, by, feature)
    tell_outcome(locked.proposed_by, [feature], by=by, reason=locked.reason, is_change=True)
    return locked


@transaction.atomic
def take_back_proposal(*, by: User, proposal: FeatureProposal) -> FeatureProposal:
    """Who proposed it no longer does."""
    locked = _open(proposal)
    if locked.proposed_by_id != by.pk:
        raise PermissionDenied(_("Alleen wie dit voorstelde, kan het terugnemen."))
    _decide(by, locked, ProposalState.TAKEN_BACK)
    record_change(MapVerb.PROPOSAL_TAKEN_BACK, by, current(locked.feature))
    return locked


def _check_can_decide(by: User, proposal: FeatureProposal) -> None:
    check_can_take(by, current(proposal.feature), "change")


def _open(proposal: FeatureProposal) -> FeatureProposal:
    """The proposal, locked until the transaction ends. Raises ValidationError for one that is decided."""
    locked: FeatureProposal = FeatureProposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if locked.state != ProposalState.OPEN:
        words = {"state": locked.get_state_display()}
        raise ValidationError(_("Over dit voorstel is al beslist: %(state)s.") % words)
    return locked


def _decide(by: User, proposal: FeatureProposal, state: ProposalState, reason: str = "") -> None:
    proposal.state, proposal.decided_by, proposal.decided_at, proposal.reason = state, by, timezone.now(), reason
    proposal.save()
