"""A database that another version made is refused before anything changes in it."""

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from marketplace.checks import unknown_migrations

pytestmark = pytest.mark.django_db


def record(app: str, name: str) -> None:
    MigrationRecorder(connection).record_applied(app, name)


def test_the_database_of_this_version_is_taken() -> None:
    assert unknown_migrations("default") == []
    assert run_checks(tags=[Tags.database], databases=["default"]) == []


def test_migrate_refuses_a_database_of_another_version_and_says_what_to_do() -> None:
    for number in range(2, 7):
        record("geo", f"000{number}_that_is_gone")
    with pytest.raises(SystemCheckError) as refused:
        call_command("migrate", skip_checks=False, verbosity=0)
    said = str(refused.value)
    assert "Another version of Werkstof made this database" in said
    assert "(geo.0002_that_is_gone, geo.0003_that_is_gone, geo.0004_that_is_gone and 2 more)" in said
    assert "mv var var.old" in said


def test_what_others_packages_once_did_is_theirs() -> None:
    record("auth", "0002_of_a_later_django")
    record("a_package_that_is_no_longer_installed", "0001_initial")
    assert unknown_migrations("default") == []
