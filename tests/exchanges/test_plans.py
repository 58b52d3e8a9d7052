"""What tasks and mails look for is found by an index, also by a plan that knows no values."""

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from exchanges.models import Enquiry, Exchange, InboundMail, ReplyAddress

pytestmark = pytest.mark.django_db

LOOKED_FOR: dict[str, Any] = {
    "exchange_due": lambda now: Exchange.objects.due(now).order_by("due_at", "pk"),
    "enquiry_due": lambda now: Enquiry.objects.due(now).order_by("due_at", "pk"),
    "enquiry_of_hub": lambda _now: Enquiry.objects.of_hub(1).in_state("open"),
    "inbound_waiting": lambda now: InboundMail.objects.waiting().filter(received_at__lte=now).order_by("received_at"),
    "inbound_read": lambda now: InboundMail.objects.filter(handled_at__lt=now),
    "exchanges_replyaddress_token_hash": lambda _now: ReplyAddress.objects.filter(token_hash="x"),
}


@pytest.mark.parametrize("index", LOOKED_FOR)
def test_an_index_finds_it(index: str) -> None:
    with connection.cursor() as cursor:
        # So few rows are read faster one by one.
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert index in LOOKED_FOR[index](timezone.now()).explain()
