"""The letter about a chain that fell through: to each why, and what comes next for them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from exchanges.conversations import Reader, each_once, readers_of_exchange
from exchanges.fallen import Ending, can_be_proposed, endings_of, leg_left_by, listing_of
from exchanges.mail.addresses import replies_about
from exchanges.models import Arrangement, Exchange, Proposal
from exchanges.parties import know_parties
from exchanges.proposals import proposers_at_hub
from exchanges.reading import behalf_notes_of
from exchanges.words import sentences_of
from journal.letters import Addressed, write_letters
from listings.models import Listing
from matching.chains.find import Chain, chains_of
from matching.pairs.candidates import is_pairable

CHAIN_FELL = "chain_fell"


@dataclass(frozen=True)
class _Hears:
    """Somebody who hears that a chain fell: by which listing they are in it, and which hand-overs are their affair.
    Of the hub that proposed it that is the supply, and no hand-over.
    """

    user: User
    listing: Listing | None
    parts: frozenset[int]
    hub_id: int | None = None


def tell_of_fallen_chain(arrangement: Arrangement, at: dt.datetime) -> None:
    """Write to the people of all three organisations, and to the hub where it proposed it, that it won't go on and
    why, and which chain comes next for them: none with whoever ended it. Where the lot already lies at the
    service, those whom that concerns read that instead of the next chain.
    """
    parts = list(
        arrangement.exchanges.select_related("listing", "matched", "via", "requester", "owner").order_by("pk")
    )
    endings = endings_of(parts)
    fallen = _Fallen(
        parts, endings, _Following(parts, endings, at),
        supply=next((one.listing for one in parts if one.via_id), None),
        brought=next((one for one in parts if leg_left_by(one) is not None), None),
    )  # fmt: skip
    letters = []
    for hears in _hearing(arrangement, parts, fallen.supply):
        user = hears.user
        with translation.override(user.language):
            data = _data(fallen, hears)
        replies = _replies(endings, hears)
        key = f"{CHAIN_FELL}-{arrangement.pk}-{user.pk}"
        letters.append(
            Addressed(user.email, user.language, data | {"can_reply": bool(replies)}, key, reply_to=replies)
        )
    write_letters(CHAIN_FELL, letters, about=arrangement)


@dataclass(frozen=True)
class _Fallen:
    """A chain that fell through: `brought` is the hand-over that brought its lot to the service, where it lies now."""

    parts: Sequence[Exchange]
    endings: Sequence[Ending]
    following: "_Following"
    supply: Listing | None
    brought: Exchange | None


def _data(fallen: _Fallen, hears: _Hears) -> dict[str, Any]:
    """In the reader's language."""
    brought, own = fallen.brought, hears.listing
    lies = brought is not None and (brought.pk in hears.parts or hears.hub_id is not None)
    looks = own is not None and not lies and fallen.following.may_come(own)
    chain = fallen.following.for_(hears) if looks else None
    address = _address(fallen, hears)
    if lies and brought is not None:
        address = brought.get_absolute_url()
    elif looks and own is not None:
        # One always sees one's own.
        address = f"{reverse('listing-matches', args=[own.pk])}#chains"
    return {
        "what": fallen.supply.heading if fallen.supply is not None else "",
        "said": [_said(one, hears) for one in fallen.endings],
        "lies_at": brought.owner.name if brought is not None and lies else "",
        "is_free": brought is None,
        "chain": _chain_words(chain) if chain is not None else "",
        "own": own.heading if own is not None and looks else "",
        "is_hub": hears.hub_id is not None,
        "link": f"{settings.SITE_URL}{address}",
    }


def _address(fallen: _Fallen, hears: _Hears) -> str:
    """Of a hand-over of theirs that ended."""
    own = [one for one in fallen.parts if not hears.parts or one.pk in hears.parts]
    return own[-1].get_absolute_url()


def _hearing(arrangement: Arrangement, parts: Sequence[Exchange], supply: Listing | None) -> list[_Hears]:
    """Each once: who is of two sides, for the one that comes first in the chain."""
    readers = [(part, one) for part in parts for one in readers_of_exchange(part, None) if one.side is not None]
    found = []
    for reader in each_once((one for _part, one in readers), None):
        theirs = [(part, one.side) for part, one in readers if one.user == reader.user]
        part, side = theirs[0]
        assert side is not None, "those without one are left out"
        found.append(_Hears(reader.user, listing_of(part, side), frozenset(one.pk for one, _side in theirs)))
    proposal = Proposal.objects.filter(arrangement=arrangement).first()
    if proposal is None:
        return found
    hub = [_Hears(user, supply, frozenset(), proposal.hub_id) for user in proposers_at_hub(proposal)]
    heard = {one.user.pk for one in found}
    return [*found, *(one for one in hub if one.user.pk not in heard)]


class _Following:
    """Which chain comes next for whom: without the organisations that ended this one, and not the same again."""

    def __init__(self, parts: Sequence[Exchange], endings: Iterable[Ending], at: dt.datetime) -> None:
        self.at = at
        self.left = {one.organisation_id for one in endings if one.organisation_id is not None}
        self.tried = {(part.listing_id, part.via_id, part.matched_id) for part in parts if part.via_id}
        self._found: dict[int, list[Chain]] = {}

    def may_come(self, listing: Listing) -> bool:
        """Whether a listing is still looked at, and its organisation didn't end this chain itself."""
        return listing.organisation_id not in self.left and is_pairable(listing, timezone.localdate(self.at))

    def for_(self, hears: _Hears) -> Chain | None:
        """The best that somebody can propose."""
        listing = hears.listing
        if listing is None or not self.may_come(listing):
            return None
        if listing.pk not in self._found:
            found = chains_of(listing, at=self.at, without=self.left)
            self._found[listing.pk] = [one for one in found if can_be_proposed(one) and _key(one) not in self.tried]
        hub_id = hears.hub_id
        return next((one for one in self._found[listing.pk] if hub_id is None or _lies_in(one, hub_id)), None)


def _key(chain: Chain) -> tuple[int, int, int]:
    return chain.supply.pk, chain.service.pk, chain.demand.pk


def _lies_in(chain: Chain, hub_id: int) -> bool:
    """Whether one of the three does: then its staff may propose it."""
    return any(hub_id in one.hub_ids for one in (chain.supply, chain.service, chain.demand))


def _chain_words(chain: Chain) -> str:
    return " → ".join(str(one.heading) for one in (chain.supply, chain.service, chain.demand))


def _said(ending: Ending, hears: _Hears) -> dict[str, str]:
    """Why a hand-over ended: to its two sides as its history says it; to others without what was written."""
    exchange, step = ending.exchange, ending.step
    if exchange.pk not in hears.parts:
        return {"words": ending.words, "requester": "", "behalf_note": "", "reason": ""}
    know_parties([exchange], hears.user)
    (note,) = behalf_notes_of(exchange, [step])
    return {
        "words": sentences_of(exchange, [step])[0],
        "requester": exchange.shown_of(step.side).name if step.side else "",
        "behalf_note": note,
        "reason": step.reason,
    }


def _replies(endings: Iterable[Ending], hears: _Hears) -> str:
    """Where an answer to the letter comes into the conversation of the hand-over that ended, for its two sides."""
    ended = next((one.exchange for one in endings if one.exchange.pk in hears.parts), None)
    if ended is None:
        return ""
    return replies_about(ended, [Reader(hears.user, None)]).get(hears.user.pk, "")
