"""A step that came late, of an exchange or a standing agreement: what was typed stands there still, to be sent again
with what has changed in sight.
"""

from collections.abc import Iterable
from typing import Any

from django.forms import Form
from django.http import QueryDict
from django.utils.translation import gettext as _


def at_version(data: QueryDict, version: int) -> QueryDict:
    """What was sent, as if it was filled in beside what stands there now: whoever sends it again has seen that."""
    again = data.copy()
    again["version"] = str(version)
    return again


def say_still_there() -> str:
    return _("Wat je invulde, staat er nog. Klopt het zo, verstuur het dan opnieuw.")


def refusals(form: Form) -> list[str]:
    """Why a step was refused that the page doesn't offer any more, and so can't say at its fields."""
    return [str(words) for errors in form.errors.values() for words in errors]


def shows_step(context: dict[str, Any]) -> bool:
    """Whether the page still offers the step that was refused."""
    primary, others, dates = context["primary"], context["others"], context.get("coming", [])
    shown: Iterable[Any] = [*([primary] if primary else []), *others, *(step for row in dates for step in row.steps)]
    return any(step.is_open for step in shown)
