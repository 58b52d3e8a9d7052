"""Letters of what a proposal came to: whoever counts on it hears so."""

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation

from accounts.models import User
from exchanges.enums import Answer
from exchanges.hearing import by_these, who_hears
from exchanges.models import Proposal
from exchanges.proposals import proposers_at_hub
from journal.letters import write_letter
from listings.owners import know_owners

PROPOSAL_ENDED, PROPOSAL_AGREED = "exchange_proposal_ended", "exchange_proposal_agreed"


def tell_of_ended_proposal(proposal: Proposal, by: User | None = None) -> None:
    """Write to who proposed it and to those who said yes, except whoever ended it."""
    refused = [one for name, one in proposal.sides.items() if _said(proposal, name) == Answer.NO]
    for user in _who_counts_on(proposal):
        if user == by:
            continue
        know_owners(refused, user)
        with translation.override(user.language):
            data = {
                "what": " → ".join(str(one.heading) for one in proposal.sides.values()),
                "withdrawn_by": proposal.proposer if proposal.withdrawn_at is not None else "",
                "refused_by": ", ".join(one.shown_organisation.name for one in refused),
                "link": f"{settings.SITE_URL}{proposal.get_absolute_url()}",
            }
        write_letter(
            PROPOSAL_ENDED, to=user.email, language=user.language, data=data,
            dedup_key=f"{PROPOSAL_ENDED}-{proposal.pk}-{user.pk}", about=proposal,
        )  # fmt: skip


def tell_of_agreed_proposal(proposal: Proposal) -> None:
    """Write to the hub that proposed it that all said yes; they themselves hear of what begins."""
    for user in proposers_at_hub(proposal):
        with translation.override(user.language):
            data = {
                "what": " → ".join(str(one.heading) for one in proposal.sides.values()),
                "link": f"{settings.SITE_URL}{proposal.get_absolute_url()}",
            }
        write_letter(
            PROPOSAL_AGREED, to=user.email, language=user.language, data=data,
            dedup_key=f"{PROPOSAL_AGREED}-{proposal.pk}-{user.pk}", about=proposal,
        )  # fmt: skip


def _who_counts_on(proposal: Proposal) -> QuerySet[User]:
    """Of a hub who proposed it; of a side who said yes, or else its members."""
    yes = {name: one for name, one in proposal.sides.items() if _said(proposal, name) == Answer.YES}
    said = by_these([(one.organisation_id, getattr(proposal, f"{name}_by_id")) for name, one in yes.items()])
    agreed = [row.user_id for row in who_hears(dict.fromkeys(one.organisation_id for one in yes.values()), said)]
    concerned = Q(pk__in=agreed) | Q(pk__in=proposers_at_hub(proposal).values("pk"))
    return User.objects.filter(concerned, is_active=True).order_by("pk")


def _said(proposal: Proposal, side: str) -> str:
    answer: str = getattr(proposal, f"{side}_answer")
    return answer
