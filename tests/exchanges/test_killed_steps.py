"""A worker that is killed (kill -9) while it mails what a step of an exchange tells: before, during and after DATA."""

import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from exchanges import services
from exchanges.models import Exchange
from journal.delivery import LEASE, send
from journal.enums import LetterState
from journal.models import Letter
from journal.tasks import send_waiting_letters
from tests.exchanges.makers import Story, slot, times_of
from tests.journal.test_killed_worker import MailServer, kill_at, sender, server

__all__ = ["sender", "server"]
pytestmark = pytest.mark.django_db(transaction=True)


def ids_of(arrived: list[Any]) -> list[str]:
    return [one["Message-ID"] for one in arrived]


def test_what_a_request_and_its_answers_tell_is_neither_lost_nor_told_twice(
    server: MailServer,
    sender: "subprocess.Popen[str]",
) -> None:
    """Given the letters of a request, of an accepted one and of an appointment, when their workers are killed at three
    moments and everything is swept after that, then each letter arrived once, or is in an operator's list and arrived
    at most once.
    """
    story = Story()
    steps: dict[str, Callable[[], object]] = {
        "RCPT": story.asked, "DATA": story.accepted, "TEXT": lambda: confirm(story),
    }  # fmt: skip
    stopped: dict[str, Letter] = {}
    for command, take in steps.items():
        before = set(Letter.objects.values_list("pk", flat=True))
        take()
        letter = Letter.objects.exclude(pk__in=before).of_template("exchange_step").earliest("pk")
        stopped[command] = letter
        kill_at(command, letter, server, sender)
    assert ids_of(server.taken) == [stopped["TEXT"].message_id]
    # Another worker takes all that waits, and twice does no harm.
    for _twice in range(2):
        send_waiting_letters()
    later = timezone.now() + LEASE
    assert send(letter_id=stopped["RCPT"].pk, at=later) == LetterState.SENT
    for _twice in range(2):
        for letter in Letter.objects.all():
            send(letter_id=letter.pk, at=later)
    arrived = ids_of(server.taken)
    assert len(arrived) == len(set(arrived))
    sent = set(Letter.objects.filter(state=LetterState.SENT).values_list("message_id", flat=True))
    doubtful = set(Letter.objects.doubtful(later).values_list("message_id", flat=True))
    assert doubtful == {stopped["DATA"].message_id, stopped["TEXT"].message_id}
    assert sent | doubtful == set(Letter.objects.values_list("message_id", flat=True))
    assert set(arrived) == sent | {stopped["TEXT"].message_id}
    assert len(sent) >= 3
    # The appointment went along with what was told of it.
    with_file = [one for one in server.taken if any(part.get_content_type() == "text/calendar" for part in one.walk())]
    assert with_file
    assert Exchange.objects.get().state == "scheduled"


def confirm(story: Story) -> Exchange:
    """Both agree on a moment, after it was accepted."""
    exchange = Exchange.objects.get()
    exchange = services.propose_times(by=story.owner, exchange=exchange, times=[slot(3)], at=story.at)
    return services.confirm_time(by=story.requester, exchange=exchange, appointment=times_of(exchange)[0], at=story.at)
