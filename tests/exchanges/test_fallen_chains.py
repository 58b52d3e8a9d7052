"""What each reads of a chain that fell through, and which chain comes next for whom."""

import datetime as dt
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.chain_sweep import sweep_chains
from exchanges.fallen import leg_left_by
from exchanges.models import Exchange, ImpactEntry
from exchanges.sweep import sweep, take_due
from exchanges.taking import ExchangeMoved
from geo.models import Hub
from journal.models import Event, Letter
from listings.balances.free import standing_of
from listings.models import Listing
from tests.exchanges.makers import slot
from tests.exchanges.test_chains import Desks, meet, weigh
from tests.exchanges.test_pages import as_, read, take
from tests.makers import make_user, material, published

pytestmark = pytest.mark.django_db
SIDES = ("giver", "worker", "school")


class Choice(Desks):
    """The same with a second lot, workshop and school, one more of each that those three have, and the hub that
    proposed the chain.
    """

    def __init__(self) -> None:
        super().__init__()
        desks: dict[str, Any] = {"material": material("furniture")}
        self.kinds: dict[str, dict[str, Any]] = {
            "giver": {"kind": "supply", "title": "Bureaus elders", "condition": 2, "quantity": 40} | desks,
            "worker": {
                "kind": "service", "title": "Tweede atelier", "materials": [desks["material"]],
                "capacity_per_week": 500,
            },
            "school": {"kind": "demand", "title": "Andere school", "condition": 3, "quantity": 30, "at": (51.1, 3.8)}
            | desks,
        }  # fmt: skip
        self.others = {side: published(**fields) for side, fields in self.kinds.items()}
        self.hub_person: User = HubStaff.objects.create(
            hub_id=self.supply.hub_ids[0], user=make_user(), role="editor"
        ).user

    def add_more_of_the_same(self) -> None:
        """Of each organisation another listing: a demand beside the first, another service of the same workshop."""
        for side, listing in (("giver", self.supply), ("worker", self.service), ("school", self.demand)):
            fields = self.kinds[side] | {"title": f"Nog een van {side}"}
            published(organisation=listing.organisation, by=self.maker(listing), **fields)

    def agreed(self) -> tuple[Exchange, Exchange]:
        proposal = self.propose(by=self.hub_person)
        for side in SIDES:
            services.answer_proposal(by=getattr(self, side), proposal=proposal, answer="yes")
        brought, fetched = Exchange.objects.order_by("pk")
        return brought, fetched

    def own(self, side: str) -> Listing:
        return {"giver": self.supply, "worker": self.service, "school": self.demand}[side]

    def told(self) -> dict[str, Letter]:
        """By who reads it; each got one."""
        names = {getattr(self, side).email: side for side in SIDES} | {self.hub_person.email: "hub"}
        letters = Letter.objects.filter(template="chain_fell")
        found = {names[letter.recipient]: letter for letter in letters}
        assert len(found) == len(letters)
        return found

    def left(self) -> Exchange:
        """What brought thirty desks to the workshop, which the school doesn't fetch there."""
        brought, fetched = self.agreed()
        brought = weigh(brought, 600, self.giver, self.worker)
        services.cancel(by=self.school, exchange=fetched, reason="Te laat.")
        assert fell(fetched) == 1
        return Exchange.objects.get(pk=brought.pk)

    def standing(self) -> tuple[int, int, int]:
        """Of the lot: held, given, and free."""
        found = standing_of(Listing.objects.get(pk=self.supply.pk))
        return int(found.held), int(found.given), int(found.free)


def fell(exchange: Exchange) -> int:
    return sweep_chains(at=exchange.created_at + dt.timedelta(minutes=1))


