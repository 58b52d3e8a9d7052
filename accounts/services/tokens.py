"""Tokens of users' own programs."""

from django.db import transaction
from rest_framework.authtoken.models import Token

from accounts.models import User


@transaction.atomic
def make_token(*, by: User) -> str:
    """A token for the user's own programs; the one before stops working."""
    Token.objects.filter(user=by).delete()
    return str(Token.objects.create(user=by).key)


def revoke_token(*, by: User) -> None:
    """No program is the user any more. Does nothing where there is no token."""
    Token.objects.filter(user=by).delete()
