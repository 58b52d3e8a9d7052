"""What sources answer, by the link of a letter: that it is still so counts as a verification, anything else waits for
those who curate the layer.
"""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.validators import visible
from maps.enums import Certainty, FeatureState, SourceAnswer
from maps.models import MapFeature, VerificationRound
from maps.models.feature import LONGEST_TEXT
from maps.services.review import verified_now
from maps.services.storing import copy_of, current, record_change, save_changes
from maps.verbs import MapVerb
from maps.verification.rounds import end, shows_to_source

#: What can be answered while it is asked.
ANSWERS = (SourceAnswer.STILL_SO, SourceAnswer.CHANGED, SourceAnswer.GONE)


@transaction.atomic
def answer_verification(
    *, by: User, asked: VerificationRound, version: int, answer: str, words: str = "", at: dt.datetime
) -> bool:
    """Say whether an element, seen in this version, is still as the map says.

    False where it was answered before, or has ended: then nothing changes. It ends where the element shows to its
    source no more. Raises ValidationError where it is said to have changed without words, or to be still so in a
    version that is no longer; Conflict where somebody changes it now.
    """
    locked = VerificationRound.objects.select_for_update(of=("self",), no_key=True).get(pk=asked.pk)
    feature = current(locked.feature)
    _check_asked(by, locked, feature)
    if locked.ended_at is not None or answer not in ANSWERS or feature.state != FeatureState.PUBLISHED:
        return False
    if not shows_to_source(feature, by.pk):
        end(locked, SourceAnswer.MOVED, at)
        locked.save(update_fields=["answer", "ended_at", "due_at"])
        return False
    locked.words = visible(words)[:LONGEST_TEXT]
    if answer == SourceAnswer.CHANGED and not locked.words:
        raise ValidationError({"words": _("Zeg in een paar woorden wat er veranderde.")})
    if answer == SourceAnswer.STILL_SO:
        if feature.version != version:
            raise ValidationError(_("Dit is intussen gewijzigd. Kijk wat er nu staat, en antwoord opnieuw."))
        after = copy_of(feature)
        for name, value in (verified_now(by, feature, at) | {"certainty": Certainty.CONFIRMED}).items():
            setattr(after, name, value)
        save_changes(feature, after, by=by, verb=MapVerb.SOURCE_CONFIRMED, asked={})
    else:
        record_change(MapVerb.SOURCE_GONE if answer == SourceAnswer.GONE else MapVerb.SOURCE_CHANGED, by, feature)
    end(locked, SourceAnswer(answer), at)
    locked.save(update_fields=["answer", "words", "ended_at", "due_at"])
    return True


def _check_asked(by: User, asked: VerificationRound, feature: MapFeature) -> None:
    """Raise PermissionDenied for anybody else than who was asked, and for them too once they left the source."""
    still = Membership.objects.filter(user=by, organisation=feature.source_organisation_id or 0).exists()
    if asked.person_id != by.pk or not still:
        raise PermissionDenied(_("Dit vroegen we aan iemand anders van de bron."))
