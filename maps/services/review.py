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
from maps.reviewing.outcomes import tell_makers
from maps.services.storing import copy_of, current, save_changes
from maps.validators import check_publishable
from maps.verbs import MapVerb

#: What each step is called, and to which state it leads; None where that stays.
STEPS_TAKEN: dict[str, tuple[MapVerb, FeatureState | None]] = {
    "submit": (MapVerb.SUBMITTED, FeatureState.REVIEW),
    "send_back": (MapVerb.SENT_BACK, FeatureState.DRAFT),
    "publish": (MapVerb.PUBLISHED, FeatureState.PUBLISHED),
    "withdraw": (MapVerb.WITHDRAWN, FeatureState.WITHDRAWN),
    "verify": (MapVerb.VERIFIED, None),
}


@transaction.atomic
def submit_feature(*, by: User, feature: MapFeature, version: int | None = None) -> MapFeature:
    """Put a draft forward, for those who publish in its layer."""
    return _take(by, feature, "submit", version)


@transaction.atomic
def send_back_feature(*, by: User, feature: MapFeature, reason: str, version: int | None = None) -> MapFeature:
    """Give what was put forward back to who began it, with what has to be better."""
    return _take(by, feature, "send_back", version, reason=reason)


@transaction.atomic
def publish_feature(
    *, by: User, feature: MapFeature, version: int | None = None, at: dt.datetime | None = None
) -> MapFeature:
    """Show an element to whom it is for. Who publishes has looked at it: from now on it counts as verified."""
    return _take(by, feature, "publish", version, at=at)


@transaction.atomic
def withdraw_feature(*, by: User, feature: MapFeature, version: int | None = None) -> MapFeature:
    """Take an element off the map. It stays, with its history, and may be published again."""
    return _take(by, feature, "withdraw", version)


@transaction.atomic
def verify_feature(
    *, by: User, feature: MapFeature, version: int | None = None, at: dt.datetime | None = None
) -> MapFeature:
    """Say that an element is still as it says. Its layer says for how long that counts."""
    return _take(by, feature, "verify", version, at=at)


def stepped(feature: MapFeature, step: str, *, by: User, at: dt.datetime, reason: str = "") -> MapFeature:
    """What a step of STEPS_TAKEN makes of an element, not stored. Raises ValidationError for what it lacks."""
    if step in ("submit", "publish"):
        check_publishable(feature)
    _verb, state = STEPS_TAKEN[step]
    fields: dict[str, Any] = {"state": state} if state is not None else {}
    if step in ("submit", "publish"):
        fields["review_note"] = ""
    if step == "send_back":
        fields["review_note"] = given_reason(reason)
    if step == "publish":
        fields["published_at"] = feature.published_at or at
    if step in ("publish", "verify"):
        fields |= verified_now(by, feature, at)
    after = copy_of(feature)
    for name, value in fields.items():
        setattr(after, name, value)
    return after


def given_reason(text: str) -> str:
    """Why something is sent back, in words. Raises ValidationError for none."""
    reason = visible(text)[:LONGEST_REASON]
    if not reason:
        raise ValidationError({"reason": _("Zeg waarom je dit terugstuurt.")})
    return reason


def verified_now(by: User, feature: MapFeature, at: dt.datetime) -> dict[str, Any]:
    """The fields that say that an element was found to be so at a moment."""
    return {
        "verified_at": at,
        "verified_by": by,
        "verify_by": due_after(timezone.localdate(at), feature.layer),
    }


def _take(
    by: User, feature: MapFeature, step: str, version: int | None, *, at: dt.datetime | None = None, reason: str = ""
) -> MapFeature:
    """Take a step with the element as it is stored, if somebody may. Raises Conflict for another version."""
    stored = current(feature)
    check_can_take(by, stored, step)
    if version is not None and version != stored.version:
        raise conflict_over(stored, version, {})
    after = stepped(stored, step, by=by, at=at or timezone.now(), reason=reason)
    done = save_changes(stored, after, by=by, verb=STEPS_TAKEN[step][0], asked={})
    if is_outcome(step, stored):
        tell_makers([done], by=by, reason=done.review_note)
    return done


def is_outcome(step: str, before: MapFeature) -> bool:
    """Whether a step is what becomes of an element that somebody put forward."""
    return step in ("publish", "send_back") and before.state == FeatureState.REVIEW
