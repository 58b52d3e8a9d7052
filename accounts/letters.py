"""Letters of invitation: each waits in its own row until it is sent.

An attempt is written down before it is made. So two workers never make the same one, a worker that dies in the middle
has used one up, and the next comes after a pause that grows. A worker that dies between the mail server's yes and the
mark does send a letter twice: no order of the two avoids that, and twice is better than never.
"""

import datetime as dt
import logging

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Invitation

logger = logging.getLogger(__name__)


def send_letter(*, invitation_id: int, at: dt.datetime) -> bool:
    """Send an invitation's letter if it is due; returns whether it went. What is refused is tried again later."""
    invitation = _begin_attempt(invitation_id, at)
    if invitation is None:
        return False
    try:
        _send(invitation)
    except Exception as error:
        # Whatever it was, the next letters go on, and this one is tried again until its attempts are used up.
        logger.warning("Invitation %s was not sent, attempt %s", invitation_id, invitation.attempts, exc_info=True)
        Invitation.objects.filter(pk=invitation_id).update(last_error=f"{type(error).__name__}: {error}"[:300])
        return False
    Invitation.objects.filter(pk=invitation_id).update(sent_at=timezone.now(), last_error="")
    return True


@transaction.atomic
def _begin_attempt(invitation_id: int, at: dt.datetime) -> Invitation | None:
    """Count an attempt and set when the next may follow; none where it isn't due or another worker is at it."""
    due = Invitation.objects.to_send(at).select_for_update(skip_locked=True, of=("self",))
    invitation = due.with_people().filter(pk=invitation_id).first()
    if invitation is None:
        return None
    pause = Invitation.PAUSES[min(invitation.attempts, len(Invitation.PAUSES) - 1)]
    invitation.attempts += 1
    invitation.send_at = at + pause
    invitation.save(update_fields=["attempts", "send_at"])
    return invitation


def _send(invitation: Invitation) -> None:
    """In the language of who invites."""
    language = invitation.invited_by.language if invitation.invited_by else settings.LANGUAGE_CODE
    with translation.override(language):
        subject = _("Uitnodiging voor %(organisation)s op Werkstof") % {"organisation": invitation.host.name}
        text = render_to_string("accounts/mail/invitation.txt", {"invitation": invitation, "site": settings.SITE_URL})
        send_mail(subject, text, None, [invitation.email])
