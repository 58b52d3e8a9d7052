"""Photos of elements: made safe as those of listings are."""

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.validators import one_line
from journal.events import LONGEST_VALUE
from listings.late import TooLate
from listings.photos import safe_photo
from maps.models import LONGEST_ALT, MOST_PHOTOS, MapFeature, MapFeaturePhoto
from maps.permissions import check_can_take
from maps.services.attachments import called, check_room, hold_to_attach, take_off
from maps.services.storing import current, record_change
from maps.verbs import MapVerb

if TYPE_CHECKING:
    from django.core.files.base import ContentFile
    from django.core.files.uploadedfile import UploadedFile


def add_photo(*, by: User, feature: MapFeature, upload: "UploadedFile[bytes]", alt: str = "") -> MapFeaturePhoto:
    """Read a photo by safe_photo(), which takes a second or more, then add_safe_photo(). Raises what both raise."""
    check_can_take(by, current(feature), "change")
    return add_safe_photo(by=by, feature=feature, safe=safe_photo(upload), alt=alt)


@transaction.atomic
def add_safe_photo(*, by: User, feature: MapFeature, safe: "ContentFile[bytes]", alt: str = "") -> MapFeaturePhoto:
    """Store a photo that safe_photo() made. Raises ValidationError past MOST_PHOTOS."""
    stored = hold_to_attach(by, feature)
    check_room_for_photos(stored, 1)
    last = stored.photos.aggregate(last=Max("position"))["last"]
    photo = MapFeaturePhoto(feature=stored, alt=one_line(alt)[:LONGEST_ALT], position=0 if last is None else last + 1)
    # Browsers keep a photo for good by its address: no later photo may get the same name.
    photo.image.save(f"{uuid4().hex}.webp", safe, save=False)
    photo.save()
    record_change(MapVerb.PHOTO_ADDED, by, stored, **called(photo))
    return photo


def check_room_for_photos(feature: MapFeature, more: int) -> None:
    """Raise ValidationError where an element would have more than MOST_PHOTOS."""
    check_room(feature.photos.count(), more, MOST_PHOTOS, _("Een element heeft hoogstens %(most)d foto's."))


@transaction.atomic
def caption_photo(*, by: User, photo: MapFeaturePhoto, alt: str, seen: str | None = None) -> MapFeaturePhoto:
    """Say anew what is on a photo, or with nothing no more. What it said before stays in the history. Raises
    ValidationError for more than LONGEST_ALT letters; TooLate for a photo that is gone and, where `seen` gives the
    words that somebody read, for words that are others by now.
    """
    stored = hold_to_attach(by, photo.feature)
    kept = stored.photos.filter(pk=photo.pk).first()
    words = one_line(alt)
    if kept is not None and kept.alt == words:
        return kept
    if kept is None or seen not in (None, kept.alt):
        raise TooLate(_("Iemand wijzigde dit intussen. Kijk het eerst na."), code="moved")
    was, kept.alt = kept.alt, words
    kept.full_clean(exclude=["image"])
    kept.save(update_fields=["alt"])
    record_change(MapVerb.PHOTO_CAPTIONED, by, stored, **called(kept), was=was[:LONGEST_VALUE])
    return kept


@transaction.atomic
def remove_photo(*, by: User, photo: MapFeaturePhoto) -> None:
    """Delete a photo, and its file after the commit."""
    take_off(by, photo, MapVerb.PHOTO_REMOVED)
