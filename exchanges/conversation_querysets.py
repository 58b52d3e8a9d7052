"""Chainable reads of conversations, of what is written in them, and of mail that comes in."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, F, FilteredRelation, Q

from accounts.models import User

if TYPE_CHECKING:
    from exchanges.models import Conversation, Enquiry, Exchange, InboundMail, Message, StandingAgreement  # noqa: F401

#: What a conversation is about, fetched along.
CONVERSATION_ABOUT = (
    "exchange__listing__material", "exchange__requester", "exchange__owner", "agreement__listing__material",
    "agreement__requester", "agreement__owner", "enquiry__hub", "enquiry__asker", "enquiry__owner",
    "enquiry__organisation",
)  # fmt: skip
#: What two organisations write about, by the name of its column.
BETWEEN_TWO = ("exchange", "agreement")


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def locked(self) -> Self:
        """With what it is about, for writing in it: one message after the other."""
        return self.select_for_update(of=("self",), no_key=True).select_related(*CONVERSATION_ABOUT)


class MessageQuerySet(models.QuerySet["Message"]):
    def unread_by(self, user: User) -> Self:
        """What others wrote in exchanges and standing agreements of one's organisations and in one's questions since
        one last looked there.
        """
        own = user.memberships.values("organisation")
        mine = Q(conversation__enquiry__asker=user)
        for about in BETWEEN_TWO:
            for side in ("requester", "owner"):
                mine |= Q(**{f"conversation__{about}__{side}__in": own})
        return self.filter(mine)._after_mark_of(user)

    def unread_about(self, user: User, about: str, rows: "Iterable[Exchange | StandingAgreement]") -> dict[int, int]:
        """How many there are of some of one's own, each by its key. `about` is one of BETWEEN_TWO."""
        found = [one.pk for one in rows]
        return self.unread_by(user).filter(**{f"conversation__{about}__in": found}).counts_by(about)

    def unread_in_questions(self, user: User, enquiries: "Iterable[Enquiry]") -> Self:
        """The same in some questions that one reads, as those of one's hub."""
        return self.filter(conversation__enquiry__in=list(enquiries))._after_mark_of(user)

    def _after_mark_of(self, user: User) -> Self:
        mark = FilteredRelation("conversation__read_marks", condition=Q(conversation__read_marks__user=user))
        rows = self.exclude(author=user).annotate(mark=mark)
        return rows.filter(Q(mark__message_id=None) | Q(pk__gt=F("mark__message_id")))

    def counts_by(self, about: str) -> dict[int, int]:
        """How many there are by what they are `about`: "exchange", "agreement" or "enquiry"."""
        return dict(self.order_by().values_list(f"conversation__{about}").annotate(Count("pk")))


class InboundMailQuerySet(models.QuerySet["InboundMail"]):
    def waiting(self) -> Self:
        """A constraint says that it is the same as having no moment when it was read, for which there is an index."""
        return self.filter(handled_at=None)
