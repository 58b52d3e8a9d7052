"""The project speaks of itself alone: of no other machine, no other host, and no list of tasks."""

import os
import re
from functools import cache
from pathlib import Path

from tests.house.pages import ROOT

MADE = {"var", "node_modules", "build", "__pycache__"}
LOCKED = {"package-lock.json", "LICENSE"}
ENDINGS = (
    ".py", ".md", ".sh", ".html", ".txt", ".ts", ".mjs", ".css", ".toml", ".yml", ".json", ".csv", ".psv", ".po",
    ".svg",
)  # fmt: skip
_HOST = re.compile(r"https?://(?:[^/\s@\"'<>]*@)?\[?([A-Za-z0-9][A-Za-z0-9._-]*)")
_ANY = re.compile(r"(^|\.)example(\.\w+)?$")
#: Hosts that a file may name: this machine, names that stand for any, licences, standards and formats that are cited,
#: the public register of enterprises, and where pages send people who carry waste.
HOSTS = {
    "127.0.0.1", "localhost", "testserver", "www.w3.org", "creativecommons.org", "www.nationalarchives.gov.uk",
    "www.postgresql.org", "kbopub.economie.fgov.be", "ovam.vlaanderen.be",
    "data.vlaanderen.be", "docs.ogc.org", "json-schema.org", "metadata.vlaanderen.be", "opendatacommons.org",
    "publications.europa.eu", "schema.org", "www.iana.org", "www.opengis.net", "www.sitemaps.org", "www.vlaanderen.be",
}  # fmt: skip


@cache
def _files() -> list[Path]:
    """What people wrote: no folder that begins with a dot but those of the project, nothing that is made or locked."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in MADE and (name[0] != "." or name == ".ci")]
        found += [Path(folder, name) for name in names if name not in LOCKED]
    found = [path for path in found if path.name[0] != "." and (path.suffix in ENDINGS or not path.suffix)]
    assert len(found) > 300
    return found


def test_no_file_but_a_page_names_a_host_that_it_has_no_reason_to() -> None:
    strange = {
        f"{path.relative_to(ROOT)}: {host}"
        for path in _files()
        if path.suffix != ".md"
        for host in _HOST.findall(path.read_text(errors="replace"))
        if host not in HOSTS and not _ANY.search(host)
    }
    assert strange == set()


def test_locks_name_no_index() -> None:
    for name in (
        "requirements/run.txt",
        "requirements/dev.txt",
        "package-lock.json",
        "benchmarks/browser/package-lock.json",
    ):
        text = (ROOT / name).read_text()
        assert "index-url" not in text
        assert '"resolved"' not in text


def test_no_file_names_a_folder_of_somebody_s_machine() -> None:
    pattern = re.compile(r"(?<![\w./~-])/(?:home|work|mnt|Users|workspace|builds)/\w")
    strange = [
        f"{path.relative_to(ROOT)}: {line.strip()[:80]}"
        for path in _files()
        for line in path.read_text(errors="replace").splitlines()
        if pattern.search(line)
    ]
    assert strange == []


def test_no_text_refers_to_a_number_in_a_list_of_tasks() -> None:
    pattern = re.compile(r"(?:^|[\s(])#\d{1,5}\b(?![\w-])|\b(?:issue|ticket|closes|fixes)\s+#?\d+", re.I)
    strange = [
        f"{path.relative_to(ROOT)}: {line.strip()[:80]}"
        for path in _files()
        if path.suffix in (".py", ".md", ".sh", ".html", ".ts", "")
        for line in path.read_text(errors="replace").splitlines()
        if pattern.search(line)
    ]
    assert strange == []
