"""Links with which somebody answers without a log-in: each holds whom it was sent to, and when, signed."""

import datetime as dt

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import User

#: Nobody else can make such a link, and no other link does what this one does.
SALT = "alerts.freshness"
#: So long one answers by it, or puts a listing online again.
VALID = dt.timedelta(days=90)


def answering_link(person: User) -> str:
    token = signing.dumps(person.pk, salt=SALT)
    return f"{settings.SITE_URL}{reverse('freshness', args=[token])}"


def answering_person(token: str) -> User | None:
    """Who answers by a link; None for one that is old, that nobody here made, or of somebody who has gone."""
    try:
        person_id = signing.loads(token, salt=SALT, max_age=VALID)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=person_id, is_active=True).first()
