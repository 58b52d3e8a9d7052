"""Mail that was left waiting, and mail that is kept no longer."""

import datetime as dt

from exchanges.models import InboundMail

#: Nobody asks after a mail as it came any more by then, and nothing brings it a second time; the message stays.
KEPT = dt.timedelta(days=90)
#: A mail is read at once; by then no worker has it, or the one that had it is gone.
LEFT_AFTER = dt.timedelta(minutes=5)
#: Mails in one sweep.
AT_ONCE = 100


def waiting_mail(*, at: dt.datetime) -> list[int]:
    rows = InboundMail.objects.waiting().filter(received_at__lte=at - LEFT_AFTER).order_by("received_at")
    return list(rows.values_list("pk", flat=True)[:AT_ONCE])


def forget_old(*, at: dt.datetime) -> int:
    """Delete mail that was read long ago; returns how many."""
    deleted, _by_table = InboundMail.objects.filter(handled_at__lt=at - KEPT).delete()
    return deleted
