"""What comes too late: one kind of refusal, which the API answers with 409 wherever it stands."""

from django.core.exceptions import ValidationError


class TooLate(ValidationError):
    """It made sense before: somebody else, or time, was first. Its words say what happened, or until when it could.

    What makes no sense whenever it is asked, or can be put right in its field, is a plain ValidationError. More than
    is free is late too: listings.balances.free.NotEnoughFree.
    """
