"""Where people write to each other: one conversation for each exchange, standing agreement and question to a hub."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from exchanges.conversation_querysets import ConversationQuerySet
from exchanges.enums import Side
from exchanges.models.agreement import StandingAgreement
from exchanges.models.enquiry import Enquiry
from exchanges.models.exchange import Exchange

_NONE = {"exchange__isnull": True, "agreement__isnull": True, "enquiry__isnull": True}
#: What two organisations have between them, and write about.
Between = Exchange | StandingAgreement


class Conversation(models.Model):
    """What is written about an exchange, a standing agreement or an enquiry. `exchanges.conversations` says who takes
    part, and until when.

    In one between two organisations the people of its hub read and write from `hub_since` on: a side asked them in,
    they act for a side, or they mediate.
    """

    exchange = models.OneToOneField(Exchange, models.CASCADE, null=True, related_name="conversation")
    agreement = models.OneToOneField(StandingAgreement, models.CASCADE, null=True, related_name="conversation")
    enquiry = models.OneToOneField(Enquiry, models.CASCADE, null=True, related_name="conversation")
    hub_since = models.DateTimeField(null=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="conversation_about_one",
                condition=Q(**_NONE | {"exchange__isnull": False})
                | Q(**_NONE | {"agreement__isnull": False})
                | Q(**_NONE | {"enquiry__isnull": False, "hub_since__isnull": True}),
            )
        ]

    def __str__(self) -> str:
        if self.enquiry_id:
            return f"enquiry {self.enquiry_id}"
        return f"exchange {self.exchange_id}" if self.exchange_id else f"agreement {self.agreement_id}"

    @property
    def between(self) -> Between:
        """What two organisations write about. One that is about a question to a hub has none."""
        found = self.exchange or self.agreement
        assert found is not None, "what isn't about a question is between two"
        return found

    @property
    def about(self) -> Between | Enquiry:
        return self.enquiry or self.between


class ReplyAddress(models.Model):
    """Where somebody's mail program sends a reply to: the part before the @ is a token, of which this is the hash.

    The token is made of `nonce` and the installation's secret key, so that each letter carries the same one while a
    copy of the database gives none away. When the key is changed another takes its place; letters that were sent
    before go on working.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="reply_addresses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # The organisation that they write for; empty for staff of a hub.
    side = models.CharField(max_length=10, choices=Side, blank=True)
    nonce = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "user"], condition=Q(is_current=True), name="reply_address_one_current"
            )
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}, {self.user_id}"
