"""Random people, in random order, with what belongs together: chains, bundles, and what a hub brings to both sides.

The rules of single exchanges hold for each of them, and balances add up over all lots and weeks.
"""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from accounts.models import HubStaff
from exchanges import services
from exchanges.chain_sweep import sweep_chains
from exchanges.enums import FELL, OPEN, WENT_OVER, ProposalState, Role
from exchanges.fallen import fallen_chains
from exchanges.gone import sweep_gone
from exchanges.models import Arrangement, Exchange, Proposal
from exchanges.proposal_sweep import sweep_proposals
from exchanges.steps import STEPS
from exchanges.sweep import sweep
from geo.models import Hub
from journal.models import Letter, SetAside
from listings.balances.free import standing_of
from listings.balances.periods import monday_of
from listings.models import Listing
from tests.exchanges.makers import Story
from tests.exchanges.test_chains import Desks
from tests.exchanges.test_machine import Exchanges
from tests.machines import as_deep_as_asked
from tests.makers import make_organisation, make_user, published

pytestmark = pytest.mark.django_db


class Together(Exchanges):
    """Two lots of one company, a workshop that takes forty a week, a school that asks for thirty, somebody else who
    wants of the first lot, and their hub.
    """

    @initialize()
    def begin(self) -> None:
        self.savepoint = transaction.savepoint()
        self.desks = Desks()
        supply, service, demand = self.desks.supply, self.desks.service, self.desks.demand
        Listing.objects.filter(pk=service.pk).update(capacity_per_week=40)
        self.second = published(
            by=self.desks.giver, organisation=supply.organisation, material=supply.material, quantity=12
        )
        stranger, staff = make_user(), make_user()
        self.hub = Hub.objects.get(pk=supply.hub_ids[0])
        HubStaff.objects.create(hub=self.hub, user=staff, role="editor")
        self.story = Story.__new__(Story)
        self.story.listing, self.story.owner, self.story.at = supply, self.desks.giver, timezone.now()
        self.at = self.story.at
        self.people = [self.desks.giver, self.desks.school, stranger, self.desks.worker, staff]
        self.organisations = [demand.organisation, make_organisation(stranger), service.organisation]

    @rule(person=st.integers(0, 4), quantity=st.integers(1, 45), work=st.integers(1, 45), weeks=st.integers(0, 3))
    def propose_chain(self, person: int, quantity: int, work: int, weeks: int) -> None:
        week = monday_of(timezone.localdate(self.at)) + dt.timedelta(weeks=weeks)
        self.attempt(lambda: services.propose_chain(
            by=self.people[person], supply=self.desks.supply, service=self.desks.service, demand=self.desks.demand,
            week=week, quantity=Decimal(quantity), work=Decimal(work), sure=True, at=self.at,
        ))  # fmt: skip

    @rule(person=st.sampled_from([4, 4, 4, 0]), second=st.booleans())
    def propose_match(self, person: int, second: bool) -> None:
        supply = self.second if second else self.desks.supply
        self.attempt(lambda: services.propose_match(
            by=self.people[person], hub=self.hub, supply=supply, demand=self.desks.demand, at=self.at
        ))  # fmt: skip

    @rule(data=st.data(), person=st.integers(0, 4), answer=st.sampled_from(["yes", "yes", "yes", "no"]))
    def answer(self, data: Any, person: int, answer: str) -> None:
        proposals = list(Proposal.objects.order_by("pk"))
        if proposals:
            proposal = data.draw(st.sampled_from(proposals))
            self.attempt(lambda: services.answer_proposal(
                by=self.people[person], proposal=proposal, answer=answer, at=self.at,
                reason="price" if answer == "no" else "",
            ))  # fmt: skip

    @rule(weeks=st.integers(1, 3), quantity=st.integers(1, 40))
    def everybody_says_yes(self, weeks: int, quantity: int) -> None:
        """By chance alone hardly any chain begins."""
        week = monday_of(timezone.localdate(self.at)) + dt.timedelta(weeks=weeks)

        def agree() -> None:
            proposal = services.propose_chain(
                by=self.desks.giver, supply=self.desks.supply, service=self.desks.service, demand=self.desks.demand,
                week=week, quantity=Decimal(quantity), work=Decimal(quantity), at=self.at,
            )  # fmt: skip
            for person in (self.desks.worker, self.desks.school):
                services.answer_proposal(by=person, proposal=proposal, answer="yes", at=self.at)

        self.attempt(agree)

    @rule(person=st.sampled_from([1, 1, 1, 2, 4]), first=st.integers(0, 45), second=st.integers(1, 14))
    def ask_for_a_bundle(self, person: int, first: int, second: int) -> None:
        before = Arrangement.objects.count()
        parts = [(self.desks.supply, Decimal(first)), (self.second, Decimal(second))]
        self.attempt(lambda: services.request_bundle(
            by=self.people[person], demand=self.desks.demand, parts=parts, at=self.at
        ))  # fmt: skip
        # All of its parts, or none.
        for made in Arrangement.objects.order_by("pk")[before:]:
            assert made.exchanges.count() == 2

    @rule(goes=st.booleans(), frees=st.booleans())
    def what_was_brought_goes_no_further(self, goes: bool, frees: bool) -> None:
        """By chance alone hardly anything is brought to the workshop before its chain falls through."""
        fetched = Exchange.objects.filter(via__isnull=False, state__in=["accepted", "scheduled"]).first()
        if fetched is None:
            return
        brought = Exchange.objects.get(arrangement=fetched.arrangement, via=None)
        how: dict[str, Any] = {"exchange": brought, "at": self.at}
        said: dict[str, Any] = {"method": "weighed", "quantity": Decimal(2), "kg": Decimal(50), "sure": True}
        self.attempt(lambda: services.state_weight(by=self.desks.giver, **how, **said))
        self.attempt(lambda: services.state_weight(by=self.desks.worker, **how, **said))
        if goes:
            told: dict[str, Any] = {"exchange": fetched, "reason": "Te laat."}
            self.attempt(lambda: services.cancel(by=self.desks.school, at=self.at, **told))
            self.sweep()
        if frees:
            self.attempt(lambda: services.free_again(by=self.desks.giver, **how))

    def note_of(self, person: int, name: str) -> dict[str, str]:
        for_a_side = Role.HUB not in STEPS[name].actors
        return {"behalf_note": "An, per telefoon"} if person == 4 and for_a_side else {}

    def may_still_hold(self, exchange: Exchange) -> bool:
        return exchange.via_id is not None

    def sweep(self) -> None:
        for one in (sweep, sweep_chains, sweep_proposals, sweep_gone):
            one(at=self.at)
        self.what_lies_at_the_workshop_is_held_and_nothing_else()

    def what_lies_at_the_workshop_is_held_and_nothing_else(self) -> None:
        """Of chains that fell: what was brought, until somebody frees it."""
        for fetched in Exchange.objects.filter(via__isnull=False, state__in=sorted(FELL)):
            brought = Exchange.objects.get(arrangement=fetched.arrangement, via=None)
            was_freed = brought.steps.filter(step="exchange.freed_again").exists()
            lies_there = brought.state in WENT_OVER and not was_freed
            assert (fetched.legs.get().reservation is not None) == lies_there
            assert Exchange.objects.filter(pk=brought.pk).that_left_a_lot().exists() == lies_there

    @invariant()
    def no_lot_is_promised_twice(self) -> None:
        if not hasattr(self, "story"):
            return
        for listing in (self.desks.supply, self.second):
            standing = standing_of(Listing.objects.get(pk=listing.pk))
            assert min(standing.held, standing.given, standing.free) >= 0
            assert standing.held + standing.given + standing.free == standing.quantity
        assert not SetAside.objects.exists()

    @invariant()
    def a_chain_has_both_its_parts_and_begins_with_every_yes(self) -> None:
        for proposal in Proposal.objects.all():
            began = (proposal.exchange_id is not None) + (proposal.arrangement_id is not None)
            assert began == int(proposal.is_agreed)
            assert proposal.lapses_at > proposal.made_at
            if proposal.arrangement is not None:
                assert proposal.arrangement.exchanges.count() == 2
        keys = list(Letter.objects.values_list("dedup_key", flat=True))
        assert len(keys) == len(set(keys))

    @invariant()
    def nobody_waits_for_ever(self) -> None:
        for exchange in Exchange.objects.filter(state__in=sorted(OPEN)):
            assert exchange.due_at is not None
            assert exchange.deadline_at is not None
            assert exchange.due_at <= exchange.deadline_at

    def teardown(self) -> None:
        """Whatever was left, time ends it: also proposals, and of what fell through everybody was told."""
        if not hasattr(self, "story"):
            return
        for _week in range(14):
            self.at += dt.timedelta(days=7)
            self.sweep()
        assert not Exchange.objects.open().exists()
        assert all(one.state_at(self.at) != ProposalState.WAITING for one in Proposal.objects.all())
        assert not Proposal.objects.lapsed_untold(self.at).exists()
        assert not fallen_chains().exists()
        for arrangement in Arrangement.objects.filter(kind="chain", fell_at=None):
            last = arrangement.exchanges.get(via__isnull=False)
            assert last.state not in FELL
        transaction.savepoint_rollback(self.savepoint)


def test_chains_bundles_and_proposals_add_up_and_end() -> None:
    run_state_machine_as_test(Together, settings=as_deep_as_asked())
