"""Sets what the parts of a match's score weigh in a hub."""

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import check_can_manage_hub
from geo.models import Hub
from journal.events import changed, record
from matching.models import PairingWeights
from matching.verbs import MatchingVerb
from matching.weights.default_weights import WEIGHT_POINTS
from matching.weights.hub_weights import points_of


@transaction.atomic
def set_points(*, by: User, hub: Hub, points: Mapping[str, int], at: dt.datetime) -> bool:
    """Set points of some parts of the score, for a hub's managers; returns whether anything changed.

    If so, the worker pairs the hub's demands again after the commit (or within a minute, if it can't be reached).
    Raises ValidationError by part for points out of range, and if no part had any points left.
    """
    check_can_manage_hub(by, hub)
    if unknown := sorted(set(points) - set(WEIGHT_POINTS)):
        raise ValidationError({name: _("Dit onderdeel bestaat niet.") for name in unknown})
    # The hub's row is locked, since there may be no row of weights yet: two managers take turns.
    Hub.objects.select_for_update(no_key=True).get(pk=hub.pk)
    before = points_of(hub)
    weights = PairingWeights.objects.filter(hub=hub).first() or PairingWeights(hub=hub)
    for part, value in points.items():
        setattr(weights, part, value)
    weights.changed_at, weights.paired_at = at, None
    weights.full_clean()
    if all(before[part] == value for part, value in points.items()):
        return False
    weights.save()
    record(MatchingVerb.WEIGHTS_CHANGED, hub, by=by, hub_ids=[hub.pk], changes=changed(before, points_of(hub)))
    return True
