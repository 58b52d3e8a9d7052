"""Tokens of users' own programs."""

from django.db import transaction
from rest_framework.authtoken.models import Token

from accounts.models import User
from accounts.verbs import AccountVerb
from journal.events import record


@transaction.atomic
def make_token(*, by: User) -> str:
    """Make a token for the user's own programs. The token before it stops working."""
    Token.objects.filter(user=by).delete()
    key = str(Token.objects.create(user=by).key)
    record(AccountVerb.TOKEN_MADE, by, by=by)
    return key


@transaction.atomic
def revoke_token(*, by: User) -> None:
    """Delete the user's token, so that no program can act for them any more. Does nothing where there is none."""
    gone, _kinds = Token.objects.filter(user=by).delete()
    if gone:
        record(AccountVerb.TOKEN_REVOKED, by, by=by)
