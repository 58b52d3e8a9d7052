"""Sending a letter: from queued to sent, failed, bounced or dropped, and never twice by ourselves.

An attempt is written down before it is made, with a lease: two workers never make the same one, and one that dies
leaves a letter that another takes up when the lease is over. That holds while the mail server has only the addresses
(phase "before"). From the command DATA on (phase "after") nobody but the server knows whether it took the letter: if
the worker dies or the line breaks then, the letter stays where it is, and operators see it in a list (docs/adr/0024).
"""

import datetime as dt
import logging
import smtplib
from functools import partial

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from journal.attachments import attachments_of
from journal.enums import LetterPhase, LetterState
from journal.letter_text import refusal_link_of, render_letter
from journal.models import EMPTIED, Letter, LetterRefusal
from journal.querysets import LetterQuerySet
from journal.return_path import return_path
from journal.smtp import hand_over

#: Before the second attempt, the third, and so on: after some two days a letter has failed.
PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (2, 5, 15, 60, 240, 720, 1440))
MOST_ATTEMPTS = len(PAUSES) + 1
#: Longer than any attempt takes: each step of it has settings.EMAIL_TIMEOUT.
LEASE = dt.timedelta(minutes=5)
#: Answers of a mail server from here on are for good (RFC 5321, section 4.2.1).
FOR_GOOD = 500
#: What is kept of a mail server's words.
LONGEST_ERROR = 300

logger = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another worker has taken the letter up meanwhile, or somebody dropped it."""


def send(*, letter_id: int, at: dt.datetime) -> LetterState | None:
    """Make one attempt if the letter is due; returns the state that it leaves, None where it wasn't due."""
    letter = _take(letter_id, at)
    if letter is None:
        return None
    if letter.topic and LetterRefusal.objects.of(letter.recipient).on(letter.topic).exists():
        return _end(letter, LetterState.DROPPED)
    try:
        hand_over(message_of(letter), before_data=partial(_note_data_begins, letter))
    except LeaseLost:
        return None
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        return _refused(letter, error.smtp_code, error, at)
    except smtplib.SMTPRecipientsRefused as error:
        ((code, _answer),) = error.recipients.values()
        if code < FOR_GOOD:
            return _try_later(letter, error, at)
        return _end(letter, LetterState.BOUNCED, error, bounce_untold_since=at)
    except Exception as error:
        # Also an answer that isn't about this letter, as where the mail server's password is wrong.
        return _broken_off(letter, error, at)
    return _end(letter, LetterState.SENT, sent_at=timezone.now(), last_error="")


def message_of(letter: Letter) -> EmailMultiAlternatives:
    """The mail: plain text first, HTML beside it, its files, and how to stop such letters where that is possible."""
    rendered = render_letter(letter)
    headers = {"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"}
    stop = letter.stop_link or refusal_link_of(letter)
    if stop:
        # RFC 8058: a mail program may stop them by one POST to this address.
        headers["List-Unsubscribe"] = f"<{stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    envelope_sender = return_path(letter) or None
    # Where nobody reads answers, whoever answers hears so: what comes back is read.
    reply_to = [address] if (address := letter.reply_to or envelope_sender) else None
    if envelope_sender:
        # What readers see as its sender stays the same.
        headers["From"] = settings.DEFAULT_FROM_EMAIL
    message = EmailMultiAlternatives(
        rendered.subject, rendered.text, envelope_sender, [letter.recipient], headers=headers, reply_to=reply_to
    )
    message.attach_alternative(rendered.html, "text/html")
    for attachment in attachments_of(letter):
        if attachment.reads_as:
            message.attach_alternative(attachment.text, attachment.reads_as)
        message.attach(attachment.name, attachment.text.encode(), attachment.kind)
    return message


def send_again(letter: Letter, *, at: dt.datetime) -> bool:
    """Queue a failed, bounced or doubtful letter again; returns whether it was one. One that came back after it was
    sent has no text any more.
    """
    ended = Letter.objects.filter(state__in=[LetterState.FAILED, LetterState.BOUNCED], sent_at=None)
    rows = (ended | Letter.objects.doubtful(at)).filter(pk=letter.pk)
    again = {"state": LetterState.QUEUED, "phase": "", "leased_until": None, "due_at": at, "attempts": 0}
    return bool(rows.update(**again, bounce_untold_since=None))


