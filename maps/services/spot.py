"""What somebody adds on the spot, by phone: an element with its photos, stored once however often it is sent."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from listings.photos import safe_photo
from maps.fields import plain
from maps.models import MapFeature, MapLayer, SpotEntry
from maps.permissions import can_see, can_take, check_can_add
from maps.services.features import add_feature
from maps.services.photos import add_safe_photo
from maps.services.review import submit_feature
from maps.standing import Standing, standing_of

if TYPE_CHECKING:
    from django.core.files.base import ContentFile
    from django.core.files.uploadedfile import UploadedFile

#: Photos of what is added on the spot, at most: they come in one request, by a connection that may be bad.
MOST_SPOT_PHOTOS = 3


class SentBefore(ValidationError):
    """Something else was stored by this key: `entry`. Its words say what `by` may do with that now."""

    def __init__(self, entry: SpotEntry, *, by: User) -> None:
        super().__init__(_what_helps(standing_of(by), entry.feature))
        self.entry = entry


def add_on_the_spot(
    *,
    by: User,
    layer: MapLayer,
    key: UUID,
    photos: "Sequence[UploadedFile[bytes]]" = (),
    accuracy_m: int | None = None,
    noted_at: dt.datetime | None = None,
    submit: bool = False,
    **fields: Any,
) -> SpotEntry:
    """Add an element with its photos, or nothing of it; `submit` puts it forward too. The same key again gives what it
    made before.

    `accuracy_m` says that `geometry` is what the phone read, so exactly; `noted_at` is when, by its clock. Raises
    SentBefore where something else was sent by the key, ValidationError by field, PermissionDenied, PhotosBusy. It
    reads photos, which takes seconds: call it outside of a transaction.
    """
    digest = _digest({**fields, "layer": layer, "accuracy_m": accuracy_m, "submit": submit}, photos)
    if made := _made_before(by, key, digest):
        return made
    check_can_add(by, layer)
    safe = _safe_photos(photos)
    now = timezone.now()
    entry = SpotEntry(
        person=by, key=key, digest=digest, accuracy_m=accuracy_m, noted_at=min(noted_at or now, now),
        reading=None if accuracy_m is None else fields.get("geometry"),
    )  # fmt: skip
    try:
        _store(by, layer, entry, fields, safe, submit=submit)
    except IntegrityError:
        # The same, at the same moment.
        made = _made_before(by, key, digest)
        if made is None:
            raise
        return made
    return entry


@transaction.atomic
def _store(
    by: User,
    layer: MapLayer,
    entry: SpotEntry,
    fields: dict[str, Any],
    safe: "Sequence[ContentFile[bytes]]",
    *,
    submit: bool,
) -> None:
    feature = add_feature(by=by, layer=layer, **fields)
    entry.feature = feature
    # Before the photos: whoever comes second leaves no file behind.
    entry.save()
    for photo in safe:
        add_safe_photo(by=by, feature=feature, safe=photo, alt=feature.title)
    if submit:
        entry.feature = submit_feature(by=by, feature=feature)


def find_entry(*, person: User, key: UUID) -> SpotEntry | None:
    """What somebody's phone sent by a key, with its element and where that stands; None where nothing came."""
    return SpotEntry.objects.select_related("feature__layer__map__hub").filter(person=person, key=key).first()


def _made_before(by: User, key: UUID, digest: str) -> SpotEntry | None:
    made = find_entry(person=by, key=key)
    if made is not None and made.digest != digest:
        raise SentBefore(made, by=by)
    return made


def _what_helps(standing: Standing, feature: MapFeature) -> str:
    """What somebody can do who wants an element that they sent to be otherwise."""
    if not can_see(standing, feature):
        return _("Dit is al verstuurd, en intussen van de kaart. Verstuur het als nieuw als het er toch op hoort.")
    if can_take(standing, feature, "change"):
        return _("Dit is al verstuurd, zoals het toen was. Wijzig het op zijn pagina, of verstuur dit als nieuw.")
    if can_take(standing, feature, "propose"):
        return _(
            "Dit is al verstuurd, zoals het toen was. Stel je wijziging voor op zijn pagina, of verstuur dit als "
            "nieuw."
        )
    if can_take(standing, feature, "withdraw"):
        return _(
            "Dit is al verstuurd, zoals het toen was, en wacht op wie publiceert. Trek het in op zijn pagina, en "
            "verstuur dit als nieuw."
        )
    return _(
        "Dit is al verstuurd, zoals het toen was, en je kunt het niet meer wijzigen. Vraag het aan de hub, of "
        "verstuur dit als nieuw."
    )


def _safe_photos(photos: "Sequence[UploadedFile[bytes]]") -> "list[ContentFile[bytes]]":
    """Raises ValidationError for "photo", which says which one is wrong, and PhotosBusy."""
    if len(photos) > MOST_SPOT_PHOTOS:
        words = _("Stuur hoogstens %(most)d foto's mee. Op de pagina van het element kunnen er meer bij.")
        raise ValidationError({"photo": words % {"most": MOST_SPOT_PHOTOS}})
    safe, refused = [], []
    for number, photo in enumerate(photos, start=1):
        try:
            safe.append(safe_photo(photo))
        except ValidationError as error:
            refused.append(_("Foto %(number)d: %(why)s") % {"number": number, "why": " ".join(error.messages)})
    if refused:
        raise ValidationError({"photo": refused})
    return safe


def _digest(said: dict[str, Any], photos: "Sequence[UploadedFile[bytes]]") -> str:
    """What tells one sending from another: of all values, and of the photos byte by byte."""
    values = json.dumps({name: plain(value) for name, value in said.items()}, sort_keys=True)
    digest = hashlib.sha256(values.encode())
    for photo in photos:
        digest.update(b"\0photo\0")
        for chunk in photo.chunks():
            digest.update(chunk)
    return digest.hexdigest()
