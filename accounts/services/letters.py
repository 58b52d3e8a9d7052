"""What operators decide about letters that failed, bounced or broke off while they were sent."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import check_is_operator
from accounts.verbs import AccountVerb
from journal import delivery
from journal.events import record
from journal.models import Letter


@transaction.atomic
def send_letter_again(*, by: User, letter: Letter) -> bool:
    """Queue a letter again that failed, bounced or broke off; returns False for any other. For operators."""
    check_is_operator(by)
    if not delivery.send_again(letter, at=timezone.now()):
        return False
    record(AccountVerb.LETTER_SENT_AGAIN, letter, by=by)
    return True


@transaction.atomic
def take_letter_as_sent(*, by: User, letter: Letter) -> bool:
    """Note that a letter that broke off did arrive; returns False for any other letter. For operators."""
    check_is_operator(by)
    if not delivery.take_as_sent(letter, at=timezone.now()):
        return False
    record(AccountVerb.LETTER_TAKEN_AS_SENT, letter, by=by)
    return True
