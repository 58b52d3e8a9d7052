"""What every test relies on: real PostGIS, Redis and reference data; no strangers; nothing undefined in templates."""

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.template.base import Variable, VariableDoesNotExist
from django.test import TransactionTestCase
from django.utils import translation
from redis import Redis


def pytest_configure(config: pytest.Config) -> None:
    """WhiteNoise looks for its folder at every start; tasks wait where no other worker finds them."""
    from django.conf import settings

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.CELERY_TASK_DEFAULT_QUEUE = f"test-{os.getpid()}"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Tasks that nobody took go with the tests."""
    from django.conf import settings

    with Redis.from_url(settings.REDIS_URL) as redis:
        redis.delete(settings.CELERY_TASK_DEFAULT_QUEUE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast first: what needs no database, then what does, then what needs a browser."""
    items.sort(
        key=lambda item: 2 if item.get_closest_marker("browser") else int(bool(item.get_closest_marker("django_db")))
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The reference data is in every test's database, as in production, and stays there when a test commits."""
    with django_db_blocker.unblock():
        assert connection.settings_dict["NAME"].startswith("test_"), "Mark tests of the database with django_db"
        call_command("load_reference", verbosity=0)
    TransactionTestCase._fixture_teardown = _delete_what_tests_made  # type: ignore[attr-defined]


def _delete_what_tests_made(_case: TransactionTestCase) -> None:
    """In place of Django's emptying of every table."""
    from accounts.models import Organisation, User

    Organisation.objects.all().delete()
    User.objects.all().delete()


@pytest.fixture
def tasks_run_at_once(django_capture_on_commit_callbacks: Any) -> Iterator[Any]:
    """Gives a block of code after which every task that it has put on is done."""
    from marketplace.celery import app

    app.conf.task_always_eager = True
    yield lambda: django_capture_on_commit_callbacks(execute=True)
    app.conf.task_always_eager = False


@pytest.fixture(autouse=True)
def no_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test talks to this machine only."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"A test wanted to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def files_of_their_own(settings: Any, tmp_path: Any) -> None:
    """Uploads and mail stay in the test's folder; passwords are hashed fast; the cache is empty."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }


@pytest.fixture(autouse=True)
def in_dutch() -> Iterator[None]:
    """Each test begins in Dutch: the language of a request stays with its thread when it is over."""
    translation.activate("nl")
    yield
    translation.activate("nl")


@pytest.fixture(autouse=True)
def undefined_variables_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """A template of ours that prints a variable that isn't there is a mistake, not an empty string."""
    from django.template.base import FilterExpression

    resolve = FilterExpression.resolve

    def strict(self: FilterExpression, context: Any, ignore_failures: bool = False) -> Any:
        if not ignore_failures and isinstance(self.var, Variable) and _is_ours(context):
            try:
                self.var.resolve(context)
            except VariableDoesNotExist as error:
                if not any(function.__name__ in ("default", "default_if_none") for function, _args in self.filters):
                    raise AssertionError(f"Undefined in {context.template.name}: {self.token} ({error})") from None
        return resolve(self, context, ignore_failures)

    monkeypatch.setattr(FilterExpression, "resolve", strict)


def _is_ours(context: Any) -> bool:
    template = getattr(context, "template", None)
    origin = str(getattr(getattr(template, "origin", None), "name", ""))
    return "site-packages" not in origin and bool(template)
