"""What time does to proposals: those that not everybody answered in time end, and who counts on them hears so."""

import datetime as dt

from django.db import transaction

from exchanges.models import Proposal
from exchanges.one_by_one import first_free, take_one_by_one
from exchanges.proposal_letters import tell_of_ended_proposal


def sweep_proposals(*, at: dt.datetime) -> int:
    """Tell once of each proposal that lapsed by `at`, up to AT_ONCE of them, each in its own transaction; returns how
    many. The next run takes the rest.
    """
    return take_one_by_one(_tell_one, at)


@transaction.atomic
def _tell_one(at: dt.datetime) -> bool:
    """Tell of the one that lapsed first. False where there is none."""
    proposal = first_free(Proposal.objects.lapsed_untold(at).for_rows(), "lapses_at")
    if proposal is None:
        return False
    proposal.lapse_told_at = at
    proposal.save(update_fields=["lapse_told_at"])
    tell_of_ended_proposal(proposal)
    return True
