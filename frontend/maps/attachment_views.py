"""Photos and documents of an element, by forms on its page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.maps.views import element_page, find_element
from frontend.requests import MemberRequest
from listings.photos import PhotosBusy
from maps import services
from maps.models import MapFeature, MapFeatureDocument, MapFeaturePhoto
from maps.services.documents import check_room_for_documents
from maps.services.photos import check_room_for_photos
from maps.standing import standing_of


@login_required
@require_POST
def add_photo(request: MemberRequest, element_id: int) -> HttpResponse:
    """Store photos. A file that is no photo is refused by its name; the other files are stored. Of more files than an
    element has room for none is looked at.
    """
    alt = request.POST.get("alt", "")
    return _stored(
        request, element_id, "photo", check_room_for_photos,
        lambda feature, upload: services.add_photo(by=request.user, feature=feature, upload=upload, alt=alt),
    )  # fmt: skip


@login_required
@require_POST
def add_document(request: MemberRequest, element_id: int) -> HttpResponse:
    """Store documents, likewise."""
    return _stored(
        request, element_id, "document", check_room_for_documents,
        lambda feature, upload: services.add_document(by=request.user, feature=feature, upload=upload),
    )  # fmt: skip


@login_required
@require_POST
def caption_photo(request: MemberRequest, element_id: int, photo_id: int) -> HttpResponse:
    """Say anew what is on a photo."""
    feature = find_element(standing_of(request.user), element_id)
    photo = get_object_or_404(MapFeaturePhoto, feature=feature, pk=photo_id)
    alt, seen = request.POST.get("alt", ""), request.POST.get("seen")
    try:
        services.caption_photo(by=request.user, photo=photo, alt=alt, seen=seen)
    except ValidationError as error:
        return element_page(request, feature, status=409, refused=error.messages)
    messages.success(request, _("Bewaard."))
    return redirect("map-element", element_id)


@login_required
@require_POST
def remove_photo(request: MemberRequest, element_id: int, photo_id: int) -> HttpResponse:
    feature = find_element(standing_of(request.user), element_id)
    services.remove_photo(by=request.user, photo=get_object_or_404(MapFeaturePhoto, feature=feature, pk=photo_id))
    messages.success(request, _("De foto is weg."))
    return redirect("map-element", element_id)


@login_required
@require_POST
def remove_document(request: MemberRequest, element_id: int, document_id: int) -> HttpResponse:
    feature = find_element(standing_of(request.user), element_id)
    document = get_object_or_404(MapFeatureDocument, feature=feature, pk=document_id)
    services.remove_document(by=request.user, document=document)
    messages.success(request, _("“%(name)s” is verwijderd.") % {"name": document.name})
    return redirect("map-element", element_id)


def _stored(
    request: MemberRequest,
    element_id: int,
    name: str,
    check_room: Callable[[MapFeature, int], None],
    store: Callable[[MapFeature, "UploadedFile[bytes]"], Any],
) -> HttpResponse:
    """Store the files of a form; those that were refused are told by their names."""
    feature = find_element(standing_of(request.user), element_id)
    uploads: list[Any] = request.FILES.getlist(name)
    refused = [] if uploads else [_("Kies eerst een bestand.")]
    try:
        check_room(feature, len(uploads))
    except ValidationError as error:
        refused, uploads = error.messages, []
    for upload in uploads:
        try:
            store(feature, upload)
        except (ValidationError, PhotosBusy) as error:
            refused.append(f"{upload.name}: {' '.join(error.messages)}")
    if refused:
        fresh = find_element(standing_of(request.user), element_id)
        return element_page(request, fresh, status=409, refused=refused)
    messages.success(request, _("Bewaard."))
    return redirect("map-element", element_id)
