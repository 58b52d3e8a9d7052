"""Takes mail from a mail service that posts it: those of django-anymail that send JSON and know a user and password.

What comes is stored before the service hears that we have it; it posts again what we couldn't store.
"""

from typing import Any

from anymail.webhooks.mailjet import MailjetInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from anymail.webhooks.sparkpost import SparkPostInboundWebhookView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from exchanges.enums import InboundSource
from exchanges.mail.addresses import could_be_ours
from exchanges.mail.intake import take_in
from exchanges.mail.server import LARGEST_DATA_BYTES, MOST_RECIPIENTS

#: By the name in settings.INBOUND_WEBHOOK.
SERVICES: dict[str, type[View]] = {
    "mailjet": MailjetInboundWebhookView,
    "postmark": PostmarkInboundWebhookView,
    "sparkpost": SparkPostInboundWebhookView,
}
#: JSON holds a mail in base64, and once more as text.
LARGEST_POST_BYTES = 2 * LARGEST_DATA_BYTES


class _Intake:
    """Stands where anymail's view has a signal: an error comes back as an error, and nothing else listens."""

    def send(self, *, event: Any, **_more: Any) -> None:
        mail = event.message
        named = [mail.envelope_recipient] if mail.envelope_recipient else [one.addr_spec for one in (*mail.to, *mail.cc)]
        ours = {address.lower() for address in named if could_be_ours(address)}
        for recipient in sorted(ours)[:MOST_RECIPIENTS]:
            take_in(
                raw=mail.as_bytes(), recipient=recipient, envelope_sender=mail.envelope_sender or str(mail.from_email),
                source=InboundSource.WEBHOOK, at=timezone.now(),
            )  # fmt: skip


@csrf_exempt
@require_POST
def inbound_webhook(request: HttpRequest) -> HttpResponse:
    """Only where an operator named a service and a secret; 400 without the secret."""
    view = SERVICES.get(settings.INBOUND_WEBHOOK)
    if view is None or not settings.ANYMAIL["WEBHOOK_SECRET"] or not settings.REPLY_DOMAIN:
        raise Http404
    body = request.read(LARGEST_POST_BYTES + 1)
    if len(body) > LARGEST_POST_BYTES:
        return HttpResponse(status=413)
    # Django's own limit is that of forms of people.
    request._body = body  # type: ignore[attr-defined]
    response: HttpResponse = view.as_view(signal=_Intake())(request)
    return response
