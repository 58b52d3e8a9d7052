"""What a letter was about, for whoever hears that it came back, or answers it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.utils import translation

from accounts.models import User
from exchanges.conversation_querysets import CONVERSATION_ABOUT
from exchanges.conversations import hubs_of, link_to
from exchanges.letters import what_of
from exchanges.models import Between, Conversation, Enquiry, Proposal
from journal.models import Letter

#: Where a conversation is found by what a letter is about.
_CONVERSATION_OF = {
    "exchanges.exchange": "exchange",
    "exchanges.exchangeleg": "exchange__legs",
    "exchanges.standingagreement": "agreement",
    "exchanges.enquiry": "enquiry",
    "exchanges.message": "messages",
}


@dataclass(frozen=True)
class Matter:
    """An exchange, a standing agreement, a question to a hub or a proposal: whose affair it is, and where one reads
    it. Without a `conversation` nothing is written about it.
    """

    about: Between | Enquiry | Proposal
    conversation: Conversation | None
    organisation_ids: Sequence[int]
    hub_ids: Sequence[int]
    link: str

    def what(self, reader: User) -> str:
        """What it is called, in the reader's language."""
        if self.conversation is not None:
            return what_of(self.conversation, reader)
        with translation.override(reader.language):
            assert isinstance(self.about, Proposal)
            return " → ".join(str(listing.heading) for listing in self.about.sides.values())


def matter_of(letter: Letter) -> Matter | None:
    """None for letters about anything else, as of one's account."""
    conversation = conversation_of(letter)
    if conversation is not None:
        about = conversation.about
        of = [about.organisation_id] if isinstance(about, Enquiry) else [about.requester_id, about.owner_id]
        mine = [pk for pk in of if pk is not None]
        return Matter(about, conversation, mine, hubs_of(conversation), link_to(conversation))
    if letter.subject_kind != Proposal._meta.label_lower or letter.subject_id is None:
        return None
    proposal = Proposal.objects.for_rows().filter(pk=letter.subject_id).first()
    if proposal is None:
        return None
    sides = [listing.organisation_id for listing in proposal.sides.values()]
    # The people of other hubs don't see it.
    hubs = [proposal.hub_id] if proposal.hub_id is not None else []
    return Matter(proposal, None, sides, hubs, page_of(letter))


def conversation_of(letter: Letter) -> Conversation | None:
    name = _CONVERSATION_OF.get(letter.subject_kind)
    if name is None:
        return None
    return Conversation.objects.select_related(*CONVERSATION_ABOUT).filter(**{name: letter.subject_id}).first()


def page_of(letter: Letter) -> str:
    """Where one reads what a letter was about, and answers: the conversation's page, or its own; else the site."""
    conversation = conversation_of(letter)
    if conversation is not None:
        return link_to(conversation)
    model = apps.get_model(letter.subject_kind) if letter.subject_kind else None
    if model is None or not hasattr(model, "get_absolute_url"):
        return str(settings.SITE_URL)
    about = model._default_manager.filter(pk=letter.subject_id).first()
    return f"{settings.SITE_URL}{about.get_absolute_url() if about is not None else ''}"
