"""Whoever counts on a proposal hears of a no, and once that not everybody answered in time."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.models import Proposal
from exchanges.proposal_sweep import sweep_proposals
from exchanges.proposals import LASTS
from exchanges.tasks import sweep_exchanges
from journal.letter_text import render_letter
from journal.models import Letter
from tests.exchanges.test_chains import Desks
from tests.exchanges.test_proposals import Match
from tests.makers import make_user

pytestmark = pytest.mark.django_db


def told() -> set[str]:
    letters = Letter.objects.filter(template="exchange_proposal_ended")
    assert letters.count() == len({letter.recipient for letter in letters})
    return {letter.recipient for letter in letters}


def emails(*users: User) -> set[str]:
    return {user.email for user in users}


def say(by: User, answer: str, proposal: Proposal) -> None:
    services.answer_proposal(by=by, proposal=proposal, answer=answer, reason="other" if answer == "no" else "")


def over(proposal: Proposal) -> dt.datetime:
    return proposal.lapses_at + dt.timedelta(minutes=1)


def test_a_no_to_a_chain_is_told_to_its_proposer_and_who_said_yes() -> None:
    desks = Desks()
    proposal = desks.propose()
    say(desks.worker, "yes", proposal)
    assert told() == set()
    say(desks.school, "no", proposal)
    assert told() == emails(desks.giver, desks.worker)
    for letter in Letter.objects.filter(template="exchange_proposal_ended"):
        rendered = render_letter(letter)
        assert rendered.subject == "Gaat niet door: Bureaus → Atelier → Bureaus"
        assert f"{desks.demand.organisation.name} zei nee" in rendered.text
    assert sweep_proposals(at=over(proposal)) == 0


def test_whoever_has_not_answered_yet_is_not_bothered() -> None:
    desks = Desks()
    say(desks.worker, "no", desks.propose())
    assert told() == emails(desks.giver)


def test_of_a_pair_the_hub_hears_of_the_no() -> None:
    match = Match()
    HubStaff.objects.create(hub=match.hub, user=make_user(), role="editor")
    proposal = match.propose()
    match.say(match.supply, "yes", proposal)
    match.say(match.demand, "no", proposal)
    assert told() == emails(match.staff, match.supply.maker)  # type: ignore[attr-defined]


def test_where_the_proposer_left_the_hub_the_others_there_hear_it() -> None:
    match = Match()
    colleague = HubStaff.objects.create(hub=match.hub, user=make_user(), role="editor").user
    proposal = match.propose()
    HubStaff.objects.filter(user=match.staff).delete()
    match.say(match.demand, "no", proposal)
    assert told() == emails(colleague)


def test_who_says_no_after_a_yes_is_not_told_what_they_said_themselves() -> None:
    desks = Desks()
    proposal = desks.propose()
    say(desks.worker, "yes", proposal)
    say(desks.giver, "no", proposal)
    assert told() == emails(desks.worker)


def test_what_lapses_is_told_once() -> None:
    desks = Desks()
    proposal = desks.propose()
    say(desks.worker, "yes", proposal)
    just_before = proposal.lapses_at - dt.timedelta(seconds=1)
    # Until then they are reminded, and that once.
    assert (sweep_proposals(at=just_before), sweep_proposals(at=just_before)) == (1, 0)
    assert not told()
    assert (sweep_proposals(at=proposal.lapses_at), sweep_proposals(at=over(proposal))) == (1, 0)
    assert told() == emails(desks.giver, desks.worker)
    rendered = render_letter(Letter.objects.filter(template="exchange_proposal_ended")[0])
    assert rendered.subject == "Geen antwoord op tijd: Bureaus → Atelier → Bureaus"


def test_what_a_hub_proposed_lapses_so_too_by_the_sweep_of_every_minute() -> None:
    match = Match()
    match.propose(at=timezone.now() - LASTS)
    sweep_exchanges()
    assert told() == emails(match.staff)


def test_what_began_or_was_refused_does_not_lapse() -> None:
    desks, match = Desks(), Match()
    desks.agreed()
    proposal = match.propose()
    match.say(match.supply, "no", proposal)
    Letter.objects.all().delete()
    assert sweep_proposals(at=over(proposal)) == 0
    assert told() == set()


def test_looking_for_what_lapsed_takes_as_many_queries_however_many_stand() -> None:
    counts = []
    for _round in range(2):
        proposal = Desks().propose()
        with CaptureQueriesContext(connection) as queries:
            sweep_proposals(at=proposal.made_at)
        counts.append(len(queries))
    assert counts[0] == counts[1]
