"""Writing letters: what is to be mailed is a row of the same transaction, and is sent after it.

`journal.delivery` sends them; `journal.letter_text` says how they read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import models, transaction

from journal.addresses import mailbox
from journal.attachments import Attachment
from journal.enums import LetterState
from journal.events import ROWS_AT_ONCE, record
from journal.models import EMPTIED, Letter, LetterRefusal
from journal.querysets import LetterQuerySet
from journal.queueing import enqueue
from journal.tasks import send_letter
from journal.verbs import LetterVerb


@dataclass(frozen=True)
class Addressed:
    """Whom a letter goes to and what it says: what differs between letters that are written in one go.

    `reply_to` is an address that reads replies, where there is one. `stop_link` is where whoever asked for such
    letters stops them. Without a `dedup_key` a letter is like no other. `attachments` go along as they are.
    """

    to: str
    language: str
    data: dict[str, Any]
    dedup_key: str = ""
    reply_to: str = ""
    stop_link: str = ""
    attachments: tuple[Attachment, ...] = ()


def write_letter(
    template: str,
    *,
    to: str,
    language: str,
    data: dict[str, Any],
    dedup_key: str = "",
    caused_by: models.Model | None = None,
    about: models.Model | None = None,
    refusable: bool = False,
    reply_to: str = "",
    stop_link: str = "",
) -> Letter | None:
    """Have one letter sent after the commit, as write_letters() does; None where it was refused beforehand."""
    one = Addressed(to, language, data, dedup_key, reply_to, stop_link)
    letters = write_letters(template, [one], caused_by=caused_by, about=about, refusable=refusable)
    return letters[0] if letters else None


def write_letters(
    template: str,
    addressed: Iterable[Addressed],
    *,
    caused_by: models.Model | None = None,
    about: models.Model | None = None,
    refusable: bool = False,
) -> list[Letter]:
    """Have letters sent after the commit, in three statements however many they are; returns them.

    The same `dedup_key` again writes nothing new and gives the first one. Letters that are refusable aren't written to
    whoever refused such letters. `template` names `letters/{template}.html`. Whatever people typed comes into the data
    on one line: a name with line breaks could otherwise pretend to be a paragraph of ours.
    """
    letters: dict[str, Letter] = {}
    for one in addressed:
        letter = Letter(
            recipient=mailbox(one.to),
            language=one.language if one.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
            template=template,
            data=on_one_line(one.data),
            dedup_key=one.dedup_key or uuid4().hex,
            message_id=f"<{uuid4().hex}@{urlsplit(settings.SITE_URL).hostname}>",
            refusable=refusable,
            reply_to=one.reply_to,
            stop_link=one.stop_link,
            attachments=[attachment.as_data() for attachment in one.attachments],
            caused_by_id=caused_by.pk if caused_by is not None else None,
            subject_kind=about._meta.label_lower if about is not None else "",
            subject_id=about.pk if about is not None else None,
        )
        letters.setdefault(letter.dedup_key, letter)
    if refusable and letters:
        to = {letter.recipient for letter in letters.values()}
        refused = set(LetterRefusal.objects.filter(address__in=to).values_list("address", flat=True))
        letters = {key: letter for key, letter in letters.items() if letter.recipient not in refused}
    if not letters:
        return []
    Letter.objects.bulk_create(letters.values(), ignore_conflicts=True, batch_size=ROWS_AT_ONCE)
    stored = list(Letter.objects.filter(dedup_key__in=letters))
    for letter in stored:
        # The Message-ID tells a letter of ours from one that was written with this key before.
        if letter.message_id == letters[letter.dedup_key].message_id:
            transaction.on_commit(partial(enqueue, send_letter.s(letter.pk)), robust=True)
    return stored


def drop_letters(about: models.Model, template: str = "") -> int:
    """Send no more of what waits about an object, or of one sort of it, since it no longer holds; returns how many
    letters.
    """
    letters = Letter.objects.about(about)
    return _drop(letters.filter(template=template) if template else letters)


@transaction.atomic
def refuse_letters(address: str) -> None:
    """Write no more refusable letters to an address, and send none of those that wait."""
    refusal, made = LetterRefusal.objects.get_or_create(address=mailbox(address))
    if made:
        record(LetterVerb.REFUSED, refusal)
    _drop(Letter.objects.to(address).filter(refusable=True))


def _drop(letters: LetterQuerySet) -> int:
    """Stop those whose text isn't on its way yet; returns how many."""
    stopped = letters.not_handed_over()
    return stopped.update(state=LetterState.DROPPED, phase="", leased_until=None, **EMPTIED)


def on_one_line(value: Any) -> Any:
    """The same with every text on one line, in lists and dictionaries too."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, dict):
        return {key: on_one_line(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [on_one_line(inner) for inner in value]
    return value
