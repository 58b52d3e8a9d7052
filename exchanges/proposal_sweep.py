"""What time does to proposals: who hasn't answered is reminded, those that not everybody answered in time end, and who
counts on them hears so.
"""

import datetime as dt

from exchanges.letters import tell_of_proposal
from exchanges.models import Proposal
from exchanges.proposal_letters import tell_of_ended_proposal
from journal.one_by_one import take_one_by_one

#: How long before a proposal lapses whoever hasn't answered is reminded.
REMINDED_BEFORE = dt.timedelta(days=3)


def sweep_proposals(*, at: dt.datetime) -> int:
    """Tell once of each proposal that lapsed by `at`, and remind once of each that soon does, up to AT_ONCE of both,
    each in its own transaction; returns how many. The next run takes the rest.
    """
    lapsed = Proposal.objects.lapsed_untold(at).for_rows()
    told = take_one_by_one("proposals", lapsed, lambda proposal: _tell(proposal, at), at, "lapses_at")
    soon = Proposal.objects.to_remind_of(at, REMINDED_BEFORE).for_rows()
    return told + take_one_by_one(
        "reminders of proposals", soon, lambda proposal: _remind(proposal, at), at, "lapses_at"
    )


def _remind(proposal: Proposal, at: dt.datetime) -> None:
    proposal.reminded_at = at
    proposal.save(update_fields=["reminded_at"])
    tell_of_proposal(proposal, is_reminder=True)


def _tell(proposal: Proposal, at: dt.datetime) -> None:
    proposal.lapse_told_at = at
    proposal.save(update_fields=["lapse_told_at"])
    tell_of_ended_proposal(proposal)
