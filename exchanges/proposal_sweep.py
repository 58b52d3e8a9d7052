"""What time does to proposals: those that not everybody answered in time end, and who counts on them hears so."""

import datetime as dt

from exchanges.models import Proposal
from exchanges.proposal_letters import tell_of_ended_proposal
from journal.one_by_one import take_one_by_one


def sweep_proposals(*, at: dt.datetime) -> int:
    """Tell once of each proposal that lapsed by `at`, up to AT_ONCE of them, each in its own transaction; returns how
    many. The next run takes the rest.
    """
    lapsed = Proposal.objects.lapsed_untold(at).for_rows()
    return take_one_by_one("proposals", lapsed, lambda proposal: _tell(proposal, at), at, "lapses_at")


def _tell(proposal: Proposal, at: dt.datetime) -> None:
    proposal.lapse_told_at = at
    proposal.save(update_fields=["lapse_told_at"])
    tell_of_ended_proposal(proposal)
