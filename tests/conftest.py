"""What every test relies on: real PostGIS, Redis and reference data; no strangers; nothing undefined in templates."""

import gc
import itertools
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.template.base import FilterExpression, Template, Variable, VariableDoesNotExist
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from redis import Redis

from sandbox import limited
from tests import databases, measured
from tests.schedule import ByFile, in_turn

# The same examples in every run: what fails for one fails for all. `--hypothesis-profile=default` looks for new ones.
# How long one takes says nothing where several tests run at once.
hypothesis_settings.register_profile("same", derandomize=True, deadline=None)
hypothesis_settings.load_profile("same")


#: Each process's own: no worker of another run, or beside it in this one, takes its tasks. Workers that a test starts
#: read it from the environment.
QUEUE_PREFIX = os.environ["QUEUE_PREFIX"] = f"test-{os.getpid()}-"


def pytest_configure(config: pytest.Config) -> None:
    """WhiteNoise looks for its folder at every start."""
    from django.conf import settings

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"] = QUEUE_PREFIX
    limited.ENVIRONMENT.update(measured.environment())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Tasks that nobody took go with the tests."""
    from django.conf import settings

    with Redis.from_url(settings.REDIS_URL) as redis:
        for key in redis.scan_iter(f"{QUEUE_PREFIX}*"):
            redis.delete(key)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    in_turn(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_blocker: Any) -> None:
    """The reference data is in every test's database, as in production, and stays there when a test commits."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = databases.reference()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    TransactionTestCase._fixture_teardown = _delete_what_tests_made  # type: ignore[attr-defined]


def _delete_what_tests_made(_case: TransactionTestCase) -> None:
    """In place of Django's emptying of every table."""
    from accounts.models import Organisation, User
    from alerts.models import WaitingListing
    from exchanges.models import Enquiry, InboundMail
    from journal.models import Letter, LetterRefusal
    from listings.search.cells import fold_cells
    from maps.models import MaterialMap
    from programme.models import Activity

    for model in (
        Activity,
        MaterialMap,
        Organisation,
        Enquiry,
        User,
        InboundMail,
        Letter,
        LetterRefusal,
        WaitingListing,
    ):
        model._default_manager.all().delete()
    # Events refuse to be deleted one by one.
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE journal_event, maps_mapfeatureversion, pghistory_context")
    # Triggers noted that the listings went.
    fold_cells()


@pytest.fixture
def tasks_run_at_once(django_capture_on_commit_callbacks: Any) -> Iterator[Any]:
    """Gives a block of code after which every task that it has put on is done."""
    from marketplace.celery import app

    # By their names they are found only where they are loaded, as a worker does.
    app.loader.import_default_modules()
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


#: A number for each test's folder. Most tests write no file: it is made by the first that is written.
_folders = itertools.count(1)


@pytest.fixture(autouse=True)
def files_of_their_own(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Uploads and mail stay in the test's folder; passwords are hashed fast; the cache is empty."""
    folder = tmp_path_factory.getbasetemp() / f"files{next(_folders)}"
    settings.MEDIA_ROOT = folder / "media"
    # Else each client of a test looks through all static files first.
    settings.WHITENOISE_AUTOREFRESH = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(folder)}
    }


@pytest.fixture
def collector_waits() -> Iterator[None]:
    """Nothing that other tests left is cleared away meanwhile: for documents so deep that reading one takes all of the
    stack. Whatever clears up there has no room left to, and that would count as a fault of this test.
    """
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def in_dutch() -> Iterator[None]:
    """Each test begins in Dutch: the language of a request stays with its thread when it is over."""
    translation.activate("nl")
    yield
    translation.activate("nl")


#: Templates that others wrote rely on absent variables being empty: the admin's, allauth's and REST framework's pages,
#: and Django's own form widgets. What overrides one of them in this project is ours.
WRITTEN_BY_OTHERS = "site-packages"


@pytest.fixture(autouse=True)
def undefined_variables_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """A template of ours that prints, tests or walks a variable that isn't there is a mistake, not an empty string.

    Django looks up what stands in {% if %} and {% for %} with `ignore_failures`, and swallows every Exception
    between operands: pytest's own failure is none, and passes.
    """
    resolve = FilterExpression.resolve

    def strict(self: FilterExpression, context: Any, ignore_failures: bool = False) -> Any:
        template = _template_of(context)
        if template is not None and WRITTEN_BY_OTHERS not in str(template.origin.name):
            for variable in _looked_up(self):
                try:
                    variable.resolve(context)
                except VariableDoesNotExist as error:
                    pytest.fail(f"Undefined in {template.name}: {self.token} ({error})")
        return resolve(self, context, ignore_failures)

    monkeypatch.setattr(FilterExpression, "resolve", strict)


def _looked_up(expression: FilterExpression) -> Iterator[Variable]:
    """The expression's variables, but not one that it gives a default for."""
    names = {function.__name__ for function, _arguments in expression.filters}
    if isinstance(expression.var, Variable) and not names & {"default", "default_if_none"}:
        yield expression.var
    for _function, arguments in expression.filters:
        yield from (argument for is_looked_up, argument in arguments if is_looked_up)


def _template_of(context: Any) -> Template | None:
    """Which is being rendered: included, extended or the page's own."""
    rendering = getattr(context, "render_context", None)
    found: Template | None = getattr(rendering, "template", None) or getattr(context, "template", None)
    return found
