"""Addresses for everybody, what is one's own, and secret links."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.roles import Right as R
from accounts.roles import Role
from accounts.services import invite_member, make_token
from alerts.freshness.links import answering_link
from alerts.freshness.rounds import begin_rounds
from alerts.freshness.rounds import take_due as ask_owners
from alerts.models import FreshnessRound
from alerts.stopping import Stop
from exchanges.services import renew_calendar_feed
from frontend.crawling.views import PART
from journal.letter_text import refusal_link
from listings.models import Listing
from maps.models import VerificationRound
from maps.verification.links import source_link
from tests.alerts.makers import saved
from tests.makers import GENT, make_organisation, make_user, published
from tests.maps.makers import Story, asked_source
from tests.roles.cast import Cast, Visit, reads, sends, writes


class PublicCast(Cast):
    def __init__(self) -> None:
        super().__init__()
        self.listing = published(by=self.member, organisation=self.organisation)
        self.numbers |= {
            "part": self.listing.pk // PART,
            "layer": "municipalities", "z": 8, "x": 130, "y": 85, "code": "wood-pallets",
            "search_id": saved().pk,
        }  # fmt: skip


def _own_search(cast: PublicCast, role: Role) -> dict[str, Any]:
    """A saved search of who asks: of others it isn't there, as the walk of alerts shows."""
    user = cast.users[role]
    return {"search_id": saved(user or make_user()).pk}


def _token(link: str) -> dict[str, Any]:
    return {"token": link.rstrip("/").split("/")[-1]}


def _asked_owner(cast: PublicCast, _role: Role) -> dict[str, Any]:
    Listing.objects.filter(pk=cast.listing.pk).update(updated_at=timezone.now() - dt.timedelta(days=400))
    begin_rounds(at=timezone.now())
    ask_owners(at=timezone.now())
    return _token(answering_link(cast.member))


def _asked_source(cast: PublicCast, _role: Role) -> dict[str, Any]:
    asked = asked_source(Story())
    return _token(source_link(asked.person, asked.pk))


def _still_so(_cast: PublicCast, _role: Role) -> dict[str, Any]:
    asked = VerificationRound.objects.latest("pk")
    return {"answer": f"{asked.pk}:still_so", "version": asked.feature.version, "words": ""}


def _refusal(_cast: PublicCast, _role: Role) -> dict[str, Any]:
    return _token(refusal_link("an@test.example", "messages"))


def _feed(cast: PublicCast, _role: Role) -> dict[str, Any]:
    return {"token": renew_calendar_feed(by=cast.member).token}


def _invited(cast: PublicCast, role: Role) -> dict[str, Any]:
    """Each gets one for themselves: to an organisation in which nobody is yet."""
    admin = make_user()
    email = (cast.users[role] or make_user()).email
    made = invite_member(by=admin, organisation=make_organisation(admin), email=email, role="member")
    return {"token": made.token}


def _with_token(cast: PublicCast, role: Role) -> None:
    user = cast.users[role]
    if user is not None:
        make_token(by=user)


def _to_stop(cast: PublicCast, _role: Role) -> dict[str, Any]:
    search = saved(cast.member)
    return {"token": Stop(cast.member.pk, (search.pk,)).token}


_NEW = "?place=Gent&kind=supply"
_LEARN = {"name": "Hout", "frequency": "daily"}
_HERE = f"?lat={GENT[0]}&lon={GENT[1]}"
VISITS: list[Visit] = [
    *reads(R.READ_PUBLISHED, "home", "search-facets", "search-feed", "api-search", "api-search-facets", query=_HERE),
    *reads(
        R.READ_PUBLISHED, "api-schema", "api-docs", "health-live", "health-ready", "impact-method", "about", "help"
    ),
    *reads(R.READ_PUBLISHED, "privacy", "terms", "contact", "style", "robots", "sitemap", "sitemap-pages"),
    *reads(R.READ_PUBLISHED, "sitemap-listings", "api-materials", "api-material", "tilejson", "tile", "listing-tile"),
    *reads(R.READ_PUBLISHED, "api-geocode", query="?q=Gent"),
    writes(R.READ_PUBLISHED, "set_language", {"language": "fr"}),
    # Without somebody who just signed up there is nothing to send again.
    writes(R.READ_PUBLISHED, "resend-confirmation", idle=True),
    *reads(R.KEEP_OWN, "alerts", "my-account", "api-me", "api-saved-searches"),
    *reads(R.KEEP_OWN, "alerts-new", query=_NEW),
    *reads(R.KEEP_OWN, "saved-search", "api-saved-search", before=_own_search),
    writes(R.KEEP_OWN, "alerts-new", _LEARN, query=_NEW),
    writes(R.KEEP_OWN, "match-alerts", {"matches-frequency": "daily"}),
    writes(R.KEEP_OWN, "saved-search", _LEARN, before=_own_search),
    writes(R.KEEP_OWN, "saved-search-pause", {"paused": "on"}, before=_own_search),
    writes(R.KEEP_OWN, "saved-search-delete", before=_own_search),
    writes(R.KEEP_OWN, "my-account", {"name": "Nieuwe Naam", "language": "fr"}),
    writes(R.KEEP_OWN, "my-letters", {"topics": ["messages"]}),
    sends(R.KEEP_OWN, "api-me-token"),
    sends(R.KEEP_OWN, "api-me-token", method="delete", before=_with_token),
    sends(R.KEEP_OWN, "api-saved-searches", {"search": {"lat": GENT[0], "lon": GENT[1]}}),
    sends(R.KEEP_OWN, "api-saved-search", {"paused": True}, "patch", before=_own_search),
    sends(R.KEEP_OWN, "api-saved-search", method="delete", before=_own_search),
    *reads(R.KEEP_OWN, "accept-invitation", before=_invited),
    writes(R.KEEP_OWN, "accept-invitation", before=_invited),
    # A secret link is proof enough.
    *reads(R.ANSWER_BY_LINK, "calendar-feed", before=_feed),
    *reads(R.ANSWER_BY_LINK, "letters-refuse", before=_refusal),
    writes(R.ANSWER_BY_LINK, "letters-refuse", before=_refusal),
    *reads(R.ANSWER_BY_LINK, "freshness", before=_asked_owner),
    writes(
        R.ANSWER_BY_LINK,
        "freshness",
        lambda cast, _role: {"answer": f"{FreshnessRound.objects.get(listing=cast.listing).pk}:gone"},
        before=_asked_owner,
    ),
    *reads(R.ANSWER_BY_LINK, "map-verification", before=_asked_source),
    writes(R.ANSWER_BY_LINK, "map-verification", _still_so, before=_asked_source),
    *reads(R.ANSWER_BY_LINK, "alerts-stop", before=_to_stop),
    writes(R.ANSWER_BY_LINK, "alerts-stop", before=_to_stop),
]
