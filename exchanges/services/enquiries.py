"""Asking a hub something, and what its people do with it. Answers are messages (exchanges.services.messages)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.permissions import can_write_for, check_is_hub_staff, is_hub_staff
from accounts.texts import check_text
from exchanges.arrangements import OtherRequest
from exchanges.as_seen import check_as_seen
from exchanges.enquiry_letters import tell_of_close, tell_of_enquiry
from exchanges.enquiry_schedule import next_due
from exchanges.enums import EnquiryEnd, EnquiryState, Role
from exchanges.models import LONGEST_MESSAGE, LONGEST_SUBJECT, Conversation, Enquiry
from exchanges.models.enquiry import LONGEST_KEY
from exchanges.routing import Route
from exchanges.verbs import EnquiryVerb
from exchanges.writing import write_down
from journal.events import record
from journal.letters import drop_letters
from listings.late import TooLate
from listings.models import Listing

#: Questions that one person may have waiting, so that nobody floods a hub.
MOST_OPEN = 10


@transaction.atomic
def ask_hub(
    *,
    by: User,
    route: Route,
    subject: str,
    text: str,
    organisation: Organisation | None = None,
    listing: Listing | None = None,
    photos: Sequence[bytes] = (),
    idempotency_key: str = "",
    at: dt.datetime | None = None,
) -> Enquiry:
    """Ask the people of a hub something. The same key again gives the question that it made before.

    `photos` are as listings.photos made them. Raises PermissionDenied, ValidationError by field.
    """
    at = at or timezone.now()
    if not by.is_authenticated or not by.is_active:
        raise PermissionDenied(_("Log eerst in."))
    if organisation is not None and not can_write_for(by, organisation):
        raise PermissionDenied(_("Alleen leden van %(organisation)s mogen dit.") % {"organisation": organisation.name})
    key = _checked(subject, text, idempotency_key)
    made = _made_before(by, key, subject, text)
    if made is not None:
        return made
    if Enquiry.objects.filter(asker=by, state=EnquiryState.OPEN).count() >= MOST_OPEN:
        raise ValidationError(
            _("Je hebt al %(most)d vragen die op een antwoord wachten. Wacht even, of schrijf bij een daarvan.")
            % {"most": MOST_OPEN}
        )
    enquiry = Enquiry(
        hub=route.hub, municipality=route.municipality, is_nearest=route.is_nearest, listing=listing,
        subject=" ".join(subject.split()), asker=by, organisation=organisation, created_at=at, state_since=at,
        idempotency_key=key,
    )  # fmt: skip
    enquiry.due_at = next_due(enquiry, at)
    try:
        with transaction.atomic():
            enquiry.save()
    except IntegrityError:
        # A double click, at the same moment.
        twin = _made_before(by, key, subject, text)
        if twin is None:
            raise
        return twin
    conversation = Conversation.objects.create(enquiry=enquiry)
    message = write_down(conversation, author=by, role=Role.REQUESTER, text=text, photos=photos, at=at)
    record_of_enquiry(enquiry, EnquiryVerb.ASKED, by)
    tell_of_enquiry(conversation, message, route.meant_for, len(photos))
    return enquiry


def _made_before(by: User, key: str, subject: str, text: str) -> Enquiry | None:
    """What this key made. Raises OtherRequest where something else was asked by it."""
    made = Enquiry.objects.filter(asker=by, idempotency_key=key).first()
    if made is None:
        return None
    first = made.conversation.messages.order_by("pk").first()
    if made.subject != " ".join(subject.split()) or (first is not None and first.text != text.strip()):
        raise OtherRequest
    return made


def _checked(subject: str, text: str, key: str) -> str:
    if not subject.strip():
        raise ValidationError({"subject": _("Waarover gaat je vraag?")})
    if not text.strip():
        raise ValidationError({"text": _("Schrijf eerst iets.")})
    check_text("subject", subject, LONGEST_SUBJECT)
    check_text("text", text, LONGEST_MESSAGE)
    check_text("idempotency_key", key, LONGEST_KEY)
    return key or uuid4().hex


@transaction.atomic
def take_enquiry(
    *,
    by: User,
    enquiry: Enquiry,
    owner: User | None = None,
    seen_owner: int | None = None,
    at: dt.datetime | None = None,
) -> Enquiry:
    """See to a question oneself, or have a colleague do so. For the hub's staff. `seen_owner` is who saw to it when
    they decided so, by key; None: nobody. Raises TooLate where somebody else took it up since.
    """
    at = at or timezone.now()
    locked = _locked(enquiry)
    check_is_hub_staff(by, locked.hub)
    chosen = owner or by
    if not is_hub_staff(chosen, locked.hub):
        raise ValidationError({"owner": _("Kies iemand die voor deze hub werkt.")})
    _check_not_closed(locked)
    check_as_seen(locked.owner, seen=seen_owner, chosen=chosen)
    locked.owner, locked.taken_up_at = chosen, locked.taken_up_at or at
    locked.save(update_fields=["owner", "taken_up_at"])
    record_of_enquiry(locked, EnquiryVerb.TAKEN_UP, by, {"owner": chosen.pk})
    return locked


@transaction.atomic
def close_enquiry(*, by: User, enquiry: Enquiry, at: dt.datetime | None = None) -> Enquiry:
    """Say that it needs no answer any more: by who asked, or by the hub's staff. Closing it twice does no harm."""
    locked = _locked(enquiry)
    own = locked.asker_id == by.pk
    if not own:
        check_is_hub_staff(by, locked.hub)
    if locked.state == EnquiryState.CLOSED:
        return locked
    end_enquiry(locked, EnquiryEnd.ASKER if own else EnquiryEnd.HUB, at or timezone.now())
    record_of_enquiry(locked, EnquiryVerb.CLOSED, by)
    return locked


def end_enquiry(enquiry: Enquiry, by: EnquiryEnd, at: dt.datetime) -> None:
    """Close a question that is locked, and tell who asked unless they did so. Whoever calls this writes the event."""
    enquiry.state, enquiry.state_since, enquiry.ended_by, enquiry.due_at = EnquiryState.CLOSED, at, by, None
    enquiry.save(update_fields=["state", "state_since", "ended_by", "due_at"])
    drop_letters(enquiry)
    tell_of_close(enquiry)


def record_of_enquiry(
    enquiry: Enquiry, verb: EnquiryVerb, by: User | None, changes: dict[str, Any] | None = None
) -> None:
    record(
        verb, enquiry, by=by, organisation_id=enquiry.organisation_id, hub_ids=[enquiry.hub_id],
        changes=changes or {},
    )  # fmt: skip


def _locked(enquiry: Enquiry) -> Enquiry:
    # Not along with its owner: of a row that was waited for, what it was joined with is what it was before the wait.
    return Enquiry.objects.select_for_update(of=("self",)).select_related("hub").get(pk=enquiry.pk)


def _check_not_closed(enquiry: Enquiry) -> None:
    if enquiry.state == EnquiryState.CLOSED:
        raise TooLate(_("Deze vraag is afgesloten."))
