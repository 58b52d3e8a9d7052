"""Making, changing, publishing and cancelling activities, and throwing drafts away. Staff of their hub do so."""

import datetime as dt
from typing import Any

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.validators import one_line, visible
from geo.models import Hub
from journal.events import changed, record, values_of
from maps.services.curated import check_seen
from programme.enums import ActivityState
from programme.models import LONGEST_REASON, Activity
from programme.permissions import check_can_run_programme
from programme.placing import place_it
from programme.validators import check_links, check_not_over, check_partner, check_times
from programme.verbs import ActivityVerb

ACTIVITY_FIELDS = frozenset(
    {
        "kind", "title", "description", "languages", "starts_at", "ends_at", "place", "online_link", "partner",
        "signup_link",
    }
)  # fmt: skip


@transaction.atomic
def create_activity(*, by: User, hub: Hub, pin: Point | None = None, **fields: Any) -> Activity:
    """Make an activity of a hub, as a draft that its staff alone see. Raises ValidationError by field.

    `pin` is where its place is, in WGS84 degrees, for whoever knows that better than our addresses do.
    """
    check_can_run_programme(by, hub)
    made = Activity(hub=hub, created_by=by)
    _fill(made, fields)
    place_it(made, pin)
    _check(made)
    made.save()
    record(ActivityVerb.CREATED, made, by=by, hub_ids=[hub.pk])
    return made


@transaction.atomic
def update_activity(
    *,
    by: User,
    activity: Activity,
    version: int | None = None,
    at: dt.datetime | None = None,
    pin: Point | None = None,
    **fields: Any,
) -> Activity:
    """Change what an activity says, which somebody saw in this version. Raises CuratedConflict where it has changed
    since, ValidationError by field, and for one that is cancelled. Naming its place without a `pin` takes a pin away.
    """
    check_can_run_programme(by, activity.hub)
    stored = _locked(activity)
    if stored.state == ActivityState.CANCELLED:
        raise ValidationError(_("Deze activiteit is geannuleerd: ze blijft staan zoals ze was."))
    check_seen(stored, version, fields)
    before = values_of(stored, ACTIVITY_FIELDS)
    _fill(stored, fields)
    changes = changed(before, values_of(stored, ACTIVITY_FIELDS))
    if "place" in fields or pin is not None:
        was = (stored.location, stored.is_exact)
        place_it(stored, pin)
        if was != (stored.location, stored.is_exact):
            # That it moved, where its words stayed.
            changes.setdefault("place", None)
    _check(stored, partner="partner" in changes)
    _store(stored, at)
    record(ActivityVerb.CHANGED, stored, by=by, hub_ids=[stored.hub_id], changes=changes)
    return stored


@transaction.atomic
def publish_activity(*, by: User, activity: Activity, at: dt.datetime | None = None) -> Activity:
    """Show a draft to everyone. Once more does no harm. Raises ValidationError for what is over or cancelled."""
    check_can_run_programme(by, activity.hub)
    stored, at = _locked(activity), at or timezone.now()
    if stored.state == ActivityState.PUBLISHED:
        return stored
    if stored.state == ActivityState.CANCELLED:
        raise ValidationError(_("Deze activiteit is geannuleerd. Maak een nieuwe."))
    check_not_over(stored, at)
    stored.state, stored.published_at = ActivityState.PUBLISHED, at
    _store(stored, at)
    record(ActivityVerb.PUBLISHED, stored, by=by, hub_ids=[stored.hub_id])
    return stored


@transaction.atomic
def cancel_activity(*, by: User, activity: Activity, reason: str, at: dt.datetime | None = None) -> Activity:
    """Say that a published activity doesn't take place, and why: its page and calendars say so from now on."""
    check_can_run_programme(by, activity.hub)
    stored, at = _locked(activity), at or timezone.now()
    if stored.state != ActivityState.PUBLISHED:
        raise ValidationError(
            _("Deze activiteit is al geannuleerd.")
            if stored.state == ActivityState.CANCELLED
            else _("Een concept annuleer je niet: gooi het weg.")
        )
    check_not_over(stored, at)
    reason = one_line(reason)
    if not reason or len(reason) > LONGEST_REASON:
        words = {"most": LONGEST_REASON}
        raise ValidationError({"cancel_reason": _("Zeg waarom, in hoogstens %(most)d tekens.") % words})
    stored.state, stored.cancel_reason = ActivityState.CANCELLED, reason
    _store(stored, at)
    changes = {"cancel_reason": ["", reason]}
    record(ActivityVerb.CANCELLED, stored, by=by, hub_ids=[stored.hub_id], changes=changes)
    return stored


@transaction.atomic
def delete_draft(*, by: User, activity: Activity) -> None:
    """Throw a draft away. Raises ValidationError for what was published once: that is cancelled, and stays."""
    check_can_run_programme(by, activity.hub)
    stored = _locked(activity)
    if stored.state != ActivityState.DRAFT:
        raise ValidationError(_("Wat ooit gepubliceerd was, gooi je niet weg: annuleer het."))
    record(ActivityVerb.DELETED, stored, by=by, hub_ids=[stored.hub_id], changes={"title": [stored.title, None]})
    stored.delete()


def _locked(activity: Activity) -> Activity:
    """As it is stored. Raises ValidationError for a draft that was thrown away meanwhile."""
    stored = Activity.objects.select_for_update(of=("self",)).select_related("hub").filter(pk=activity.pk).first()
    if stored is None:
        raise ValidationError(_("Deze activiteit is intussen weggegooid."))
    return stored


def _fill(activity: Activity, fields: dict[str, Any]) -> None:
    """Set fields, with their texts in the form in which they are stored. Raises ValidationError for other fields."""
    wrong = {name: _("Dit veld bestaat niet of is niet te veranderen.") for name in fields.keys() - ACTIVITY_FIELDS}
    if wrong:
        raise ValidationError(dict(wrong))
    for name, value in fields.items():
        setattr(activity, name, value)
    for name in ("title", "place", "online_link", "signup_link"):
        setattr(activity, name, one_line(getattr(activity, name)))
    activity.description = visible(activity.description)
    # Each once, in the order in which they were named.
    activity.languages = list(dict.fromkeys(activity.languages or []))


def _check(activity: Activity, *, partner: bool = True) -> None:
    """Raise ValidationError, by field, for what can't be. A partner is looked at where it is new: it may leave."""
    activity.clean_fields()
    check_times(activity)
    check_links(activity)
    if partner:
        check_partner(activity)
    activity.validate_constraints()


def _store(activity: Activity, at: dt.datetime | None) -> None:
    activity.version += 1
    activity.updated_at = at or timezone.now()
    activity.save()
