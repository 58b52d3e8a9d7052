"""Letters that a proposal came to nothing: whoever counts on it hears so."""

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation

from accounts.models import HubStaff, User
from exchanges.enums import Answer
from exchanges.hearing import by_these, who_hears
from exchanges.models import Proposal
from journal.letters import write_letter
from listings.owners import know_owners

PROPOSAL_ENDED = "exchange_proposal_ended"


def tell_of_ended_proposal(proposal: Proposal, by: User | None = None) -> None:
    """Write to who proposed it and to those who said yes, except whoever ended it by a no."""
    refused = [one for name, one in proposal.sides.items() if _said(proposal, name) == Answer.NO]
    for user in _who_counts_on(proposal):
        if user == by:
            continue
        know_owners(refused, user)
        with translation.override(user.language):
            data = {
                "what": " → ".join(str(one.heading) for one in proposal.sides.values()),
                "refused_by": ", ".join(one.shown_organisation.name for one in refused),
                "link": f"{settings.SITE_URL}{proposal.get_absolute_url()}",
            }
        write_letter(
            PROPOSAL_ENDED, to=user.email, language=user.language, data=data,
            dedup_key=f"{PROPOSAL_ENDED}-{proposal.pk}-{user.pk}", about=proposal,
        )  # fmt: skip


def _who_counts_on(proposal: Proposal) -> QuerySet[User]:
    """Of a hub it is who proposed it, or where they no longer work there, everybody who does; of a side who said yes,
    or else its members.
    """
    yes = {name: one for name, one in proposal.sides.items() if _said(proposal, name) == Answer.YES}
    said = by_these([(one.organisation_id, getattr(proposal, f"{name}_by_id")) for name, one in yes.items()])
    agreed = [row.user_id for row in who_hears(dict.fromkeys(one.organisation_id for one in yes.values()), said)]
    staff = HubStaff.objects.filter(hub=proposal.hub_id, user__is_active=True)
    proposers = staff.filter(user=proposal.made_by_id) if proposal.hub_id else staff.none()
    asking = proposers if proposers.exists() else staff
    concerned = Q(pk__in=agreed) | Q(pk__in=asking.values("user"))
    return User.objects.filter(concerned, is_active=True).order_by("pk")


def _said(proposal: Proposal, side: str) -> str:
    answer: str = getattr(proposal, f"{side}_answer")
    return answer
