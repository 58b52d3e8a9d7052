"""A row that time can't take stops no other: it waits, longer each time, where operators see it."""

import datetime as dt
import logging
from typing import Any

import pytest
from django.test import Client

from exchanges import services, tasks
from exchanges import sweep as exchange_sweep
from exchanges.models import Exchange
from exchanges.steps import DAY
from exchanges.sweep import sweep
from journal.models import Letter, SetAside
from journal.one_by_one import PAUSES
from tests.exchanges.makers import Story, Stream
from tests.makers import make_user

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


class Broken:
    """The first of two requests can't be taken, whatever is due of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.first, self.second = Story(), Story()
        self.bad = self.first.ask()
        self.good = self.second.ask(at=self.second.at + MINUTE)
        self.take = exchange_sweep.take_due
        self.is_broken = True
        monkeypatch.setattr(exchange_sweep, "take_due", self.take_unless_broken)

    def take_unless_broken(self, *, exchange: Exchange, at: dt.datetime) -> None:
        self.take(exchange=exchange, at=at)
        if exchange.pk == self.bad.pk and self.is_broken:
            raise ZeroDivisionError("a nought\0 in its weight")

    def states(self) -> list[str]:
        return [Exchange.objects.get(pk=one.pk).state for one in (self.bad, self.good)]


def test_one_bad_row_stops_no_other_and_is_tried_again_ever_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Broken(monkeypatch)
    at = broken.second.at + 7 * DAY + MINUTE
    with caplog.at_level(logging.ERROR):
        assert sweep(at=at) == 1
    assert broken.states() == ["requested", "lapsed"]
    # Its half of the work is undone, and said to nobody.
    assert not Letter.objects.about(broken.bad).filter(template="exchange_step", data__state="vervallen").exists()
    (record,) = (one for one in caplog.records if "Set aside" in one.message)
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], ZeroDivisionError)
    for times, pause in enumerate((*PAUSES, PAUSES[-1]), 1):
        found = SetAside.objects.get()
        assert (found.subject_kind, found.subject_id, found.times) == ("exchanges.exchange", broken.bad.pk, times)
        assert found.error == "ZeroDivisionError: a nought in its weight"
        assert found.again_at == at + pause
        assert sweep(at=at + pause - dt.timedelta(seconds=1)) == 0
        assert SetAside.objects.get().times == times
        at += pause
        sweep(at=at)
    broken.is_broken = False
    at = SetAside.objects.get().again_at
    assert sweep(at=at) == 1
    assert broken.states() == ["lapsed", "lapsed"]
    assert not SetAside.objects.exists()


def test_what_people_settled_meanwhile_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Broken(monkeypatch)
    sweep(at=broken.second.at + 3 * DAY)
    services.withdraw(by=broken.first.requester, exchange=broken.bad)
    sweep(at=broken.second.at + 4 * DAY)
    assert SetAside.objects.exists()
    sweep(at=broken.second.at + 12 * DAY)
    assert not SetAside.objects.exists()


def test_a_kind_that_fails_as_a_whole_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*, at: dt.datetime) -> int:
        raise ZeroDivisionError

    story = Story()
    story.ask(at=story.at - 8 * DAY)
    stream = Stream()
    stream.ask_standing(at=story.at - 30 * DAY)
    before = stream.agreement.due_at
    monkeypatch.setattr(tasks, "_SWEEPS", (tasks._SWEEPS[0], fails, *tasks._SWEEPS[1:]))
    with caplog.at_level(logging.ERROR):
        assert tasks.sweep_exchanges() >= 2
    story.exchange.refresh_from_db()
    stream.agreement.refresh_from_db()
    assert story.exchange.state == "lapsed"
    assert stream.agreement.due_at != before
    assert "broke off" in caplog.text


def test_operators_read_what_failed_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Broken(monkeypatch)
    sweep(at=broken.second.at + 7 * DAY)
    address = "/admin/journal/setaside/"
    for user, status in ((make_user(is_superuser=True, is_staff=True), 200), (make_user(is_staff=True), 403)):
        client = Client()
        client.force_login(user)
        page: Any = client.get(address)
        assert page.status_code == status
        assert ("ZeroDivisionError" in page.content.decode()) == (status == 200)