@pytest.mark.parametrize("leaves", SIDES)
def test_each_reads_of_a_chain_with_their_own_listing_and_without_who_left(leaves: str) -> None:
    desks = Choice()
    desks.add_more_of_the_same()
    brought, fetched = desks.agreed()
    exchange = fetched if leaves == "school" else brought
    services.cancel(by=getattr(desks, leaves), exchange=exchange, reason="Het gaat niet.")
    assert fell(fetched) == 1
    told = desks.told()
    assert set(told) == {*SIDES, "hub"}
    gone = desks.own(leaves).organisation
    for reader, letter in told.items():
        side = "giver" if reader == "hub" else reader
        own = desks.own(side)
        if side == leaves:
            assert (letter.data["chain"], letter.data["own"]) == ("", "")
            continue
        three = letter.data["chain"].split(" → ")
        assert own.heading in three, reader
        assert letter.data["link"].endswith(f"/zoekertje/{own.pk}/matches/#chains")
        titles = {one.heading for one in Listing.objects.filter(organisation=gone)}
        assert len(titles) == 2
        # The lot and what the school asks for have the same name: their places in the chain tell them apart.
        place = SIDES.index(leaves)
        assert three[place] == desks.others[leaves].heading
        # What they are told to propose, they may.
        page = read(as_(getattr(desks, side) if reader != "hub" else desks.hub_person).get(
            f"/zoekertje/{own.pk}/matches/"
        ))  # fmt: skip
        assert "Aan alle drie vragen" in page


def test_where_nobody_else_is_left_each_reads_so_and_comes_to_a_page_that_is_there() -> None:
    desks = Desks()
    brought, fetched = desks.agreed()
    services.cancel(by=desks.giver, exchange=brought, reason="Verkocht.")
    Listing.objects.filter(pk=desks.supply.pk).update(status="withdrawn")
    assert fell(fetched) == 1
    letters = {letter.recipient: letter for letter in Letter.objects.filter(template="chain_fell")}
    assert len(letters) == 3
    for user, own in ((desks.giver, ""), (desks.worker, desks.service.heading), (desks.school, desks.demand.heading)):
        data = letters[user.email].data
        assert (data["chain"], data["own"]) == ("", own)
        assert as_(user).get(urlsplit(data["link"]).path).status_code == 200


@pytest.mark.parametrize(
    ("leaves", "words"),
    [("giver", "Wie het zou geven, zegde af."), ("worker", "De dienst zegde af."),
     ("school", "Wie het zou krijgen, zegde af.")],
)  # fmt: skip
def test_who_isn_t_of_the_hand_over_that_ended_reads_which_side_left_and_not_what_it_wrote(
    leaves: str, words: str
) -> None:
    desks = Choice()
    brought, fetched = desks.agreed()
    exchange = fetched if leaves == "school" else brought
    services.cancel(by=getattr(desks, leaves), exchange=exchange, reason="Brand in het atelier.")
    fell(fetched)
    others = {"giver": "school", "worker": "school", "school": "giver"}[leaves]
    for reader, letter in desks.told().items():
        (said,) = letter.data["said"]
        if reader in ("hub", others):
            assert said == {"words": words, "requester": "", "behalf_note": "", "reason": ""}
            assert "Brand" not in str(letter.data)
        else:
            assert "annuleerde de uitwisseling" in said["words"]
            assert said["reason"] == "Brand in het atelier."
    page = read(as_(getattr(desks, others)).get((fetched if others == "school" else brought).get_absolute_url()))
    assert words in page
    assert "Brand" not in page


@override_settings(REPLY_DOMAIN="antwoord.example.org")
def test_a_fallen_chain_is_one_letter_to_each_and_two_where_a_calendar_changes() -> None:
    desks = Choice()
    brought, fetched = desks.agreed()
    fetched = meet(fetched, desks.school, desks.worker, slot(20))
    Letter.objects.all().delete()
    services.cancel(by=desks.worker, exchange=brought, reason="Brand in het atelier.")
    assert not Letter.objects.exists()
    fell(fetched)
    sent = sorted(Letter.objects.values_list("recipient", "template"))
    dated = [(one.email, "exchange_step") for one in (desks.school, desks.worker)]
    each = [(one.email, "chain_fell") for one in (desks.giver, desks.worker, desks.school, desks.hub_person)]
    assert sent == sorted(dated + each)
    assert all(letter.attachments for letter in Letter.objects.filter(template="exchange_step"))
    # The two sides of what ended can answer each other.
    replies = {side: bool(letter.reply_to) for side, letter in desks.told().items()}
    assert replies == {"giver": True, "worker": True, "school": False, "hub": False}


