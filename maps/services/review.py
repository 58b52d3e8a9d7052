"""An element's way to the public: put forward, sent back or published, verified, withdrawn."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.validators import visible
from maps.conflicts import conflict_over
from maps.derived import due_after
from maps.enums import FeatureState
from maps.models import LONGEST_REASON, MapFeature
from maps.permissions import check_can_take
from maps.services.storing import copy_of, current, save_changes
from maps.validators import check_publishable
from maps.verbs import MapVerb


@transaction.atomic
def submit_feature(*, by: User, feature: MapFeature, version: int | None = None) -> MapFeature:
    """Put a draft forward, for those who publish in its layer."""
    stored = _taken(by, feature, "submit", version)
    check_publishable(stored)
    return _set_state(by, stored, FeatureState.REVIEW, MapVerb.SUBMITTED, review_note="")


@transaction.atomic
def send_back_feature(*, by: User, feature: MapFeature, reason: str, version: int | None = None) -> MapFeature:
    """Give what was put forward back to who began it, with what has to be better."""
    stored = _taken(by, feature, "send_back", version)
    reason = given_reason(reason)
    return _set_state(by, stored, FeatureState.DRAFT, MapVerb.SENT_BACK, review_note=reason)


@transaction.atomic
def publish_feature(
    *, by: User, feature: MapFeature, version: int | None = None, at: dt.datetime | None = None
) -> MapFeature:
    """Show an element to whom it is for. Who publishes has looked at it: from now on it counts as verified."""
    stored = _taken(by, feature, "publish", version)
    check_publishable(stored)
    at = at or timezone.now()
    return _set_state(
        by, stored, FeatureState.PUBLISHED, MapVerb.PUBLISHED, review_note="",
        published_at=stored.published_at or at, **verified_now(by, stored, at),
    )  # fmt: skip


@transaction.atomic
def withdraw_feature(*, by: User, feature: MapFeature, version: int | None = None) -> MapFeature:
    """Take an element off the map. It stays, with its history, and may be published again."""
    stored = _taken(by, feature, "withdraw", version)
    return _set_state(by, stored, FeatureState.WITHDRAWN, MapVerb.WITHDRAWN)


@transaction.atomic
def verify_feature(
    *, by: User, feature: MapFeature, version: int | None = None, at: dt.datetime | None = None
) -> MapFeature:
    """Say that an element is still as it says. Its layer says for how long that counts."""
    stored = _taken(by, feature, "verify", version)
    after = copy_of(stored)
    for name, value in verified_now(by, stored, at or timezone.now()).items():
        setattr(after, name, value)
    return save_changes(stored, after, by=by, verb=MapVerb.VERIFIED, asked={})


def given_reason(text: str) -> str:
    """Why something is sent back, in words. Raises ValidationError for none."""
    reason = visible(text)[:LONGEST_REASON]
    if not reason:
        raise ValidationError({"reason": _("Zeg waarom je dit terugstuurt.")})
    return reason


def _taken(by: User, feature: MapFeature, step: str, version: int | None) -> MapFeature:
    """The element as it is stored, once somebody may take a step with it. Raises Conflict for another version."""
    stored = current(feature)
    check_can_take(by, stored, step)
    if version is not None and version != stored.version:
        raise conflict_over(stored, version, {})
    return stored


def verified_now(by: User, feature: MapFeature, at: dt.datetime) -> dict[str, Any]:
    """The fields that say that an element was found to be so at a moment."""
    return {
        "verified_at": at,
        "verified_by": by,
        "verify_by": due_after(timezone.localdate(at), feature.layer),
    }


def _set_state(by: User, stored: MapFeature, state: FeatureState, verb: MapVerb, **fields: Any) -> MapFeature:
    after = copy_of(stored)
    after.state = state
    for name, value in fields.items():
        setattr(after, name, value)
    return save_changes(stored, after, by=by, verb=verb, asked={})
