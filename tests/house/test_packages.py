"""One table names the system packages of every system that Werkstof sets itself up on."""

from pathlib import Path

import pytest

from tests.house.shell import bash, packages_for

PURPOSES = ("run", "build", "servers", "tests")
#: GDAL's library carries its version in its name, and has another on each system.
GDAL = {"debian-12": "libgdal32", "debian-13": "libgdal36", "ubuntu-24.04": "libgdal34t64"}


@pytest.mark.parametrize("system", GDAL)
def test_each_system_has_what_every_purpose_needs(system: str) -> None:
    setting_pages = {"libharfbuzz-subset0", "libpango-1.0-0", "libpangoft2-1.0-0"}
    assert packages_for(system, "run") == {"ca-certificates", "nginx", "python3", GDAL[system]} | setting_pages
    assert packages_for(system, "build") == {"gettext", "python3-venv"}
    # Without a version: whichever the system has.
    assert packages_for(system, "servers") == {"postgresql", "postgresql-postgis", "redis-tools"}
    assert {"gdal-bin", "poppler-utils", "shellcheck"} < packages_for(system, "tests")


def test_a_browser_comes_where_its_package_holds_one() -> None:
    with_one = {system for system in GDAL if "chromium" in packages_for(system, "tests")}
    assert with_one == {"debian-12", "debian-13"}


def test_a_system_that_is_not_named_has_what_is_called_the_same_everywhere() -> None:
    everywhere = packages_for("debian-99", *PURPOSES)
    assert everywhere == set.intersection(*(packages_for(system, *PURPOSES) for system in GDAL))
    assert "postgresql" in everywhere


@pytest.mark.parametrize(
    ("release", "name"),
    [
        ('PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_ID="13"\nID=debian\n', "debian-13"),
        ('NAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n', "ubuntu-24.04"),
        ("ID=debian\nVERSION_CODENAME=forky\n", "debian-unknown"),
    ],
)
def test_a_system_is_known_by_its_own_file(release: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "os-release").write_text(release)
    assert bash(f"system_name {tmp_path}/os-release").stdout == f"{name}\n"
    assert bash(f"system_name {tmp_path}/none").stdout == "linux-unknown\n"


def test_a_package_that_brings_a_server_starts_none(tmp_path: Path) -> None:
    """Debian asks a program whether a service may start: ours says no while packages come in, then it goes."""
    asked = bash(
        'POLICY=$VAR/policy; forbid_services; "$POLICY" nginx start && echo allowed; allow_services; ls "$VAR"',
        tmp_path,
    )
    assert asked.stdout == "", asked.stdout


def test_a_policy_of_the_machine_s_own_stays(tmp_path: Path) -> None:
    (tmp_path / "policy").write_text("#!/bin/sh\nexit 0\n")
    bash("POLICY=$VAR/policy; forbid_services; allow_services", tmp_path)
    assert (tmp_path / "policy").read_text() == "#!/bin/sh\nexit 0\n"


def test_the_packages_of_this_system_are_here() -> None:
    """The scripts that lead to this test have installed them."""
    missing = bash(
        'for name in $(packages_for "$(system_name /etc/os-release)" run build servers tests); do '
        "dpkg-query -W -f '${Status}' \"$name\" 2>/dev/null | grep -q 'ok installed' || echo \"$name\"; done"
    )
    assert missing.stdout == ""
    assert missing.returncode == 0
