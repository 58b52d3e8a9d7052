"""Links with which a source answers without a log-in: each holds whom it was sent to and up to which round, signed."""

import datetime as dt
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.models import User
from maps.models import MapFeature, VerificationRound
from maps.querysets import VerificationRoundQuerySet
from maps.standing import standing_of

#: Nobody else can make such a link, and no other link does what this one does.
SALT = "maps.verification"
#: So long one answers by it.
VALID = dt.timedelta(days=90)


class Asked(NamedTuple):
    """Whom a link was sent to. `last_round` is the newest round that its letter was about: it answers no later one."""

    person: User
    last_round: int

    def rounds(self) -> VerificationRoundQuerySet:
        """Those about elements that the person still sees."""
        seen = MapFeature.objects.seen_by(standing_of(self.person)).filter(pk=OuterRef("feature"))
        asked = VerificationRound.objects.asked_of(self.person).filter(Exists(seen), pk__lte=self.last_round)
        return asked.for_letters()


def source_link(person: User, last_round: int) -> str:
    token = signing.dumps([person.pk, last_round], salt=SALT)
    return f"{settings.SITE_URL}{reverse('map-verification', args=[token])}"


def asked_by_link(token: str) -> Asked | None:
    """Who answers by a link; None for one that is old, that nobody here made, or of somebody who has gone."""
    try:
        person_id, last_round = signing.loads(token, salt=SALT, max_age=VALID)
    except signing.BadSignature:
        return None
    person = User.objects.filter(pk=person_id, is_active=True).first()
    return Asked(person, last_round) if person is not None else None
