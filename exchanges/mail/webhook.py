"""Takes mail from a mail service that posts it: those of django-anymail that send JSON and know a user and password.

What comes is stored before the service hears that we have it; it posts again what we couldn't store.
"""

from typing import Any

from anymail.webhooks.mailjet import MailjetInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from anymail.webhooks.sparkpost import SparkPostInboundWebhookView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from exchanges.enums import InboundSource
from exchanges.mail.addresses import could_be_ours, is_ours
from exchanges.mail.intake import take_in
from exchanges.mail.server import MOST_RECIPIENTS
from sandbox import sizes

#: By the name in settings.INBOUND_WEBHOOK.
SERVICES: dict[str, type[View]] = {
    "mailjet": MailjetInboundWebhookView,
    "postmark": PostmarkInboundWebhookView,
    "sparkpost": SparkPostInboundWebhookView,
}


class _Intake:
    """Stands where anymail's view has a signal: an error comes back as an error, and nothing else listens."""

    def send(self, *, event: Any, **_more: Any) -> None:
        mail = event.message
        named = [one.addr_spec for one in (*mail.to, *mail.cc)]
        if mail.envelope_recipient:
            named = [mail.envelope_recipient]
        # An empty one is that of a bounce; a service that doesn't say leaves it out.
        sender = str(mail.from_email or "") if mail.envelope_sender is None else mail.envelope_sender
        ours = {address.lower() for address in named if could_be_ours(address)}
        for recipient in sorted(ours)[:MOST_RECIPIENTS]:
            # Services take whatever comes for our domain: what is for nobody isn't stored.
            if not is_ours(recipient):
                continue
            take_in(
                raw=_raw(mail), recipient=recipient, envelope_sender=sender, source=InboundSource.WEBHOOK,
                at=timezone.now(),
            )  # fmt: skip


def _raw(mail: Any) -> bytes:
    """The mail as bytes; one that came as text with letters of more than seven bits is written as UTF-8."""
    try:
        return bytes(mail.as_bytes())
    except UnicodeEncodeError:
        return str(mail.as_string()).encode("utf-8", "replace")


@csrf_exempt
@require_POST
def inbound_webhook(request: HttpRequest) -> HttpResponseBase:
    """Only where an operator named a service and a secret; 400 without the secret."""
    view = SERVICES.get(settings.INBOUND_WEBHOOK)
    if view is None or not settings.ANYMAIL["WEBHOOK_SECRET"] or not settings.REPLY_DOMAIN:
        raise Http404
    # JSON holds a mail in base64: it is as long as a file may be.
    body = request.read(sizes.LARGEST_UPLOAD_BYTES + 1)
    if len(body) > sizes.LARGEST_UPLOAD_BYTES:
        return HttpResponse(status=413)
    # Django's own limit is that of forms of people.
    request._body = body
    return view.as_view(signal=_Intake())(request)
