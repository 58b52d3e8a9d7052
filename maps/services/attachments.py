"""What hangs on an element, a photo or a document: who may add and remove it, and how many there may be."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from journal.events import LONGEST_VALUE
from maps.models import MapFeature, MapFeatureDocument, MapFeaturePhoto
from maps.permissions import check_can_take
from maps.services.storing import current, record_change
from maps.verbs import MapVerb


def hold_to_attach(by: User, feature: MapFeature) -> MapFeature:
    """The element as it is now, locked, so that two who add at once count each other's. Raises PermissionDenied."""
    MapFeature.objects.select_for_update(no_key=True, of=("self",)).get(pk=feature.pk)
    stored = current(feature)
    check_can_take(by, stored, "change")
    return stored


def check_room(count: int, more: int, most: int, words: str) -> None:
    """Raise ValidationError where there would be more than `most`; `words` take that number."""
    if count + more > most:
        raise ValidationError(words % {"most": most})


def take_off(by: User, attachment: MapFeaturePhoto | MapFeatureDocument, verb: MapVerb) -> None:
    """Delete it, and its file after the commit. Needs a transaction. Raises PermissionDenied."""
    stored = current(attachment.feature)
    check_can_take(by, stored, "change")
    file = attachment.image if isinstance(attachment, MapFeaturePhoto) else attachment.file
    storage, path = file.storage, str(file.name)
    transaction.on_commit(lambda: storage.delete(path), robust=True)
    name = called(attachment)
    attachment.delete()
    record_change(verb, by, stored, **name)


def called(attachment: MapFeaturePhoto | MapFeatureDocument) -> dict[str, Any]:
    """What the journal says of it: its name stays in the history where it is taken off."""
    if isinstance(attachment, MapFeatureDocument):
        return {"document": attachment.name[:LONGEST_VALUE]}
    return {"photo": attachment.alt[:LONGEST_VALUE]} if attachment.alt else {}
