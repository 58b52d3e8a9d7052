"""What people write to each other: /api/v1/exchanges/{id}/messages/, /api/v1/exchanges/agreements/{id}/messages/ and
/api/v1/enquiries/{id}/messages/.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from exchanges import services
from exchanges.api.lists import page_of
from exchanges.api.shapes import HUB_INVITED, MESSAGE_ROW, MESSAGES_PAGE
from exchanges.conversation_querysets import CONVERSATION_ABOUT
from exchanges.conversations import closes_at
from exchanges.enums import Side
from exchanges.models import (
    LONGEST_KEY,
    LONGEST_MESSAGE,
    MOST_MESSAGE_PHOTOS,
    Conversation,
    Enquiry,
    Exchange,
    Message,
    MessagePhoto,
    ReadMark,
    StandingAgreement,
)
from exchanges.reading import check_reads, reads
from exchanges.talk import authors_of, written_in
from listings.api.fields import OneOfField
from listings.api.pagination import PARAMETERS
from listings.api.queries import check_names
from listings.api.serializers import KnownFields
from listings.photos import safe_photo
from sandbox import sizes


class MessageSerializer(KnownFields, serializers.Serializer[Any]):
    """What is written. The same `idempotency_key` again answers with the message that it sent the first time."""

    text = serializers.CharField(max_length=LONGEST_MESSAGE, required=False, allow_blank=True, default="")
    side = OneOfField(choices=Side.choices, required=False)
    idempotency_key = serializers.CharField(max_length=LONGEST_KEY, required=False, allow_blank=True, default="")


class WithPhotos(serializers.Serializer[Any]):
    """A form with files: JPEG, PNG, WebP, GIF, AVIF or HEIC."""

    photos = serializers.ListField(
        child=serializers.FileField(), required=False,
        help_text=f"Each at most {sizes.LARGEST_ATTACHMENT_BYTES // 10**6} MB.",
    )  # fmt: skip


class MessageWithPhotosSerializer(MessageSerializer, WithPhotos):
    """The same as a form with files: JPEG, PNG, WebP, GIF, AVIF or HEIC. A message may be photos alone."""


BODY = {"application/json": MessageSerializer, "multipart/form-data": MessageWithPhotosSerializer}


class PhotoRenderer(JSONRenderer):
    """Lets a program ask for a photo by its media type. What is refused is JSON all the same."""

    media_type = "image/webp"
    format = "webp"


class _TalkView(APIView):
    permission_classes = (IsAuthenticated,)
    parser_classes = (*APIView.parser_classes, MultiPartParser)


@method_decorator(never_cache, "dispatch")
class ExchangeMessagesView(_TalkView):
    """What both sides of an exchange write to each other, and writing to them."""

    @extend_schema(operation_id="exchanges_messages_list", responses={200: MESSAGES_PAGE}, parameters=PARAMETERS)
    def get(self, request: Request, exchange_id: int) -> Response:
        """The oldest first. Staff of its hub read along once a side asked them in."""
        return _page(request, _of_exchange(request, exchange_id))

    @extend_schema(operation_id="exchanges_messages_create", request=BODY, responses={201: MESSAGE_ROW})
    def post(self, request: Request, exchange_id: int) -> Response:
        """Write to the other side, who get it by mail. An exchange that ended is written about for 90 days."""
        return _write(request, _of_exchange(request, exchange_id))


@method_decorator(never_cache, "dispatch")
class ExchangeReadView(_TalkView):
    """Marking what is written about an exchange as read."""

    @extend_schema(operation_id="exchanges_messages_read", request=None, responses={204: None})
    def post(self, request: Request, exchange_id: int) -> Response:
        """All messages up to now."""
        return _mark_read(request, _of_exchange(request, exchange_id))


@method_decorator(never_cache, "dispatch")
class ExchangeHubView(_TalkView):
    """Asking the hub in."""

    @extend_schema(operation_id="exchanges_hub_invite", request=None, responses={200: HUB_INVITED})
    def post(self, request: Request, exchange_id: int) -> Response:
        """Let the people of its hub read along and write, for either side. Asking twice changes nothing."""
        return _invite(request, _of_exchange(request, exchange_id))


@method_decorator(never_cache, "dispatch")
class AgreementMessagesView(_TalkView):
    """What both sides of a standing agreement write to each other, and writing to them."""

    @extend_schema(
        operation_id="exchanges_agreements_messages_list", responses={200: MESSAGES_PAGE}, parameters=PARAMETERS
    )
    def get(self, request: Request, agreement_id: int) -> Response:
        """The oldest first. Staff of its hub read along once a side asked them in, or they acted for one."""
        return _page(request, _of_agreement(request, agreement_id))

    @extend_schema(operation_id="exchanges_agreements_messages_create", request=BODY, responses={201: MESSAGE_ROW})
    def post(self, request: Request, agreement_id: int) -> Response:
        """Write to the other side, who get it by mail. One that ended is written about for 90 days."""
        return _write(request, _of_agreement(request, agreement_id))


@method_decorator(never_cache, "dispatch")
class AgreementReadView(_TalkView):
    """Marking what is written about a standing agreement as read."""

    @extend_schema(operation_id="exchanges_agreements_messages_read", request=None, responses={204: None})
    def post(self, request: Request, agreement_id: int) -> Response:
        """All messages up to now."""
        return _mark_read(request, _of_agreement(request, agreement_id))


@method_decorator(never_cache, "dispatch")
class AgreementHubView(_TalkView):
    """Asking the hub in."""

    @extend_schema(operation_id="exchanges_agreements_hub_invite", request=None, responses={200: HUB_INVITED})
    def post(self, request: Request, agreement_id: int) -> Response:
        """Let the people of its hub read along and write, for either side. Asking twice changes nothing."""
        return _invite(request, _of_agreement(request, agreement_id))


@method_decorator(never_cache, "dispatch")
class EnquiryMessagesView(_TalkView):
    """What is written about a question to a hub, and writing there."""

    @extend_schema(operation_id="enquiries_messages_list", responses={200: MESSAGES_PAGE}, parameters=PARAMETERS)
    def get(self, request: Request, enquiry_id: int) -> Response:
        """The oldest first: it begins with the question."""
        return _page(request, _of_enquiry(request, enquiry_id))

    @extend_schema(operation_id="enquiries_messages_create", request=BODY, responses={201: MESSAGE_ROW})
    def post(self, request: Request, enquiry_id: int) -> Response:
        """A message of the hub answers the question, and one of who asked opens it again."""
        return _write(request, _of_enquiry(request, enquiry_id))


@method_decorator(never_cache, "dispatch")
class EnquiryReadView(_TalkView):
    """Marking what is written about a question as read."""

    @extend_schema(operation_id="enquiries_messages_read", request=None, responses={204: None})
    def post(self, request: Request, enquiry_id: int) -> Response:
        """All messages up to now."""
        return _mark_read(request, _of_enquiry(request, enquiry_id))


class MessagePhotoView(_TalkView):
    """A photo that came with a message, for those who read the conversation."""

    renderer_classes = (JSONRenderer, PhotoRenderer)

    @extend_schema(
        operation_id="messages_photos_retrieve",
        responses={(200, "image/webp"): {"type": "string", "format": "binary"}},
    )
    def get(self, request: Request, photo_id: int) -> HttpResponse:
        about = (f"message__conversation__{name}" for name in CONVERSATION_ABOUT)
        photo = get_object_or_404(MessagePhoto.objects.select_related(*about), pk=photo_id)
        if not reads(request.user, photo.message.conversation):  # type: ignore[arg-type]
            raise Http404
        answer = HttpResponse(bytes(photo.webp), content_type=PhotoRenderer.media_type)
        answer["Cache-Control"] = "private, max-age=86400"
        return answer


def _of_exchange(request: Request, exchange_id: int) -> Conversation:
    visible = Exchange.objects.visible_to(request.user)  # type: ignore[arg-type]
    found = visible.select_related("listing", "requester", "owner", "conversation")
    return get_object_or_404(found, pk=exchange_id).conversation


def _of_agreement(request: Request, agreement_id: int) -> Conversation:
    visible = StandingAgreement.objects.visible_to(request.user).for_rows()  # type: ignore[arg-type]
    return get_object_or_404(visible, pk=agreement_id).conversation


def _of_enquiry(request: Request, enquiry_id: int) -> Conversation:
    visible = Enquiry.objects.visible_to(request.user).for_rows()  # type: ignore[arg-type]
    return get_object_or_404(visible.select_related("conversation"), pk=enquiry_id).conversation


def _page(request: Request, conversation: Conversation) -> Response:
    check_names(request, PARAMETERS)
    reader: Any = request.user
    check_reads(reader, conversation)
    found, following = page_of(request, written_in(conversation), "messages", oldest_first=True)
    mark = ReadMark.objects.filter(conversation=conversation, user=reader).first()
    return Response(
        {
            "next": following,
            "results": _rows(request, conversation, found),
            "hub_since": conversation.hub_since,
            "closes_at": closes_at(conversation),
            "read_up_to": mark.message_id if mark is not None else None,
        }
    )


def _write(request: Request, conversation: Conversation) -> Response:
    by: Any = request.user
    check_reads(by, conversation)
    given = (MessageWithPhotosSerializer if is_form(request) else MessageSerializer)(data=request.data)
    given.is_valid(raise_exception=True)
    told = dict(given.validated_data)
    told["key"], told["photos"] = told.pop("idempotency_key"), safe_photos(told.get("photos", ()))
    sent = services.send_message(by=by, conversation=conversation, **told)
    (row,) = _rows(request, conversation, [written_in(conversation).get(pk=sent.pk)])
    return Response(row, status=status.HTTP_201_CREATED)


def is_form(request: Request) -> bool:
    """Whether it may bring files along."""
    return (request.content_type or "").startswith(MultiPartParser.media_type)


def safe_photos(uploads: Any) -> list[bytes]:
    """The photos, made safe to store. Raises ValidationError at their field."""
    if len(uploads) > MOST_MESSAGE_PHOTOS:
        words = _("Hoogstens %(most)d foto's per bericht.") % {"most": MOST_MESSAGE_PHOTOS}
        raise ValidationError({"photos": words})
    try:
        return [safe_photo(upload).read() for upload in uploads]
    except ValidationError as error:
        raise ValidationError({"photos": error.messages}) from None


def _invite(request: Request, conversation: Conversation) -> Response:
    by: Any = request.user
    invited = services.invite_hub(by=by, conversation=conversation)
    return Response({"hub_since": invited.hub_since})


def _mark_read(request: Request, conversation: Conversation) -> Response:
    by: Any = request.user
    check_reads(by, conversation)
    services.mark_read(by=by, conversation=conversation)
    return Response(status=status.HTTP_204_NO_CONTENT)


def _rows(request: Request, conversation: Conversation, messages: list[Message]) -> list[dict[str, Any]]:
    reader: Any = request.user
    return [
        {
            "id": message.pk,
            "role": message.role,
            "side": message.side or None,
            "who": who,
            "is_mine": message.author_id == reader.pk,
            "text": message.text,
            "whole_text": message.whole_text or None,
            "left_out": message.left_out,
            "photos": [{"id": photo.pk, "url": _address(request, photo)} for photo in message.photos.all()],
            "sent_at": message.sent_at,
        }
        for message, who in zip(messages, authors_of(conversation, messages, reader), strict=True)
    ]


def _address(request: Request, photo: MessagePhoto) -> str:
    return request.build_absolute_uri(reverse("api-message-photo", args=[photo.pk]))