def test_what_comes_after_a_hand_over_that_ended_stops_with_it_whatever_somebody_still_sends() -> None:
    desks = Desks()
    brought, fetched = desks.agreed()
    services.cancel(by=desks.worker, exchange=brought, reason="Brand in het atelier.")
    with pytest.raises(ExchangeMoved, match="gaat niet door"):
        weigh(fetched, 600, desks.worker, desks.school)
    assert fell(fetched) == 1
    fetched.refresh_from_db()
    assert fetched.state == "cancelled"


def test_both_who_left_within_the_minute_are_named_and_neither_is_offered() -> None:
    desks = Choice()
    brought, fetched = desks.agreed()
    services.cancel(by=desks.school, exchange=fetched, reason="Te laat.")
    services.cancel(by=desks.giver, exchange=brought, reason="Verkocht.")
    fell(fetched)
    told = desks.told()
    assert [one["reason"] for one in told["worker"].data["said"]] == ["Te laat.", "Verkocht."]
    assert [one["reason"] for one in told["giver"].data["said"]] == ["", "Verkocht."]
    worker = told["worker"].data["chain"].split(" → ")
    assert worker == [desks.others["giver"].heading, desks.service.heading, desks.others["school"].heading]


def test_one_that_time_ended_is_nobody_s_doing_and_the_same_three_aren_t_offered_again() -> None:
    desks = Choice()
    _brought, fetched = desks.agreed()
    for one in Exchange.objects.order_by("pk"):
        at = one.deadline_at
    assert at is not None
    take_due(exchange=fetched, at=at)
    sweep_chains(at=at)
    told = desks.told()
    assert {one["words"] for one in told["giver"].data["said"]} == {"Ze verviel: er kwam geen antwoord op tijd."}
    same = " → ".join(str(one.heading) for one in (desks.supply, desks.service, desks.demand))
    assert all(letter.data["chain"] != same for letter in told.values())


# ---- what was brought lies at the service ----


def test_a_lot_that_lies_at_the_workshop_stays_held_until_its_giver_says_where_it_is() -> None:
    desks = Choice()
    brought = desks.left()
    assert desks.standing() == (30, 0, 10)
    told = desks.told()
    for reader in ("giver", "worker", "hub"):
        assert told[reader].data["lies_at"] == desks.service.organisation.name
        assert told[reader].data["link"].endswith(brought.get_absolute_url())
    assert (told["school"].data["lies_at"], told["school"].data["is_free"]) == ("", False)
    # Time changes nothing of it.
    for days in (1, 40, 400):
        at = brought.created_at + dt.timedelta(days=days)
        assert (sweep(at=at), sweep_chains(at=at)) == (0, 0)
    assert desks.standing() == (30, 0, 10)
    Letter.objects.all().delete()
    freed = services.free_again(by=desks.giver, exchange=brought)
    assert desks.standing() == (0, 0, 40)
    step = freed.steps.latest("number")
    assert (step.step, step.role, step.side, step.quantity) == (
        "exchange.freed_again",
        "requester",
        "requester",
        Decimal(30),
    )
    assert Event.objects.filter(verb="exchange.freed_again").get().changes["quantity"] == "30"
    (letter,) = Letter.objects.all()
    assert letter.recipient == desks.worker.email
    assert "30 stuks" in letter.data["sentence"]
    # Once is all there is, and what it weighed stays as it stands in the ledger.
    with pytest.raises(ExchangeMoved, match="niets meer vast"):
        services.free_again(by=desks.giver, exchange=freed)
    assert ImpactEntry.objects.count() == 1


