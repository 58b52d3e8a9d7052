"""What two organisations have between them: which side is whose, and what a reader may know of the owner."""

from typing import Protocol

from accounts.models import Organisation
from accounts.unnamed import unnamed
from exchanges.enums import Side
from listings.enums import ListingKind
from listings.models import Listing


def giving_side(listing: Listing) -> Side:
    """Who brings it: of a supply its owner. A service gets what it works on, a demand what it asks."""
    return Side.OWNER if listing.kind == ListingKind.SUPPLY else Side.REQUESTER


class _Between(Protocol):
    """What a model of two sides says itself."""

    owner_known: bool

    @property
    def requester(self) -> Organisation: ...
    @property
    def owner(self) -> Organisation: ...
    @property
    def may_hide_owner(self) -> bool: ...
    @property
    def shows_owner(self) -> bool: ...
    @property
    def shown_owner(self) -> Organisation: ...


class TwoSides:
    """For a model with a `requester`, an `owner`, and `may_hide_owner`: whether the owner may still be unnamed."""

    #: Whether the reader may know the owner before it agreed; set by exchanges.parties.know_parties() alone.
    owner_known: bool = False

    def organisation_of(self: _Between, side: str) -> Organisation:
        """Whose side it is, for what has to be done: readers are shown `shown_of`."""
        return self.requester if side == Side.REQUESTER else self.owner

    def shown_of(self: _Between, side: str) -> Organisation:
        """The organisation of a side as the reader may know it."""
        return self.requester if side == Side.REQUESTER else self.shown_owner

    @property
    def shown_owner(self: _Between) -> Organisation:
        """A stand-in while the listing is hub-only and its owner hasn't agreed, unless know_parties() found that the
        reader may know it.
        """
        return self.owner if self.shows_owner else unnamed()

    @property
    def shows_owner(self: _Between) -> bool:
        return self.owner_known or not self.may_hide_owner
