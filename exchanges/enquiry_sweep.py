"""What time does to questions: reminds a hub, and closes what nobody goes on with."""

import datetime as dt

from django.db import transaction

from exchanges.enquiry_letters import remind_of_enquiry
from exchanges.enquiry_schedule import GIVEN_UP_AFTER, next_due, reminders_by
from exchanges.enums import EnquiryEnd, EnquiryState
from exchanges.models import Enquiry
from exchanges.services.enquiries import end_enquiry, record_of_enquiry
from exchanges.verbs import EnquiryVerb
from journal.one_by_one import take_one_by_one


def sweep_enquiries(*, at: dt.datetime) -> int:
    """Take up to AT_ONCE questions that are due at `at`, each in its own transaction; returns how many.

    The next run takes the rest.
    """
    # Who sees to it is read once it is locked: somebody may just have taken it.
    rows = Enquiry.objects.due(at).select_related("hub", "asker", "organisation")
    return take_one_by_one("questions", rows, lambda found: take_due_enquiry(enquiry=found, at=at), at, "due_at")


@transaction.atomic
def take_due_enquiry(*, enquiry: Enquiry, at: dt.datetime) -> None:
    """Remind or close, whichever is due. The question is locked, or nobody else knows it."""
    if enquiry.state == EnquiryState.ANSWERED:
        end_enquiry(enquiry, EnquiryEnd.SILENCE, at)
        record_of_enquiry(enquiry, EnquiryVerb.LAPSED, None)
    elif at >= enquiry.state_since + GIVEN_UP_AFTER:
        end_enquiry(enquiry, EnquiryEnd.UNANSWERED, at)
        record_of_enquiry(enquiry, EnquiryVerb.UNANSWERED, None)
    else:
        # However many were missed while no worker ran, one letter is enough.
        enquiry.due_at = next_due(enquiry, at)
        enquiry.save(update_fields=["due_at"])
        remind_of_enquiry(enquiry, reminders_by(enquiry, at))
        record_of_enquiry(enquiry, EnquiryVerb.REMINDED, None)
