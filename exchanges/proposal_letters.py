"""Letters of what a proposal came to: whoever counts on it hears so."""

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation

from accounts.models import HubStaff, User
from exchanges.enums import Answer
from exchanges.hearing import by_these, everybody_hears, who_hears
from exchanges.models import Proposal
from exchanges.proposals import proposers_at_hub, refusal_words
from journal.letters import Addressed, write_letter, write_letters
from listings.owners import know_owners

PROPOSAL_ENDED, PROPOSAL_AGREED = "exchange_proposal_ended", "exchange_proposal_agreed"
PROPOSAL_ANSWERED = "exchange_proposal_answered"


def tell_of_ended_proposal(proposal: Proposal, by: User | None = None) -> None:
    """Write to who proposed it and to those who said yes, except whoever ended it."""
    refused = [proposal.refused_by] if proposal.refused_by is not None else []
    proposers = set(proposers_at_hub(proposal))
    for user in _who_counts_on(proposal):
        if user == by:
            continue
        know_owners(refused, user)
        with translation.override(user.language):
            data = {
                "what": " → ".join(str(one.heading) for one in proposal.sides.values()),
                "withdrawn_by": proposal.proposer if proposal.withdrawn_at is not None else "",
                "refused_by": ", ".join(one.shown_organisation.name for one in refused),
                # Why is for who proposed it alone: to the others it only doesn't go on.
                "reason": refusal_words(proposal) if user in proposers else "",
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


def tell_of_answer_for(proposal: Proposal, side: str, by: User) -> None:
    """Write to everybody of an organisation what staff of a hub answered on its behalf, and who of it asked."""
    listing = proposal.sides[side]
    staff = HubStaff.objects.filter(user=by, hub__partners__organisation=listing.organisation_id)
    hubs = ", ".join(staff.order_by("hub__name").values_list("hub__name", flat=True))
    letters = []
    for row in everybody_hears([listing.organisation_id]):
        with translation.override(row.user.language):
            data = {
                "who": f"{by.name} ({hubs})" if by.name else hubs,
                "organisation": str(listing.organisation),
                "what": " → ".join(str(one.heading) for one in proposal.sides.values()),
                "is_yes": _said(proposal, side) == Answer.YES,
                "behalf_note": getattr(proposal, f"{side}_behalf_note"),
                "link": f"{settings.SITE_URL}{proposal.get_absolute_url()}",
            }
        key = f"{PROPOSAL_ANSWERED}-{proposal.pk}-{side}-{_said(proposal, side)}-{row.user_id}"
        letters.append(Addressed(row.user.email, row.user.language, data, key))
    write_letters(PROPOSAL_ANSWERED, letters, about=proposal)


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
