"""Documents of elements: an inventory, a permit, a plan."""

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from maps.documents import named, read_kind
from maps.enums import DocumentKind
from maps.models import MOST_DOCUMENTS, MapFeature, MapFeatureDocument
from maps.permissions import check_can_take
from maps.services.attachments import called, check_room, hold_to_attach, take_off
from maps.services.storing import current, record_change
from maps.verbs import MapVerb

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


def add_document(
    *, by: User, feature: MapFeature, upload: "UploadedFile[bytes]", name: str = ""
) -> MapFeatureDocument:
    """Tell by its content what a document is, then add_known_document(). Raises what both raise."""
    check_can_take(by, current(feature), "change")
    return add_known_document(by=by, feature=feature, upload=upload, kind=read_kind(upload), name=name)


@transaction.atomic
def add_known_document(
    *, by: User, feature: MapFeature, upload: "UploadedFile[bytes]", kind: DocumentKind, name: str = ""
) -> MapFeatureDocument:
    """Store a document of which read_kind() told the kind. Raises ValidationError past MOST_DOCUMENTS.

    Without a name it is called as the file was.
    """
    stored = hold_to_attach(by, feature)
    check_room_for_documents(stored, 1)
    document = MapFeatureDocument(
        feature=stored, kind=kind, name=named(name or upload.name or "", kind), size_bytes=upload.size or 0,
        created_by=by,
    )  # fmt: skip
    upload.seek(0)
    document.file.save(f"{uuid4().hex}.{kind.value}", upload, save=False)
    document.save()
    record_change(MapVerb.DOCUMENT_ADDED, by, stored, **called(document))
    return document


def check_room_for_documents(feature: MapFeature, more: int) -> None:
    """Raise ValidationError where an element would have more than MOST_DOCUMENTS."""
    check_room(feature.documents.count(), more, MOST_DOCUMENTS, _("Een element heeft hoogstens %(most)d documenten."))


@transaction.atomic
def remove_document(*, by: User, document: MapFeatureDocument) -> None:
    """Delete a document, and its file after the commit."""
    take_off(by, document, MapVerb.DOCUMENT_REMOVED)
