"""Addresses of what hubs invite people to."""

from typing import Any

from accounts.roles import Right as R
from tests.programme.makers import TODAY, Programme
from tests.roles.cast import Cast, Visit, reads, writes

_FORM = {
    "title": "Hersteldag", "kind": "repair_day", "languages": ["nl"], "day": f"{TODAY:%Y}-12-31", "begins": "10:00",
    "ends": "16:00", "place": "9000 Gent",
}  # fmt: skip


class ProgrammeCast(Cast):
    """Activities of the hub whose staff is that of the cast: one published, one still a draft."""

    def __init__(self) -> None:
        super().__init__()
        self.programme = Programme()
        self.shown, self.draft = self.programme.published(), self.programme.draft()
        self.numbers |= {"slug": self.hub.slug, "activity_id": self.shown.pk}


def _changing(cast: ProgrammeCast, *_more: Any) -> dict[str, Any]:
    return _FORM | {"title": "Anders", "version": cast.shown.version}


_DRAFT = {"activity_id": lambda cast: cast.draft.pk}

VISITS: list[Visit] = [
    *reads(R.READ_PUBLISHED, "agenda", "agenda-feed", "activity", "activity-calendar"),
    *reads(R.READ_PUBLISHED, "api-activities", "api-activity"),
    *reads(R.RUN_PROGRAMME, "activity", where=_DRAFT),
    *reads(R.RUN_PROGRAMME, "activity-new", "activity-edit"),
    writes(R.RUN_PROGRAMME, "activity-new", _FORM),
    writes(R.RUN_PROGRAMME, "activity-edit", _changing),
    writes(R.RUN_PROGRAMME, "activity-publish", where=_DRAFT),
    writes(R.RUN_PROGRAMME, "activity-cancel", {"cancel_reason": "Te weinig mensen."}),
    writes(R.RUN_PROGRAMME, "activity-delete", where=_DRAFT),
]
