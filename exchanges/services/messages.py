"""Writing to each other within an exchange, and marking what was read."""

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.enums import Role, Side
from exchanges.letters import tell_of_message
from exchanges.models import LONGEST_MESSAGE, Exchange, Message, ReadMark
from exchanges.permissions import is_staff_of, sides_of
from exchanges.taking import check_text, record_of
from exchanges.verbs import ExchangeVerb
from geo.models import Hub


@transaction.atomic
def send_message(
    *, by: User, exchange: Exchange, text: str, side: str = "", key: str = "", at: dt.datetime | None = None
) -> Message:
    """Write to the other side, also after it ended. Staff of the hub write as the hub.

    The same key again sends nothing.
    """
    locked = Exchange.objects.select_for_update(of=("self",), no_key=True).select_related("listing__material").get(
        pk=exchange.pk
    )  # fmt: skip
    own = sides_of(by, locked)
    if not own and not is_staff_of(by, locked):
        raise PermissionDenied(_("Alleen wie bij deze uitwisseling hoort, mag dit."))
    said = locked.messages.filter(idempotency_key=key).first() if key else None
    if said is not None:
        return said
    if not text.strip():
        raise ValidationError({"text": _("Schrijf eerst iets.")})
    check_text("text", text, LONGEST_MESSAGE)
    chosen = _side(own, side)
    message = Message.objects.create(
        exchange=locked, author=by, role=Role(chosen.value) if chosen else Role.HUB, side=chosen or "",
        text=text.strip(), sent_at=at or timezone.now(), idempotency_key=key,
    )  # fmt: skip
    organisation = locked.organisation_of(chosen) if chosen else None
    record_of(locked, ExchangeVerb.MESSAGE_SENT, by, organisation.pk if organisation else None, locked.state, {})
    hubs = ", ".join(Hub.objects.filter(pk__in=locked.hub_ids).values_list("name", flat=True))
    of = str(organisation or hubs)
    tell_of_message(locked, message, f"{by.name} ({of})" if by.name else of)
    return message


def _side(own: set[Side], side: str) -> Side | None:
    if not own:
        return None
    chosen = own & {Side(side)} if side in Side.values else own
    if len(chosen) != 1:
        raise ValidationError({"side": _("Kies voor welke partij je dit doet.")})
    return next(iter(chosen))


def mark_read(*, by: User, exchange: Exchange) -> None:
    """Remember that somebody has read the messages up to now."""
    last = exchange.messages.order_by("pk").values_list("pk", flat=True).last()
    if last is not None:
        ReadMark.objects.update_or_create(exchange=exchange, user=by, defaults={"message_id": last})
