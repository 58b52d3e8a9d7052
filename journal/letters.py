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
from journal.enums import LetterState, Topic
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
    topic: str = "",
    reply_to: str = "",
    stop_link: str = "",
) -> Letter | None:
    """Have one letter sent after the commit, as write_letters() does; None where it was refused beforehand."""
    one = Addressed(to, language, data, dedup_key, reply_to, stop_link)
    letters = write_letters(template, [one], caused_by=caused_by, about=about, topic=topic)
    return letters[0] if letters else None


def write_letters(
    template: str,
    addressed: Iterable[Addressed],
    *,
    caused_by: models.Model | None = None,
    about: models.Model | None = None,
    topic: str = "",
) -> list[Letter]:
    """Have letters sent after the commit, in three statements however many they are; returns them.

    The same `dedup_key` again writes nothing new and gives the first one. Letters of a topic aren't written to whoever
    refused it. `template` names `letters/{template}.html`. Whatever people typed comes into the data
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
            topic=topic,
            reply_to=one.reply_to,
            stop_link=one.stop_link,
            attachments=[attachment.as_data() for attachment in one.attachments],
            caused_by_id=caused_by.pk if caused_by is not None else None,
            subject_kind=about._meta.label_lower if about is not None else "",
            subject_id=about.pk if about is not None else None,
        )
        letters.setdefault(letter.dedup_key, letter)
    if topic and letters:
        to = {letter.recipient for letter in letters.values()}
        refused = set(LetterRefusal.objects.on(topic).filter(address__in=to).values_list("address", flat=True))
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
def refuse_letters(address: str, topic: str) -> None:
    """Write no more letters of a topic to an address, and send none of those that wait."""
    refusal, made = LetterRefusal.objects.get_or_create(address=mailbox(address), topic=Topic(topic))
    if made:
        record(LetterVerb.REFUSED, refusal)
    _drop(Letter.objects.to(address).filter(topic=topic))


@transaction.atomic
def accept_letters(address: str, topic: str) -> None:
    """Write letters of a topic again to an address that refused them."""
    refusal = LetterRefusal.objects.of(address).on(topic).first()
    if refusal is not None:
        record(LetterVerb.ACCEPTED, refusal)
        refusal.delete()


def topics_refused_by(address: str) -> set[str]:
    """What somebody wants no letters of."""
    return set(LetterRefusal.objects.of(address).values_list("topic", flat=True))


def _drop(letters: LetterQuerySet) -> int:
    """Stop those whose text isn't on its way yet; returns how many."""
    stopped = letters.not_handed_over()
    return stopped.update(state=LetterState.DROPPED, phase="", leased_until=None, **EMPTIED)


class Written(str):
    """What somebody wrote to somebody else: its lines stay lines, and its template sets it apart by {% quoted %}."""

    __slots__ = ()


def on_one_line(value: Any) -> Any:
    """The same with every text on one line, in lists and dictionaries too; what is Written keeps its paragraphs."""
    if isinstance(value, Written):
        return _in_paragraphs(value)
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, dict):
        return {key: on_one_line(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [on_one_line(inner) for inner in value]
    return value


def _in_paragraphs(text: str) -> str:
    """With one empty line at most between two others, and none at the ends."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if line.strip() or lines[-1]:
            lines.append(line.rstrip())
    return "\n".join(lines)
