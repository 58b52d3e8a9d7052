"""Files of uploads that no row names any more, whatever left them: they are destroyed some time after.

A file is written before the transaction that names it ends, and stays where that one is rolled back; rows that are
destroyed with what they belong to, as those of the demo and of a hub's map are, leave theirs. So no service has to
think of it: each night whatever nobody names is gone.
"""

import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import FileField

logger = logging.getLogger(__name__)
#: So long a file is left alone after it was written: no request or import takes longer until a row names it.
LEFT_ALONE = dt.timedelta(days=1)
#: Names that one query looks up.
_AT_ONCE = 1_000


def file_fields() -> list[tuple[Any, str]]:
    """Each column that names files, with its model."""
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, FileField)
    ]


def upload_folders() -> list[str]:
    """The folders into which uploads go: the first part of where each column says that its files lie."""
    return sorted({
        str(model._meta.get_field(name).upload_to).split("/", maxsplit=1)[0] for model, name in file_fields()
    })  # fmt: skip


def sweep_files(*, at: dt.datetime) -> int:
    """Destroy the files of uploads that no row names, and that were there a day ago; returns how many."""
    fields, swept = file_fields(), 0
    for folder in upload_folders():
        names = _names_before(folder, at - LEFT_ALONE)
        while some := list(islice(names, _AT_ONCE)):
            left = set(some) - _named(fields, some)
            for name in left:
                default_storage.delete(name)
            swept += len(left)
    if swept:
        logger.info("%s files that nothing names any more are destroyed", swept)
    return swept


def _names_before(folder: str, moment: dt.datetime) -> Iterator[str]:
    """The names of files in a folder and those below it, as rows have them, that were last written before a moment."""
    root = Path(default_storage.path(""))
    for path in (root / folder).rglob("*"):
        if path.is_file() and not path.is_symlink() and path.stat().st_mtime < moment.timestamp():
            yield path.relative_to(root).as_posix()


def _named(fields: Sequence[tuple[Any, str]], names: Sequence[str]) -> set[str]:
    found = set[str]()
    for model, field in fields:
        found |= set(model._base_manager.filter(**{f"{field}__in": names}).values_list(field, flat=True))
    return found
