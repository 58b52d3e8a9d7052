"""A request offers what can succeed, and says why the rest can't: page, API and services go by one rule."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from exchanges import services
from exchanges.obstacles import obstacle_of
from exchanges.open_steps import open_steps
from listings.balances.services import hold
from listings.models import Listing
from tests.exchanges.makers import Story
from tests.exchanges.test_pages import as_, read

pytestmark = pytest.mark.django_db
_NO, _COUNTER, _ALL = {"decline"}, {"counter", "decline"}, {"accept", "counter", "decline"}


def _fields(**fields: Any) -> Callable[[Story], None]:
    def change(story: Story) -> None:
        Listing.objects.filter(pk=story.listing.pk).update(**fields)

    return change


def _taken(quantity: int) -> Callable[[Story], None]:
    def take(story: Story) -> None:
        hold(by=story.owner, listing=story.listing, quantity=Decimal(quantity))

    return take


#: What happened to a lot of 40 of which 10 were asked, what its owner may still do, and what both read.
CASES: dict[str, tuple[Callable[[Story], None], set[str], str, str]] = {
    "nothing": (lambda story: None, _ALL, "", ""),
    "enough is left": (_taken(30), _ALL, "", ""),
    "in another unit": (
        _fields(unit="kg"), _NO, "Weiger, en laat het opnieuw aanvragen.",
        "Trek je aanvraag in, en vraag het opnieuw aan.",
    ),
    "it comes back": (
        _fields(recurrence="weekly"), _NO, "Wanneer dit terugkomt, is intussen veranderd. Weiger",
        "Wanneer dit terugkomt, is intussen veranderd. Trek je aanvraag in",
    ),
    "expired": (_fields(status="expired"), _NO, "Publiceer het opnieuw", "de eigenaar publiceert het eerst opnieuw"),
    "withdrawn": (_fields(status="withdrawn"), _NO, "Dit zoekertje is ingetrokken", "Dit zoekertje is ingetrokken"),
    "closed": (_fields(status="closed"), _NO, "Dit zoekertje is afgerond", "Dit zoekertje is afgerond"),
    "less is left": (_taken(35), _COUNTER, "Nog 5 stuks vrij: doe een tegenvoorstel, of weiger.", "Nog 5 stuks vrij."),
    "nothing is left": (_taken(40), _NO, "Er is niets meer van vrij.", "Er is niets meer van vrij."),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_offered_succeeds_and_what_isn_t_would_fail(case: str) -> None:
    happen, offered, to_owner, to_requester = CASES[case]
    story = Story()
    story.ask(10)
    happen(story)
    exchange = type(story.exchange).objects.get(pk=story.exchange.pk)
    leg = exchange.legs.get()
    assert {one.name for one in open_steps(exchange, leg, story.owner, timezone.now())} == offered
    assert {one.name for one in open_steps(exchange, leg, story.requester, timezone.now())} == {"withdraw"}
    tries = {
        "accept": lambda: services.accept(by=story.owner, exchange=exchange),
        "counter": lambda: services.counter(by=story.owner, exchange=exchange, quantity=Decimal(5)),
        "decline": lambda: services.decline(by=story.owner, exchange=exchange, reason="Weg."),
    }
    assert {name for name, step in tries.items() if _succeeds(step)} == offered
    for user, words in ((story.owner, to_owner), (story.requester, to_requester)):
        page = read(as_(user).get(f"/uitwisselingen/{exchange.pk}/"))
        told = as_(user).get(f"/api/v1/exchanges/{exchange.pk}/").json()["obstacle"]
        assert words in page.replace("\N{NO-BREAK SPACE}", " ")
        assert words in (told or "").replace("\N{NO-BREAK SPACE}", " ")
        assert bool(told) == bool(words)
        assert ("Aanvaarden" in page) == ("accept" in offered and user == story.owner)


def _succeeds(step: Callable[[], Any]) -> bool:
    with transaction.atomic():
        try:
            with transaction.atomic():
                step()
        except ValidationError:
            return False
        transaction.set_rollback(True)
    return True


def test_a_lot_that_goes_whole_is_offered_as_a_whole_or_not_at_all() -> None:
    story = Story()
    story.ask(10)
    Listing.objects.filter(pk=story.listing.pk).update(splittable=False)
    exchange = type(story.exchange).objects.get(pk=story.exchange.pk)
    leg = exchange.legs.get()
    assert [one.name for one in open_steps(exchange, leg, story.owner, timezone.now())] == ["counter", "decline"]
    obstacle = obstacle_of(exchange, leg)
    assert obstacle is not None
    assert "alleen in haar geheel weg" in obstacle.to_owner
    services.counter(by=story.owner, exchange=exchange, quantity=Decimal(40))


def test_what_is_held_already_has_nothing_in_its_way() -> None:
    story = Story()
    exchange = story.accepted()
    Listing.objects.filter(pk=story.listing.pk).update(status="expired")
    exchange.refresh_from_db()
    assert obstacle_of(exchange, exchange.legs.get()) is None
