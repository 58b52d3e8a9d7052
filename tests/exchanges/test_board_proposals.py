"""Proposals on a hub's board: in its tabs, filters and file, with whom they wait for; chains of members too."""

import csv
import datetime as dt
import re
from copy import copy
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.enums import Group
from exchanges.models import Proposal
from geo.models import Hub
from listings.models import Listing
from tests.exchanges.makers import Story, Stream
from tests.exchanges.test_chains import Desks
from tests.exchanges.test_proposals import Match, as_, read
from tests.makers import make_user, material, published

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


class Board(Match):
    """The board of the hub that proposes."""

    def __init__(self) -> None:
        super().__init__()
        self.client: Client = as_(self.staff)
        self.address = f"/hubs/{self.hub.slug}/uitwisselingen/"

    def page(self, query: str = "") -> str:
        return read(self.client.get(f"{self.address}{query}"))

    def lines(self, query: str = "") -> list[dict[str, str]]:
        answer = self.client.get(f"{self.address}tabel.csv{query}")
        assert answer.status_code == 200
        return list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))

    def another(self, **more: Any) -> Proposal:
        return self.propose(demand=published("demand", quantity=3), **more)


def proposals_on(page: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<th scope="row"[^>]*><a href="/voorstellen/(\d+)/"', page)]


def count_on(page: str, group: str) -> int:
    tab = re.search(rf'group={group}[^"]*"[^>]*>[^<]* <span class="soft">(\d+)', page)
    assert tab is not None
    return int(tab[1])


def test_each_tab_has_the_proposals_that_belong_in_it_and_counts_them() -> None:
    board, at = Board(), timezone.now()
    made = {
        "waits": board.propose(), "soon": board.another(at=at - 13 * DAY), "lapsed": board.another(at=at - 15 * DAY),
        "refused": board.another(), "taken back": board.another(), "begun": board.another(),
    }  # fmt: skip
    refused, begun = made["refused"], made["begun"]
    services.answer_proposal(
        by=refused.sides["demand"].organisation.memberships.get().user, proposal=refused, answer="no", reason="price",
        words="Veel te duur.",
    )  # fmt: skip
    services.withdraw_proposal(by=board.staff, proposal=made["taken back"])
    board.say(board.supply, "yes", begun)
    services.answer_proposal(
        by=begun.sides["demand"].organisation.memberships.get().user, proposal=begun, answer="yes"
    )
    expected = {
        "open": ["soon", "waits"], "new": ["soon", "waits"], "expiring": ["soon"],
        "stopped": ["lapsed", "refused", "taken back"], "agreed": [], "week": [], "stuck": [], "done": [],
    }  # fmt: skip
    for group, names in expected.items():
        page = board.page(f"?group={group}")
        found = proposals_on(page)
        assert sorted(found) == sorted(made[name].pk for name in names), group
        # What began is an exchange, and counts as that.
        assert count_on(page, group) == len(found) + (group in ("open", "agreed")), group
    assert proposals_on(board.page())[0] == made["soon"].pk
    stopped = board.page("?group=stopped")
    for words in ("waarom niet: de prijs past niet: Veel te duur.", "ingetrokken door de hub", "op tijd"):
        assert words in stopped


def test_a_row_says_for_whom_it_waits_how_many_days_and_who_proposed_it() -> None:
    board = Board()
    proposal = board.propose(at=timezone.now() - 3 * DAY, note="Jullie zijn buren.")
    board.say(board.supply, "yes", proposal)
    page = board.page()
    row = page[page.index(f'href="/voorstellen/{proposal.pk}/"') :].split("</tr>")[0]
    for words in ("(3 dagen)", "wacht op antwoord", "voorstel", "Hanne Hub"):
        assert words in row, words
    waits = row[row.index('data-label="Wacht op"') :].split("</td>")[0]
    assert board.demand.organisation.name in waits
    assert board.supply.organisation.name not in waits
    assert board.demand.organisation.name in page[page.index("Bellijst") :]
    (line,) = board.lines()
    told = {name: line[name] for name in ("nummer", "soort", "wacht op", "dagen", "opvolging", "bij het voorstel")}
    assert told == {
        "nummer": str(proposal.pk), "soort": "voorstel", "wacht op": board.demand.organisation.name, "dagen": "3",
        "opvolging": "Hanne Hub", "bij het voorstel": "Jullie zijn buren.",
    }  # fmt: skip


def test_filters_hold_for_proposals_in_page_and_file() -> None:
    board = Board()
    colleague = HubStaff.objects.create(hub=board.hub, user=make_user(name="Bo"), role="editor").user
    old = board.propose(at=timezone.now() - 4 * DAY)
    chairs = published("demand", material=material("furniture"))
    new = board.propose(by=colleague, supply=published("supply", material=material("furniture")), demand=chairs)
    exchange = Story().ask()
    day = timezone.localdate(old.made_at).isoformat()
    for query, expected in (
        ("opvolging=ik", [old]), (f"opvolging={colleague.pk}", [new]), ("opvolging=niemand", []),
        (f"organisatie={chairs.organisation.slug}", [new]), ("materiaal=furniture", [new]), (f"tot={day}", [old]),
        ("soort=voorstellen", [old, new]), ("soort=uitwisselingen", []), ("soort=vaste-afspraken", []),
    ):  # fmt: skip
        keys = [one.pk for one in expected]
        assert proposals_on(board.page(f"?{query}")) == keys, query
        assert [int(line["nummer"]) for line in board.lines(f"?{query}") if line["soort"] == "voorstel"] == keys, query
    assert [line["nummer"] for line in board.lines("?soort=uitwisselingen")] == [str(exchange.pk)]
    assert count_on(board.page("?soort=voorstellen"), "open") == 2
    assert "field__error" in board.page("?soort=iets")


def test_what_the_people_of_the_hub_noted_stands_in_the_file() -> None:
    board, story, stream = Board(), Story(), Stream()
    exchange, agreement = story.ask(), stream.ask_standing()
    for about, text in ((exchange, "Gebeld."), (exchange, "Belt terug; dinsdag."), (agreement, "Wacht op offerte.")):
        services.add_note(by=board.staff, about=about, hub=board.hub, text=text)
    other = Hub.objects.exclude(pk=board.hub.pk)[0]
    type(exchange).objects.filter(pk=exchange.pk).update(hub_ids=[board.hub.pk, other.pk])
    there = HubStaff.objects.create(hub=other, user=make_user(), role="editor").user
    services.add_note(by=there, about=type(exchange).objects.get(pk=exchange.pk), hub=other, text="Van een andere hub")
    notes = {line["soort"]: line["notities"] for line in board.lines()}
    today = timezone.localdate().isoformat()
    assert notes == {
        "uitwisseling": f"{today} Hanne Hub: Gebeld. | {today} Hanne Hub: Belt terug; dinsdag.",
        "vaste afspraak": f"{today} Hanne Hub: Wacht op offerte.",
    }


class Region(Desks):
    """A chain that its giver proposed, and somebody of the hub in whose region it lies."""

    def __init__(self) -> None:
        super().__init__()
        self.hub = Hub.objects.get(pk=self.supply.hub_ids[0])
        self.staff: User = HubStaff.objects.create(hub=self.hub, user=make_user(), role="editor").user
        self.proposal = self.propose(note="Onder ons gezegd.")


def board_of(user: User, hub: Hub) -> str:
    return read(as_(user).get(f"/hubs/{hub.slug}/uitwisselingen/"))


def test_a_chain_that_members_proposed_stands_on_the_board_of_their_region() -> None:
    region = Region()
    page = board_of(region.staff, region.hub)
    assert proposals_on(page) == [region.proposal.pk]
    assert f"voorgesteld door {region.supply.organisation}" in page
    shown = read(as_(region.staff).get(f"/voorstellen/{region.proposal.pk}/"))
    assert region.service.organisation.name in shown
    # What they say to each other is theirs.
    assert "Onder ons gezegd." not in shown
    assert "Onder ons gezegd." in read(as_(region.worker).get(f"/voorstellen/{region.proposal.pk}/"))
    assert as_(region.staff).get(f"/api/v1/proposals/{region.proposal.pk}/").json()["note"] == ""
    file = as_(region.staff).get(f"/hubs/{region.hub.slug}/uitwisselingen/tabel.csv").content.decode()
    assert "Onder ons gezegd." not in file
    withdrawn = as_(region.staff).post(f"/voorstellen/{region.proposal.pk}/intrekken/")
    assert withdrawn.status_code == 403
    elsewhere = Hub.objects.exclude(pk__in=region.supply.hub_ids)[0]
    other = HubStaff.objects.create(hub=elsewhere, user=make_user(), role="editor").user
    assert proposals_on(board_of(other, elsewhere)) == []
    assert as_(other).get(f"/voorstellen/{region.proposal.pk}/").status_code == 404


def test_whose_a_listing_is_that_only_another_hub_knows_the_board_does_not_tell() -> None:
    region = Region()
    elsewhere = Hub.objects.exclude(pk__in=region.supply.hub_ids)[0]
    Listing.objects.filter(pk=region.supply.pk).update(hub_only=True, precision="blurred", hub_ids=[elsewhere.pk])
    Proposal.objects.filter(pk=region.proposal.pk).update(hub_ids=[region.hub.pk, elsewhere.pk])
    name, slug = region.supply.organisation.name, region.supply.organisation.slug
    address = f"/hubs/{region.hub.slug}/uitwisselingen/"
    for path in (address, f"{address}tabel.csv", f"{address}?organisatie={slug}"):
        body = read(as_(region.staff).get(path))
        assert str(region.proposal.pk) in body or "organisatie=" in path
        assert name not in body, path
    there = HubStaff.objects.create(hub=elsewhere, user=make_user(), role="editor").user
    assert name in board_of(there, elsewhere)


def test_many_proposals_take_as_many_queries_as_few() -> None:
    board = Board()
    board.propose()
    Region()
    counts = []
    for _round in range(2):
        found = []
        for path in (board.address, f"{board.address}tabel.csv", f"{board.address}?soort=voorstellen"):
            with CaptureQueriesContext(connection) as queries:
                assert board.client.get(path).status_code == 200
            found.append(len(queries))
        counts.append(found)
        for _number in range(3):
            board.another()
            Desks().propose()
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 40


def test_a_board_finds_its_proposals_among_thousands_by_the_index_of_hubs() -> None:
    """Given thousands of proposals of other hubs and chains that members proposed elsewhere, then a board reads its
    own alone: by the index of hubs, and without a look at the listings.
    """
    board, at = Board(), timezone.now()
    own = [board.propose()]
    desks = Desks()
    of_members = [desks.propose()]
    elsewhere = Hub.objects.exclude(pk=board.hub.pk).order_by("pk")[0]
    copies = [_elsewhere(own[0], elsewhere, number) for number in range(4_000)]
    copies += [_elsewhere(of_members[0], elsewhere, number) for number in range(1_000)]
    Proposal.objects.bulk_create(copies, batch_size=1_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE exchanges_proposal")
    rows = Proposal.objects.in_hub(board.hub.pk)
    assert "proposal_in_hubs" in rows.order_by().explain()
    for found in (rows, rows.waiting(at), rows.in_group(Group.OPEN, at), rows.in_group(Group.STOPPED, at)):
        plan = found.order_by().explain()
        # Of what waits there is little: an index of that is as good.
        assert "Seq Scan" not in plan
        assert "listings_listing" not in plan
    assert set(rows) == {*own, *of_members}
    assert Proposal.objects.in_hub(elsewhere.pk).count() == len(copies)


def _elsewhere(row: Proposal, hub: Hub, number: int) -> Proposal:
    """The same, as another hub or its members proposed it once, and somebody refused: of what is open there is one."""
    made = copy(row)
    made.pk, made.hub_ids, made.supply_answer = None, [hub.pk, 1_000 + number % 400], "no"
    if made.hub is not None:
        made.hub = hub
    return made
