"""Links that stop alerts: each holds whom and what it stops, signed, and works without a log-in for good."""

from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.urls import reverse

#: Nobody else can make such a link.
SALT = "alerts.stop"


@dataclass(frozen=True)
class Stop:
    """What a letter told of: some saved searches, and matches or not."""

    person_id: int
    search_ids: tuple[int, ...] = ()
    matches: bool = False

    @property
    def token(self) -> str:
        return signing.dumps([self.person_id, self.search_ids, self.matches], salt=SALT, compress=True)

    @property
    def link(self) -> str:
        """For a mail program that POSTs by itself (RFC 8058), and for a person who opens it."""
        return f"{settings.SITE_URL}{reverse('alerts-stop', args=[self.token])}"


def stop_of(token: str) -> Stop | None:
    """What a link stops; None for one that nobody here made."""
    try:
        person_id, search_ids, matches = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Stop(person_id, tuple(search_ids), matches)
