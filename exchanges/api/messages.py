"""What people write to each other: /api/v1/exchanges/{id}/messages/, /api/v1/exchanges/agreements/{id}/messages/ and
/api/v1/enquiries/{id}/messages/.
"""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema, extend_schema_view
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
class _AboutView(_TalkView):
    """Of the conversation about one row, whose key is in the address."""

    #: The rows that somebody sees, each with its conversation.
    rows: "ClassVar[staticmethod[[Any], QuerySet[Any]]]"

    def talk(self) -> Conversation:
        (key,) = self.kwargs.values()
        found: Conversation = get_object_or_404(self.rows(self.request.user), pk=key).conversation
        return found


class _MessagesView(_AboutView):
    @extend_schema(responses={200: MESSAGES_PAGE}, parameters=PARAMETERS)
    def get(self, request: Request, **_key: int) -> Response:
        """The oldest first. Staff of its hub read along once a side asked them in, or they acted for one."""
        return _page(request, self.talk())

    @extend_schema(request=BODY, responses={201: MESSAGE_ROW})
    def post(self, request: Request, **_key: int) -> Response:
        """Write to the other side, who get it by mail. What ended is written about for 90 days."""
        return _write(request, self.talk())


class _ReadView(_AboutView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, **_key: int) -> Response:
        """All messages up to now."""
        return _mark_read(request, self.talk())


class _HubView(_AboutView):
    @extend_schema(request=None, responses={200: HUB_INVITED})
    def post(self, request: Request, **_key: int) -> Response:
        """Let the people of its hub read along and write, for either side. Asking twice changes nothing."""
        return _invite(request, self.talk())


def _exchanges_of(user: Any) -> QuerySet[Exchange]:
    return Exchange.objects.visible_to(user).select_related("listing", "requester", "owner", "conversation")


def _agreements_of(user: Any) -> QuerySet[StandingAgreement]:
    return StandingAgreement.objects.visible_to(user).for_rows()


def _enquiries_of(user: Any) -> QuerySet[Enquiry]:
    return Enquiry.objects.visible_to(user).for_rows().select_related("conversation")


def _called(**operations: str) -> Any:
    """Give the operations of a view, by their method, the names that the document has of them."""
    return extend_schema_view(**{method: extend_schema(operation_id=name) for method, name in operations.items()})


@_called(get="exchanges_messages_list", post="exchanges_messages_create")
class ExchangeMessagesView(_MessagesView):
    """What both sides of an exchange write to each other, and writing to them."""

    rows = staticmethod(_exchanges_of)


@_called(post="exchanges_messages_read")
class ExchangeReadView(_ReadView):
    """Marking what is written about an exchange as read."""

    rows = staticmethod(_exchanges_of)


@_called(post="exchanges_hub_invite")
class ExchangeHubView(_HubView):
    """Asking the hub in."""

    rows = staticmethod(_exchanges_of)


@_called(get="exchanges_agreements_messages_list", post="exchanges_agreements_messages_create")
class AgreementMessagesView(_MessagesView):
    """What both sides of a standing agreement write to each other, and writing to them."""

    rows = staticmethod(_agreements_of)


@_called(post="exchanges_agreements_messages_read")
class AgreementReadView(_ReadView):
    """Marking what is written about a standing agreement as read."""

    rows = staticmethod(_agreements_of)


@_called(post="exchanges_agreements_hub_invite")
class AgreementHubView(_HubView):
    """Asking the hub in."""

    rows = staticmethod(_agreements_of)


class EnquiryMessagesView(_MessagesView):
    """What is written about a question to a hub, and writing there."""

    rows = staticmethod(_enquiries_of)

    @extend_schema(operation_id="enquiries_messages_list", responses={200: MESSAGES_PAGE}, parameters=PARAMETERS)
    def get(self, request: Request, **key: int) -> Response:
        """The oldest first: it begins with the question."""
        return super().get(request, **key)

    @extend_schema(operation_id="enquiries_messages_create", request=BODY, responses={201: MESSAGE_ROW})
    def post(self, request: Request, **key: int) -> Response:
        """A message of the hub answers the question, and one of who asked opens it again."""
        return super().post(request, **key)


@_called(post="enquiries_messages_read")
class EnquiryReadView(_ReadView):
    """Marking what is written about a question as read."""

    rows = staticmethod(_enquiries_of)


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
