"""Mail, sent outside the request. Each task takes primary keys and may run twice without harm."""

from celery import shared_task
from django.utils import timezone

from accounts.letters import send_letter
from accounts.models import Invitation

#: Letters in one sweep: where the mail server hangs, each takes all of EMAIL_TIMEOUT. The next sweep takes the rest.
MOST_LETTERS = 50


@shared_task(time_limit=60)
def send_invitation(invitation_id: int) -> bool:
    """Mail an invitation that still stands; returns whether it went."""
    return send_letter(invitation_id=invitation_id, at=timezone.now())


@shared_task(time_limit=600)
def send_waiting_invitations() -> int:
    """Mail what still waits: the broker was away when it was made, or the mail server was; returns how many went."""
    at = timezone.now()
    due = list(Invitation.objects.to_send(at).order_by("send_at").values_list("pk", flat=True)[:MOST_LETTERS])
    return sum(send_letter(invitation_id=invitation_id, at=timezone.now()) for invitation_id in due)