def take_as_sent(letter: Letter, *, at: dt.datetime) -> bool:
    """Say of a doubtful letter that it arrived; whether it was doubtful."""
    rows = Letter.objects.doubtful(at).filter(pk=letter.pk)
    return bool(rows.update(state=LetterState.SENT, phase="", sent_at=at, leased_until=None, **EMPTIED))


def came_back(letter: Letter, *, why: str, at: dt.datetime) -> bool:
    """Say of a letter that a mail server took it and couldn't deliver it; whether that is news. One that broke off
    after its text was handed over did go out, then.
    """
    taken = Q(state=LetterState.SENT) | Q(state=LetterState.SENDING, phase=LetterPhase.AFTER_DATA)
    rows = Letter.objects.filter(taken, pk=letter.pk)
    ended = {"state": LetterState.BOUNCED, "phase": "", "leased_until": None, "last_error": why[:LONGEST_ERROR]}
    return bool(rows.update(**ended, bounce_untold_since=at))


@transaction.atomic
def _take(letter_id: int, at: dt.datetime) -> Letter | None:
    """Write an attempt down; None where the letter isn't due or another worker is at it."""
    letter = Letter.objects.due(at).select_for_update(skip_locked=True).filter(pk=letter_id).first()
    if letter is None:
        return None
    letter.state, letter.phase = LetterState.SENDING, LetterPhase.BEFORE_DATA
    letter.leased_until, letter.attempts = at + LEASE, letter.attempts + 1
    letter.save(update_fields=["state", "phase", "leased_until", "attempts"])
    return letter


def _ours(letter: Letter) -> LetterQuerySet:
    """The letter's row while this attempt is the latest; none where somebody dropped it or took it up again."""
    return Letter.objects.filter(pk=letter.pk, state=LetterState.SENDING, attempts=letter.attempts)


def _note_data_begins(letter: Letter) -> None:
    """Write down that the text goes now. Raises LeaseLost where the letter isn't ours any more."""
    if not _ours(letter).update(phase=LetterPhase.AFTER_DATA):
        raise LeaseLost
    letter.phase = LetterPhase.AFTER_DATA


def _refused(letter: Letter, code: int, error: Exception, at: dt.datetime) -> LetterState:
    """The server said no, which is an answer also after DATA: it didn't take the letter."""
    return _end(letter, LetterState.FAILED, error) if code >= FOR_GOOD else _try_later(letter, error, at)


def _broken_off(letter: Letter, error: Exception, at: dt.datetime) -> LetterState:
    """No answer. Before DATA the letter is tried again; after it nobody knows, and the letter stays for operators."""
    if letter.phase == LetterPhase.BEFORE_DATA:
        return _try_later(letter, error, at)
    logger.error("Letter %s broke off after its text was handed over", letter.pk, exc_info=error)
    _ours(letter).update(leased_until=at, last_error=_words(error))
    return LetterState.SENDING


def _try_later(letter: Letter, error: Exception, at: dt.datetime) -> LetterState:
    logger.warning("Letter %s was not sent, attempt %s", letter.pk, letter.attempts, exc_info=error)
    if letter.attempts >= MOST_ATTEMPTS:
        return _end(letter, LetterState.FAILED, error)
    pause = PAUSES[letter.attempts - 1]
    return _end(letter, LetterState.QUEUED, error, due_at=at + pause)


def _end(letter: Letter, state: LetterState, error: Exception | None = None, **fields: object) -> LetterState:
    """End an attempt. What was sent or dropped keeps no text, and no address to reply to: they are as good as keys.

    An attempt that isn't ours any more changes nothing: whoever dropped the letter or took it up says how it ends.
    """
    if error is not None:
        fields["last_error"] = _words(error)
    if state in (LetterState.SENT, LetterState.DROPPED) and not settings.DEMO:
        fields |= EMPTIED
    _ours(letter).update(state=state, phase="", leased_until=None, **fields)
    return state


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
