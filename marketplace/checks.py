"""What `migrate` asks before it changes anything."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@register(Tags.database)
def check_this_version_made_the_database(databases: Sequence[str] | None, **_others: Any) -> list[CheckMessage]:
    """Refuse a database in which migrations ran that this version doesn't have.

    Without this check, `migrate` would take the first migration of a room for done because one of the same name once
    ran, and break on tables that are not as it expects.
    """
    return [_refusal(unknown) for alias in databases or () if (unknown := unknown_migrations(alias))]


def unknown_migrations(alias: str) -> list[str]:
    """The migrations of our own rooms that ran in a database and that this version doesn't have: `geo.0002_gone`."""
    ours = {app.label for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR}
    on_disk = MigrationLoader(None).disk_migrations
    known = {*on_disk, *(replaced for migration in on_disk.values() for replaced in migration.replaces)}
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app in ours and (app, name) not in known)


def _refusal(unknown: list[str]) -> CheckMessage:
    shown = ", ".join(unknown[:3]) + (f" and {len(unknown) - 3} more" if len(unknown) > 3 else "")
    return Error(
        "Another version of Werkstof made this database: "
        f"it holds migrations that this version doesn't have ({shown}).",
        hint=(
            "Nothing was changed in it. To begin with an empty database, stop Werkstof and move the old one away: "
            "`mv var var.old` where script/server runs it, elsewhere a new name in DATABASE_URL. To keep what is in "
            "it, go on with the version that made it, or have that version write it to files (docs/operating.md, "
            "under Backup)."
        ),
        id="marketplace.E001",
    )
