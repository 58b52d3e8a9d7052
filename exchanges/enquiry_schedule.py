"""When a question to a hub reminds, and when it closes by itself."""

import datetime as dt

from exchanges.enums import EnquiryState
from exchanges.models import Enquiry

DAY = dt.timedelta(days=1)
#: While it waits for the hub: the hub is reminded twice, and at last its asker is told that nobody answered.
REMINDED_AFTER = (9 * DAY, 21 * DAY)
GIVEN_UP_AFTER = 45 * DAY
#: What was answered closes when its asker is silent for this long.
SILENT_FOR = 30 * DAY
#: Within how many days hubs want to have taken a question up.
WITHIN_DAYS = (3, 5)


def next_due(enquiry: Enquiry, at: dt.datetime) -> dt.datetime | None:
    """What falls due after this moment; None for what is closed."""
    since = enquiry.state_since
    if enquiry.state == EnquiryState.CLOSED:
        return None
    if enquiry.state == EnquiryState.ANSWERED:
        return since + SILENT_FOR
    moments = (*(since + wait for wait in REMINDED_AFTER), since + GIVEN_UP_AFTER)
    return next((moment for moment in moments if moment > at), moments[-1])


def reminders_by(enquiry: Enquiry, at: dt.datetime) -> int:
    """How many reminders have fallen due."""
    return sum(enquiry.state_since + wait <= at for wait in REMINDED_AFTER)
