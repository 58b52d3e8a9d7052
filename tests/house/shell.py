"""The functions of the scripts, asked from tests."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.house.pages import ROOT

#: What the tests' own servers set would point the scripts at them.
FOREIGN = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SITE_URL", "EMAIL_URL", "DATABASE_STATEMENT_TIMEOUT_MS"}


def bash(command: str, var: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a command after script/lib/setup.sh, if given with a folder of its own in place of var/."""
    env = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    env |= {"WERKSTOF_VAR": str(var)} if var else {}
    return subprocess.run(
        ["bash", "-c", f"source script/lib/setup.sh; {command}"],
        env=env, capture_output=True, text=True, cwd=ROOT, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def packages_for(system: str, *purposes: str) -> set[str]:
    """What the scripts install there."""
    return set(bash(f"packages_for {system} {' '.join(purposes)}").stdout.split())


def docker_compose() -> str:
    """The program, which Ubuntu keeps as a plugin of docker."""
    found = shutil.which("docker-compose", path=os.environ["PATH"] + ":/usr/libexec/docker/cli-plugins")
    assert found, "docker-compose is not installed: script/test installs it"
    return found
