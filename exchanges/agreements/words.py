"""The terms of a standing agreement in words: those that stand, and those that were asked."""

from django.utils.translation import gettext as _

from exchanges.agreements.rhythm import when_words
from exchanges.agreements.terms import Terms, asked_terms
from exchanges.models import StandingAgreement
from materials import figures


def terms_words(terms: Terms, unit: str) -> list[str]:
    """How much, when, until when, and where."""
    said = [figures.stored_amount(terms.quantity, unit), when_words(terms)]
    if terms.ends_on is not None:
        said.append(_("tot en met %(day)s") % {"day": figures.long_day(terms.ends_on)})
    return [*said, terms.place] if terms.place else said


def asked_words(agreement: StandingAgreement) -> list[str]:
    """What was asked, where something else is offered in its place, or came in its place."""
    asked = asked_terms(agreement)
    return terms_words(asked, agreement.unit) if asked is not None else []
