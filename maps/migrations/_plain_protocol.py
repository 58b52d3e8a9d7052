"""Lets a migration send several commands at once, as pgtrigger's operations do (docs/adr/0047).

Our connections prepare every statement, and a prepared statement is one command. Between these two operations the
connection of the migration prepares none.
"""

from typing import Any

from django.db import migrations


def _prepare_none(_apps: Any, schema_editor: Any) -> None:
    schema_editor.connection.ensure_connection()
    schema_editor.connection.connection.prepare_threshold = None


def _prepare_all(_apps: Any, schema_editor: Any) -> None:
    schema_editor.connection.connection.prepare_threshold = schema_editor.connection.settings_dict["OPTIONS"][
        "prepare_threshold"
    ]


def between(*operations: Any) -> list[Any]:
    """The operations, on a connection that takes several commands at once."""
    return [
        migrations.RunPython(_prepare_none, _prepare_all),
        *operations,
        migrations.RunPython(_prepare_all, _prepare_none),
    ]
