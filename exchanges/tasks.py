"""What the worker does for exchanges and for what is written about them. It does no harm when it runs twice."""

import datetime as dt
import logging
from typing import Protocol

from celery import shared_task
from django.utils import timezone

from exchanges.agreements.sweep import sweep_agreements
from exchanges.bounces import sweep_bounces
from exchanges.chain_sweep import sweep_chains
from exchanges.enquiry_sweep import sweep_enquiries
from exchanges.gone import sweep_gone
from exchanges.mail.handling import handle
from exchanges.mail.upkeep import forget_old, waiting_mail
from exchanges.proposal_sweep import sweep_proposals
from exchanges.sweep import sweep
from journal.queueing import enqueue

logger = logging.getLogger(__name__)


class _Sweep(Protocol):
    __module__: str

    def __call__(self, *, at: dt.datetime) -> int: ...


_SWEEPS: tuple[_Sweep, ...] = (
    sweep, sweep_chains, sweep_proposals, sweep_enquiries, sweep_gone, sweep_agreements, sweep_bounces,
)  # fmt: skip


@shared_task(time_limit=60)
def sweep_exchanges() -> int:
    """Remind of what falls due in exchanges and questions, end what waited too long, proposals too, and make the next
    deliveries of standing agreements, and tell of mail that came back; returns how many.
    """
    now = timezone.now()
    return sum(_swept(one, now) for one in _SWEEPS)


def _swept(one: _Sweep, at: dt.datetime) -> int:
    """A kind that fails as a whole stops none of the others: its rows stay due, and the next minute tries anew."""
    try:
        return one(at=at)
    except Exception:
        logger.exception("The sweep of %s broke off", one.__module__)
        return 0


@shared_task(time_limit=60)
def end_requests(listing_id: int) -> int:
    """End requests of what is gone, as soon as a listing is; returns how many. The sweep finds what this misses."""
    return sweep_gone(at=timezone.now())


@shared_task(time_limit=240)
def read_mail(mail_id: int) -> str | None:
    """Put a mail that came in into its conversation, or refuse it; returns what became of it."""
    return handle(mail_id=mail_id, at=timezone.now())


@shared_task(time_limit=60)
def read_waiting_mail() -> int:
    """Start with mail that no worker has read, as when the broker was away; returns how many."""
    return sum(enqueue(read_mail.s(mail_id)) for mail_id in waiting_mail(at=timezone.now()))


@shared_task(time_limit=600)
def forget_old_mail() -> int:
    """Delete mail long after it was read; returns how many."""
    return forget_old(at=timezone.now())
