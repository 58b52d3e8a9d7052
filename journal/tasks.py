"""Letters, sent outside the request. Each task takes primary keys and may run twice without harm."""

from celery import shared_task
from django.utils import timezone

from journal.delivery import send
from journal.enums import LetterState
from journal.models import Letter

#: Letters in one sweep: where the mail server hangs, each takes all of EMAIL_TIMEOUT. The next sweep takes the rest.
MOST_LETTERS = 50


@shared_task(time_limit=120)
def send_letter(letter_id: int) -> bool:
    """Send a letter that is due; returns whether it went."""
    return send(letter_id=letter_id, at=timezone.now()) == LetterState.SENT


@shared_task(time_limit=600)
def send_waiting_letters() -> int:
    """Send what waits, as when the broker or the mail server was away; returns how many went."""
    due = list(Letter.objects.due(timezone.now()).order_by("due_at").values_list("pk", flat=True)[:MOST_LETTERS])
    return sum(send(letter_id=letter_id, at=timezone.now()) == LetterState.SENT for letter_id in due)
