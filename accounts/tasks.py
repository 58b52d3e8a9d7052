"""Mail, sent outside the request."""

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Invitation


@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=5, time_limit=60)
def send_invitation(invitation_id: int) -> None:
    """Mail an invitation that still stands, in the language of who invites."""
    invitation = Invitation.objects.select_related("organisation", "invited_by").filter(pk=invitation_id).first()
    if invitation is None or invitation.accepted_at:
        return
    language = invitation.invited_by.language if invitation.invited_by else settings.LANGUAGE_CODE
    with translation.override(language):
        subject = _("Uitnodiging voor %(organisation)s op Werkstof") % {"organisation": invitation.organisation.name}
        text = render_to_string("accounts/mail/invitation.txt", {"invitation": invitation, "site": settings.SITE_URL})
        send_mail(subject, text, None, [invitation.email])
