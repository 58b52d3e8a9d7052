"""Whether lines of a log read well: no field's own name, no id, no value as the code writes it."""

import re
from collections import defaultdict
from html import unescape

from django.conf import settings
from django.utils import translation
from django.utils.html import strip_tags

from accounts.models import HubStaff, Organisation, User
from frontend.log.fields import LABELS, field_of, label
from frontend.log.page import Line, lines_for_hub, lines_for_organisation
from frontend.log.sentences import is_said
from journal.models import Event
from tests.makers import make_user

#: What code writes and people don't: braces, underscores, brackets, quotes, ISO days, None.
CODE = re.compile(r"[{}_\[\]]|\bNone\b|\bTrue\b|\bFalse\b|\d{4}-\d\d-\d\d|\b\w+\.\w+\.\w+\b(?<!\d)")
#: Values of choices that are no words of ours: a line that shows one shows it untranslated.
RAW = re.compile(
    r"\b(social_enterprise|on_request|one_off|by_product|removal_fee|take_back|piece|supply|demand|published|draft"
    r"|withdrawn|blurred|unsure|core|thematic|editor|manager|admin|member)\b"
)


def check_reads_well(events: list[Event]) -> None:
    """Fail where a line of these events shows what only the code knows. Each is read as those do who may read it."""
    shown = 0
    for language in settings.LANGUAGE_CODES:
        with translation.override(language):
            lines, given = _lines(events), _given_names()
            for line in lines:
                check_line(line, language, given)
            shown += len(lines)
    assert shown >= len(events) * len(settings.LANGUAGE_CODES)
    for event in events:
        for name in event.changes:
            if not is_said(event, name):
                check_label(event.subject_kind, name)


def check_label(subject_kind: str, name: str) -> None:
    """A field has words of its own: in one language at least they differ from its name in the code."""
    assert name in LABELS or field_of(subject_kind, name) is not None, f"{subject_kind} {name} has no label"
    words = {language: _in(language, subject_kind, name) for language in settings.LANGUAGE_CODES}
    assert any(word.lower() != name.replace("_", " ") for word in words.values()), f"{name}: {words}"


def _in(language: str, subject_kind: str, name: str) -> str:
    with translation.override(language):
        return label(subject_kind, name)


def _lines(events: list[Event]) -> list[Line]:
    """As an admin of its organisation reads each, and a manager of each of its hubs; else as if it were in both logs.

    A log reads what it needs once for all of its lines: those of one log come together.
    """
    of_organisation: dict[int | None, list[Event]] = defaultdict(list)
    for event in events:
        of_organisation[event.organisation_id].append(event)
    of_hub: dict[tuple[int, User], list[Event]] = defaultdict(list)
    lines = []
    for organisation_id, theirs in of_organisation.items():
        members = User.objects.filter(memberships__organisation=organisation_id)
        reader = members.first() or User.objects.first() or make_user()
        lines += lines_for_organisation(theirs, reader)
        for event in theirs:
            for hub_id in event.hub_ids:
                staff = HubStaff.objects.filter(hub=hub_id).first()
                of_hub[hub_id, staff.user if staff else reader].append(event)
    for (hub_id, reader), theirs in of_hub.items():
        lines += lines_for_hub(theirs, hub_id, reader)
    return lines


def words_of(line: Line) -> str:
    parts = [line.sentence, *line.notes, *(part for row in line.rows for part in (row.label, row.before, row.after))]
    return unescape(strip_tags(" | ".join(map(str, parts))))


def check_line(line: Line, language: str, given_names: list[str]) -> None:
    words = words_of(line)
    without_names = words
    for name in given_names:
        without_names = without_names.replace(name, "")
    for pattern in (CODE, RAW) if language == "nl" else (CODE,):
        found = pattern.search(without_names)
        assert found is None, f"{line.event.verb} shows {found!r}: {words}"
    # conftest sets all ids far off; the hubs' own are older, and small.
    numbers = {str(pk) for pk in (line.event.subject_id, line.event.by_id) if pk is not None and pk > 999}
    assert not numbers & set(re.findall(r"\d+", without_names)), words
    assert "→ |" not in words
    assert all(row.before or row.after for row in line.rows), words


def _given_names() -> list[str]:
    """Names that people gave themselves or their organisation: these may be in any language, and hold any number."""
    names = [*User.objects.values_list("email", flat=True), *Organisation.objects.values_list("name", flat=True)]
    return sorted(names, key=len, reverse=True)  # no name is cut by a shorter one that it holds
