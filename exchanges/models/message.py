"""What people write to each other in a conversation."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from exchanges.conversation_querysets import MessageQuerySet
from exchanges.enums import Role, Side
from exchanges.models.conversation import Conversation

LONGEST_MESSAGE = 4_000
#: Photos of one message, at most.
MOST_MESSAGE_PHOTOS = 8


class Message(models.Model):
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    role = models.CharField(max_length=10, choices=Role)
    # The organisation that it was written for; empty for a hub.
    side = models.CharField(max_length=10, choices=Side, blank=True)
    # Empty where somebody mailed photos alone.
    text = models.TextField(_("bericht"), max_length=LONGEST_MESSAGE, blank=True)
    # A mail as it came, with what it quotes, where that is more than the text.
    whole_text = models.TextField(blank=True)
    # What a mail brought along that isn't here: other files, and photos that nobody can read.
    left_out = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=64, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("bericht")
        verbose_name_plural = _("berichten")
        ordering = ["conversation", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="message_sent_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}, {self.sent_at:%Y-%m-%d %H:%M}"


class MessagePhoto(models.Model):
    """A photo that came with a message, as `listings.photos` made it. It is for those who take part alone: so it
    stands in the database, and not among the files.
    """

    message = models.ForeignKey(Message, models.CASCADE, related_name="photos")
    position = models.PositiveSmallIntegerField()
    webp = models.BinaryField()

    class Meta:
        ordering = ["message", "position"]
        constraints = [models.UniqueConstraint(fields=["message", "position"], name="message_photo_position_once")]

    def __str__(self) -> str:
        return f"{self.message_id}, {self.position}"


class ReadMark(models.Model):
    """Up to which message somebody has read a conversation."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="read_marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    message_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "user"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"{self.conversation_id}, {self.user_id}: {self.message_id}"
