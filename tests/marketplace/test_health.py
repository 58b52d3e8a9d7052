"""Probes: what fails is named, in a word."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from marketplace import health

pytestmark = pytest.mark.django_db


def test_a_process_lives_whatever_else_fails(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere.sock"
    assert client.get("/health/live").json() == {"status": "ok"}


def test_it_is_ready_when_all_parts_answer(client: Client) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["checks"] == {"database": "ok", "migrations": "ok", "redis": "ok"}


def test_without_redis_it_is_degraded_and_still_serves(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere.sock"
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "degraded",
        "checks": {"database": "ok", "migrations": "ok", "redis": "no answer"},
    }


def test_it_is_not_ready_without_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "NAME", "no_such_database")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "no answer", "migrations": "no answer", "redis": "ok"}
    assert b"no_such_database" not in answer.content
    assert b"Traceback" not in answer.content


def test_it_is_not_ready_while_a_migration_waits(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    known = health._on_disk()
    monkeypatch.setattr(health, "_on_disk", lambda: known | {("listings", "9999_later")})
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == "1 not applied: listings.9999_later"


def test_a_probe_only_reads(client: Client) -> None:
    assert client.post("/health/ready").status_code == 405
