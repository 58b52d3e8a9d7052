"""What pages say of an activity."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from exchanges.words import moment_words
from programme.enums import ActivityState
from programme.models import Activity


@dataclass(frozen=True)
class Row:
    """An activity as a list shows it. `where` is its place, "online", or both; `language` that of its own words, where
    one can say that and the page is in another; `tag` what one should know before reading on.
    """

    activity: Activity
    when: str
    where: str
    language: str
    tag: str


def row_of(activity: Activity, at: dt.datetime) -> Row:
    """Of one that was fetched by for_rows()."""
    return Row(
        activity=activity,
        when=moment_words(activity.period),
        where=" · ".join(filter(None, [activity.place, _("online") if activity.online_link else ""])),
        language=_language_of(activity),
        tag=_tag(activity, at),
    )


def spoken(activity: Activity) -> str:
    """ "Nederlands, Frans"."""
    names: dict[str, Any] = dict(settings.LANGUAGES)
    return ", ".join(str(names[code]) for code in activity.languages)


def _language_of(activity: Activity) -> str:
    """Where several are spoken, nobody knows in which it is announced."""
    only = activity.languages[0] if len(activity.languages) == 1 else ""
    return "" if only == get_language() else only


def _tag(activity: Activity, at: dt.datetime) -> str:
    if activity.state != ActivityState.PUBLISHED:
        return activity.get_state_display()
    return _("voorbij") if activity.is_over(at) else ""
