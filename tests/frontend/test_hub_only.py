"""Whose a hub-only listing is, no way out tells to who may not know it: every page, row, file and letter is read."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.parties import know_parties
from listings.api.read_rows import rows_by_id
from listings.owners import know_owners
from tests.exchanges.makers import Story
from tests.makers import make_user, published
from tests.unnamed import World, as_, body_of, hidden, leaks, letters_to, refusals_that_tell, told_in

pytestmark = pytest.mark.django_db


def test_whose_it_is_learn_those_alone_who_may_know_before_an_agreement_and_after() -> None:
    """Given a supply, a service and a demand that only their hub knows, when all that there is gets read by everybody,
    then its own people, its hub and operators know whose they are; after an agreement the other side does, too.
    """
    world = World()
    nobody_else_learns_it(world)
    who_may_know_reads_it(world)
    an_agreement_opens_name_and_place_to_the_other_side(world)


def nobody_else_learns_it(world: World) -> None:
    """No name, address or number stands anywhere."""
    for user in (None, world.elsewhere, world.partner):
        assert leaks(world, user, world.public()) == []
    for user in (world.counterpart, world.other_staff):
        assert leaks(world, user, [*world.public(), *world.inside()]) == []
    for user in (world.counterpart, world.other_staff, world.partner):
        assert refusals_that_tell(world, user) == []
        assert told_in(letters_to(user)) == []
    # Each of these shows whose a listing is: to staff of its hub, who may know.
    shown = {
        f"/zoekertje/{world.supply.pk}/", f"/api/v1/listings/{world.supply.pk}/", f"/zoekertje/{world.asked.pk}/",
        f"/zoekertje/{world.asked.pk}/matches/", f"/api/v1/listings/{world.asked.pk}/matches/",
        f"/zoekertje/{world.supply.pk}/aanvragen/", f"/hubs/{world.hub.slug}/plan/",
        f"/hubs/{world.hub.slug}/plan/plan.csv", f"/hubs/{world.hub.slug}/uitwisselingen/",
        f"/hubs/{world.hub.slug}/uitwisselingen/tabel.csv", f"/hubs/{world.hub.slug}/logboek/",
        f"/hubs/{world.hub.slug}/koppels/", f"/api/v1/hubs/{world.hub.slug}/pairs/",
        f"/uitwisselingen/{world.exchange.pk}/", f"/api/v1/exchanges/{world.exchange.pk}/",
        f"/api/v1/exchanges/{world.exchange.pk}/steps/", f"/voorstellen/{world.proposal.pk}/",
        f"/vaste-afspraken/{world.agreement.pk}/", f"/api/v1/exchanges/agreements/{world.agreement.pk}/",
        f"/api/v1/proposals/{world.proposal.pk}/", f"/api/v1/exchanges/{world.exchange.pk}/messages/",
        f"/api/v1/hubs/{world.hub.slug}/proposals/",
    }  # fmt: skip
    assert shown - set(leaks(world, world.staff, sorted(shown))) == set()


def who_may_know_reads_it(world: World) -> None:
    for user in (world.owner, world.staff, world.operator):
        client = as_(user)
        for address in (f"/zoekertje/{world.supply.pk}/", f"/api/v1/listings/{world.supply.pk}/"):
            assert "zonderling" in told_in(body_of(client.get(address))), (user, address)
        page = body_of(client.get(f"/uitwisselingen/{world.exchange.pk}/"))
        assert "Zonderling supply" in page
    board = body_of(as_(world.staff).get(f"/hubs/{world.hub.slug}/uitwisselingen/tabel.csv"))
    assert "Zonderling supply" in board
    rows = as_(world.staff).get(f"/api/v1/listings/{world.asked.pk}/matches/").json()["results"]
    assert "Zonderling supply" in {row["supply"]["organisation"]["name"] for row in rows}
    rows = as_(world.counterpart).get(f"/api/v1/listings/{world.asked.pk}/matches/").json()["results"]
    assert None in [row["supply"]["organisation"] for row in rows]


def an_agreement_opens_name_and_place_to_the_other_side(world: World) -> None:
    """Of one listing, and to nobody else."""
    services.accept(by=world.owner, exchange=world.exchange)
    client = as_(world.counterpart)
    assert "Zonderling supply" in body_of(client.get(f"/zoekertje/{world.supply.pk}/"))
    page = body_of(client.get(f"/uitwisselingen/{world.exchange.pk}/"))
    assert "Zonderling supply" in page
    assert "Zita Zonderling" in page
    assert "Kasteeldreef 1" in page
    row = client.get(f"/api/v1/exchanges/{world.exchange.pk}/").json()
    assert row["owner"]["name"] == "Zonderling supply"
    assert "Kasteeldreef 1" in row["place"]
    assert "Zonderling supply" in letters_to(world.counterpart)
    assert "GSV-4711" in body_of(client.get(f"/zoekertje/{world.supply.pk}/"))
    # Of the service and the demand they know no more than before.
    for one in (world.service, world.demand):
        assert client.get(f"/api/v1/listings/{one.pk}/").json()["organisation"] is None
    assert leaks(world, world.partner, world.public()) == []


def test_the_page_of_an_organisation_lists_it_to_those_alone_who_may_know() -> None:
    listing = hidden("supply")
    maker: User = listing.maker  # type: ignore[attr-defined]
    page, there = f"/organisatie/{listing.organisation.slug}/", f"/zoekertje/{listing.pk}/"
    staff = HubStaff.objects.create(hub_id=listing.hub_ids[0], user=make_user(), role="editor").user
    for user, sees in ((None, False), (make_user(), False), (maker, True), (staff, True)):
        assert (there in body_of(as_(user).get(page))) is sees


def test_the_words_are_in_the_readers_language() -> None:
    listing = hidden("supply")
    for language, words in (("en", "Organisation known to the hub"), ("fr", "Organisation connue du hub")):
        with translation.override(language):
            assert listing.shown_organisation.name == words


def queries(action: Any) -> int:
    with CaptureQueriesContext(connection) as context:
        action()
    return len(context)


def test_who_may_know_is_asked_once_for_all_and_not_at_all_where_nothing_is_hidden() -> None:
    """Given many listings, then one query says whose the reader may know; none where all show their organisation, and
    none for who isn't logged in.
    """
    named, secret = [published() for _number in range(3)], [published(hub_only=True, precision="blurred")]
    reader = make_user()
    assert queries(lambda: know_owners(named, reader)) == 0
    assert queries(lambda: know_owners(secret, AnonymousUser())) == 0
    one = queries(lambda: know_owners(secret, reader))
    secret += [published(hub_only=True, precision="blurred") for _number in range(4)]
    assert queries(lambda: know_owners([*named, *secret], reader)) == one == 1
    assert [listing.shows_owner for listing in [*named, *secret]] == [True] * 3 + [False] * 5


def test_exchanges_are_looked_up_together_too() -> None:
    stories = [Story(hub_only=True, precision="blurred") for _number in range(3)]
    found = [story.ask() for story in stories]
    open_one = Story().ask()
    reader = stories[0].owner
    assert queries(lambda: know_parties([open_one], reader)) == 0
    assert queries(lambda: know_parties(found[:1], reader)) == queries(lambda: know_parties(found, reader)) == 2
    assert [exchange.shows_owner for exchange in found] == [True, False, False]


def test_rows_of_the_api_take_two_queries_more_for_what_is_hidden() -> None:
    named, secret = published(), hidden("supply")
    maker: User = secret.maker  # type: ignore[attr-defined]
    of_named = queries(lambda: rows_by_id([named.pk], maker))
    of_both = queries(lambda: rows_by_id([named.pk, secret.pk], maker))
    assert (of_named, of_both) == (1, 3)
    assert rows_by_id([secret.pk], maker)[secret.pk]["organisation"] == {
        "id": secret.organisation_id, "name": "Zonderling supply", "kind": "company",
    }  # fmt: skip
    assert rows_by_id([secret.pk], make_user())[secret.pk]["organisation"] is None
