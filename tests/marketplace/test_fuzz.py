"""Thousands of requests drawn from the OpenAPI document, fitting and misfitting: no error, and answers as documented.

The whole of Werkstof runs for it, with demo data. `script/test` draws for half a minute; `script/fuzz` for longer.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.browser.conftest import ROOT, free_port, own_redis, wait_for, web_server
from tests.databases import make_site

pytestmark = pytest.mark.server
DATABASE = f"{settings.DATABASES['default']['NAME']}_fuzz"
#: How many seconds are spent, and how many requests are drawn for an operation at most.
SECONDS = int(os.environ.get("FUZZ_SECONDS", "30"))
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "5"))
SEED = os.environ.get("FUZZ_SEED", "9")
#: Two checks of schemathesis don't hold here. The document can't say all that makes data right, such as that a point
#: lies in Belgium; and an empty parameter counts as none, since forms send all of their fields.
CHECKS_LEFT_OUT = "positive_data_acceptance,negative_data_rejection"
#: Makes somebody who may do all that members and hub staff may, and prints the token of their program.
PERSON = """
from accounts import services
from accounts.models import HubStaff, Membership, Organisation, User
from geo.models import Hub
person = User.objects.get(email="bedrijf@demo.example")
HubStaff.objects.get_or_create(user=person, hub=Hub.objects.get(slug="sociaal-circulaire-hub-gent"), role="manager")
for organisation in Organisation.objects.order_by("pk")[:20]:
    Membership.objects.get_or_create(user=person, organisation=organisation, role="admin")
print(services.make_token(by=person))
"""


@pytest.fixture(scope="module")
def environment(django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What the running system reads, with a database and a Redis of its own."""
    folder = tmp_path_factory.mktemp("fuzz")
    old: dict[str, Any] = settings.DATABASES["default"]
    with django_db_blocker.unblock():
        make_site(DATABASE)
    with own_redis(folder) as redis:
        yield os.environ | {
            "DATABASE_URL": f"postgresql://{old['USER']}@/{DATABASE}?host={old['HOST']}",
            "REDIS_URL": redis,
            "EMAIL_URL": f"filemail:///{folder / 'mail'}",
            "WERKSTOF_VAR": str(folder / "var"),
            "DEBUG": "0",
        }


@pytest.fixture
def site(environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """The address of the production web server."""
    port, log = free_port(), tmp_path / "site.log"
    with log.open("w") as written:
        server = subprocess.Popen(
            [sys.executable, "-m", *web_server(port)], cwd=ROOT, env=environment, stdout=written, stderr=written
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/health/live", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)


def manage(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def fuzz(site: str, token: str, report: Path) -> tuple[dict[str, Any], str]:
    """Have schemathesis ask; returns its report and what it said. It leaves the token alone, by which it asks."""
    options = {
        "report-json-path": str(report), "max-time": str(SECONDS), "max-examples": str(EXAMPLES), "seed": SEED,
        "checks": "all",
        "exclude-checks": CHECKS_LEFT_OUT, "exclude-path": "/api/v1/me/token/",
        "header": f"Authorization: Token {token}",
        "workers": "1", "generation-database": "none", "max-response-time": "10", "warnings": "off",
    }  # fmt: skip
    done = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "run", f"{site}/api/schema/?format=json", "--no-color",
            "--continue-on-failure", *(f"--{name}={value}" for name, value in options.items()),
        ],
        cwd=report.parent, capture_output=True, text=True,
    )  # fmt: skip
    assert report.exists(), done.stdout + done.stderr
    (report.parent / "said.txt").write_text(done.stdout)
    return json.loads(report.read_text()), done.stdout


def test_the_api_answers_as_its_document_says(
    site: str, environment: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token = manage(environment, "shell", "-v", "0", "-c", PERSON).strip()
    report, said = fuzz(site, token, tmp_path / "report.json")
    cases = report["test_cases"]
    with capsys.disabled():
        sys.stdout.write(f"\n{cases['generated']} requests, {cases['with_failures']} not as documented\n")
    assert cases["generated"] > 100
    assert (cases["with_failures"], report["errors"]) == (0, []), said[-20_000:]
