"""How exchanges of an organisation went, in words."""

import datetime as dt
import math

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exchanges.facts import MONTHS, Facts
from frontend.components import figures

_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def fact_rows(facts: Facts) -> list[tuple[str, str]]:
    """What each is about, and what it is: numbers, and shares where there is enough to say one."""
    rows = [(_("Afgerond"), _completed(facts))]
    if facts.completed:
        rows.append((_("Gewicht"), _weighed(facts)))
    if facts.completed or facts.no_shows:
        rows.append((_("Afspraken"), _missed(facts.no_shows)))
    rows.append((_("Antwoord"), _answered(facts)))
    return rows


def period_words() -> str:
    return _("In de laatste %(months)d maanden.") % {"months": MONTHS}


def _completed(facts: Facts) -> str:
    if not facts.completed:
        return _("nog niets afgerond")
    words = ngettext("%(count)s uitwisseling", "%(count)s uitwisselingen", facts.completed)
    return words % {"count": figures.number(facts.completed)}


def _weighed(facts: Facts) -> str:
    words = _("bij %(both)s van %(all)s bevestigden beide kanten wat er meeging") % {
        "both": figures.number(facts.weighed_by_both),
        "all": figures.number(facts.completed),
    }
    share = facts.share_weighed_by_both
    return words if share is None else f"{words} ({figures.percent(share)})"


def _missed(count: int) -> str:
    if not count:
        return _("geen enkele keer niet komen opdagen")
    words = ngettext("%(count)s keer niet komen opdagen", "%(count)s keer niet komen opdagen", count)
    return words % {"count": figures.number(count)}


def _answered(facts: Facts) -> str:
    if not facts.asked:
        return _("nog geen aanvragen gekregen")
    words = _("op %(answered)s van %(asked)s aanvragen") % {
        "answered": figures.number(facts.answered),
        "asked": figures.number(facts.asked),
    }
    if facts.reply is None:
        return words
    return _("%(answered)s, de helft daarvan binnen %(time)s") % {"answered": words, "time": _time(facts.reply)}


def _time(span: dt.timedelta) -> str:
    """Rounded up: "3 uur", "2 dagen"."""
    if span <= _DAY:
        hours = max(1, math.ceil(span / _HOUR))
        return ngettext("%(count)d uur", "%(count)d uur", hours) % {"count": hours}
    days = math.ceil(span / _DAY)
    return ngettext("%(count)d dag", "%(count)d dagen", days) % {"count": days}
