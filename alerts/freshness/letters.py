"""Letters that ask whether listings are still there."""

from collections.abc import Sequence
from enum import Enum

from django.utils import timezone, translation
from django.utils.translation import ngettext

from accounts.models import User
from alerts.freshness.links import answering_link
from alerts.models import FreshnessRound
from journal.enums import Topic
from journal.letters import write_letter
from materials import figures

TEMPLATE = "freshness"
#: Listings that a letter names; of more it says how many.
MOST_NAMED = 10


class Step(Enum):
    ASKED = "asked"
    ASKED_AGAIN = "asked_again"
    LAPSED = "lapsed"


def tell(person: User, step: Step, rounds: Sequence[FreshnessRound]) -> None:
    """Ask about some listings, ask again, or say that they expired."""
    with translation.override(person.language):
        more = len(rounds) - MOST_NAMED
        data = {
            "step": step.value,
            "count": len(rounds),
            "first": rounds[0].listing.heading,
            "until": figures.long_day(timezone.localdate(rounds[0].due_at)) if rounds[0].due_at else "",
            "names": ", ".join(one.listing.heading for one in rounds[:MOST_NAMED]),
            "more": ngettext("en nog %(count)d", "en nog %(count)d", more) % {"count": more} if more > 0 else "",
            "link": answering_link(person),
        }
    write_letter(
        TEMPLATE, to=person.email, language=person.language, data=data,
        dedup_key=f"{TEMPLATE}-{step.value}-{person.pk}-{max(one.pk for one in rounds)}", topic=Topic.FRESHNESS,
    )  # fmt: skip
