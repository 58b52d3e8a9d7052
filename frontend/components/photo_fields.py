"""Form fields for photos: what comes out of them is safe to store."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from exchanges.models import MOST_MESSAGE_PHOTOS
from listings.photos import PhotosBusy, safe_photo


class PhotosInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class PhotoField(forms.FileField):
    """A photo, made safe to store: its bytes as WebP."""

    widget = forms.FileInput(attrs={"accept": "image/*", "class": "input"})

    def clean(self, data: Any, initial: Any = None) -> bytes | None:
        upload = super().clean(data, initial)
        try:
            return safe_photo(upload).read() if upload else None
        except PhotosBusy as busy:
            # What was typed beside it stays, with these words.
            raise ValidationError(busy.messages) from None


class PhotosField(PhotoField):
    """Several of them, up to as many as a message takes."""

    widget = PhotosInput(attrs={"accept": "image/*", "class": "input"})

    def clean(self, data: Any, initial: Any = None) -> list[bytes]:  # type: ignore[override]
        given = [upload for upload in data or [] if upload]
        if len(given) > MOST_MESSAGE_PHOTOS:
            raise ValidationError(_("Hoogstens %(most)d foto's per bericht."), params={"most": MOST_MESSAGE_PHOTOS})
        return [photo for upload in given if (photo := super(PhotosField, self).clean(upload)) is not None]
