"""Letters that ask sources whether what a map says of them is still so."""

from collections.abc import Sequence

from django.utils import timezone, translation
from django.utils.translation import ngettext

from accounts.models import User
from journal.letters import write_letter
from maps.models import VerificationRound
from maps.verification.links import source_link
from materials import figures

TEMPLATE = "map_verification"
#: Elements that a letter names; of more it says how many.
MOST_NAMED = 10


def ask_person(person: User, rounds: Sequence[VerificationRound]) -> None:
    """Ask about some elements, all for the first time or all once more. Needs for_letters()."""
    last, letter = max(one.pk for one in rounds), rounds[0].letters
    hubs = sorted({one.feature.layer.map.hub.name for one in rounds})
    with translation.override(person.language):
        more = len(rounds) - MOST_NAMED
        data = {
            "again": letter > 1,
            "count": len(rounds),
            "first": rounds[0].feature.title,
            "hubs": ", ".join(hubs),
            "names": ", ".join(one.feature.title for one in rounds[:MOST_NAMED]),
            "more": ngettext("en nog %(count)d", "en nog %(count)d", more) % {"count": more} if more > 0 else "",
            "until": figures.long_day(timezone.localdate(min(one.due_at for one in rounds if one.due_at))),
            "link": source_link(person, last),
        }
    write_letter(
        TEMPLATE, to=person.email, language=person.language, data=data,
        dedup_key=f"{TEMPLATE}-{letter}-{person.pk}-{last}",
    )  # fmt: skip
