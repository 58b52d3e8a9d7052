"""Addresses that people reply to: a random token before the @, which says which conversation it is, and who writes.

A token is base32 in small letters, and is read whatever case a mail program makes of it.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from exchanges.conversation_querysets import CONVERSATION_ABOUT
from exchanges.conversations import Reader
from exchanges.models import Between, Conversation, ReplyAddress
from journal.return_path import could_be_return_path, returned_letter

_SALT = "exchanges.reply-address"
#: 160 random bits: 32 letters and figures.
_TOKEN_BYTES = 20
TOKEN = re.compile(r"[a-z2-7]{32}")


def reply_addresses(conversation: Conversation, readers: Iterable[Reader]) -> dict[int, str]:
    """The address of each reader who writes, by the user's id; none where settings.REPLY_DOMAIN is empty.

    Each has one for as long as the conversation lasts. Under a new secret key another takes its place.
    """
    if not settings.REPLY_DOMAIN:
        return {}
    wanted = {reader.user.pk: reader for reader in readers if reader.writes}
    found = _current(conversation, wanted)
    outdated = [row.pk for row in found.values() if not _is_of_this_key(row)]
    if outdated:
        ReplyAddress.objects.filter(pk__in=outdated).update(is_current=False)
    missing = [reader for pk, reader in wanted.items() if pk not in found or found[pk].pk in outdated]
    if missing:
        # Somebody else may make the same one at this moment: theirs counts then.
        ReplyAddress.objects.bulk_create([_new(conversation, reader) for reader in missing], ignore_conflicts=True)
        found = _current(conversation, wanted)
    return {pk: f"{_token(row.nonce)}@{settings.REPLY_DOMAIN}" for pk, row in found.items()}


def replies_about(about: Between, readers: Iterable[Reader]) -> dict[int, str]:
    """The same for a letter that is no message: people answer whichever letter they have at hand."""
    return reply_addresses(about.conversation, readers) if settings.REPLY_DOMAIN else {}


def find_reply_address(recipient: str) -> ReplyAddress | None:
    """What an address of ours stands for; None for one that was never given out."""
    token = _token_in(recipient)
    if not token:
        return None
    about = [f"conversation__{name}" for name in CONVERSATION_ABOUT]
    rows = ReplyAddress.objects.select_related("user", *about)
    return rows.filter(token_hash=_hash(token)).first()


def could_be_ours(recipient: str) -> bool:
    """Whether an address looks like one of ours, to reply to or for what comes back: tells without the database."""
    return bool(_token_in(recipient)) or could_be_return_path(recipient)


def is_ours(recipient: str) -> bool:
    """Whether an address was given out. One query, by a unique index; none for what doesn't look like one."""
    token = _token_in(recipient)
    if token:
        return ReplyAddress.objects.filter(token_hash=_hash(token)).exists()
    return returned_letter(recipient) is not None


def _token_in(recipient: str) -> str:
    """The part before the @ of what looks like an address of ours; else empty."""
    name, _at, domain = recipient.lower().rpartition("@")
    if not settings.REPLY_DOMAIN or domain != settings.REPLY_DOMAIN or not TOKEN.fullmatch(name):
        return ""
    return name


def _current(conversation: Conversation, users: Iterable[int]) -> dict[int, ReplyAddress]:
    rows = ReplyAddress.objects.filter(conversation=conversation, user__in=list(users), is_current=True)
    return {row.user_id: row for row in rows}


def _new(conversation: Conversation, reader: Reader) -> ReplyAddress:
    nonce = secrets.token_hex(16)
    return ReplyAddress(
        conversation=conversation, user=reader.user, side=reader.side or "", nonce=nonce,
        token_hash=_hash(_token(nonce)),
    )  # fmt: skip


def _is_of_this_key(row: ReplyAddress) -> bool:
    return constant_time_compare(row.token_hash, _hash(_token(row.nonce)))


def _token(nonce: str) -> str:
    made = salted_hmac(_SALT, nonce, algorithm="sha256").digest()[:_TOKEN_BYTES]
    return base64.b32encode(made).decode().lower()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