def test_who_gave_it_and_the_hub_for_them_free_it_and_nobody_else() -> None:
    desks = Choice()
    brought = desks.left()
    for user in (desks.worker, desks.school, make_user(), make_user(is_superuser=True)):
        with pytest.raises(PermissionDenied):
            services.free_again(by=user, exchange=brought)
    with pytest.raises(ValidationError, match="Zeg wie van de organisatie"):
        services.free_again(by=desks.hub_person, exchange=brought)
    assert desks.standing() == (30, 0, 10)
    freed = services.free_again(by=desks.hub_person, exchange=brought, behalf_note="Els van het depot belde")
    assert desks.standing() == (0, 0, 40)
    step = freed.steps.latest("number")
    assert (step.role, step.side, step.behalf_note) == ("hub", "requester", "Els van het depot belde")


def test_a_hub_sees_it_among_what_is_stuck_until_it_is_free_and_its_page_has_the_button() -> None:
    desks = Choice()
    hub = Hub.objects.get(pk=desks.supply.hub_ids[0])
    staff, board = as_(desks.hub_person), f"/hubs/{hub.slug}/uitwisselingen/?group=stuck"
    brought = desks.left()
    rows = read(staff.get(board))
    assert brought.get_absolute_url() in rows
    assert f"de partij ligt bij {desks.service.organisation.name}" in rows
    for client in (staff, as_(desks.giver), as_(desks.worker)):
        page = read(client.get(brought.get_absolute_url()))
        assert f"De partij ligt bij {desks.service.organisation.name}: spreek af wie ze krijgt" in page
        assert "30 stuks blijft vastliggen" in page
        assert ("/stap/free_again/" in page) == (client.session["_auth_user_id"] != str(desks.worker.pk))
    assert take(as_(desks.giver), brought, "free_again").status_code == 302
    assert desks.standing() == (0, 0, 40)
    assert brought.get_absolute_url() not in read(staff.get(board))
    page = read(as_(desks.giver).get(brought.get_absolute_url()))
    assert "De partij ligt bij" not in page
    assert "/stap/free_again/" not in page


def test_what_turns_out_never_to_have_been_brought_is_free_after_all() -> None:
    """Given that the workshop contests what was brought, when the hub decides that nothing was, then the lot is free
    though its chain fell long before.
    """
    desks = Choice()
    brought = desks.left()
    disputed = services.dispute(by=desks.worker, exchange=brought, reason="Hier staat niets.")
    sweep_chains(at=brought.created_at + dt.timedelta(minutes=5))
    assert desks.standing() == (30, 0, 10)
    services.settle_cancelled(by=desks.hub_person, exchange=disputed, reason="Nooit aangekomen.")
    sweep_chains(at=brought.created_at + dt.timedelta(minutes=6))
    assert desks.standing() == (0, 0, 40)
    assert leg_left_by(Exchange.objects.get(pk=brought.pk)) is None


def test_what_is_handed_over_while_the_rest_is_called_off_counts_as_brought() -> None:
    """Both within the minute, in either order: the lot lies there, and is never free for a moment."""
    desks = Choice()
    brought, fetched = desks.agreed()
    assert "Ligt de partij al bij de dienst, dan blijft ze vastliggen" in read(
        as_(desks.school).get(fetched.get_absolute_url())
    )
    services.cancel(by=desks.school, exchange=fetched, reason="Te laat.")
    assert desks.standing() == (30, 0, 10)
    weigh(brought, 600, desks.giver, desks.worker)
    fell(fetched)
    assert desks.standing() == (30, 0, 10)
    assert desks.told()["giver"].data["lies_at"]


def test_a_lot_that_is_freed_while_others_propose_it_anew_waits_for_nobody_in_a_circle() -> None:
    """Both listings are locked in the order in which a new chain locks them."""
    desks = Choice()
    brought = desks.left()
    with CaptureQueriesContext(connection) as queries:
        services.free_again(by=desks.giver, exchange=brought)
    locks = [one["sql"] for one in queries if "FOR NO KEY UPDATE" in one["sql"] or "FOR UPDATE" in one["sql"]]
    assert "exchanges_exchange" in locks[0]
    assert "ORDER BY" in locks[1]
    assert "listings_listing" in locks[1]
