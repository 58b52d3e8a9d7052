"""Who runs this installation."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Operator:
    """What an installation says of whoever answers for it; empty where that isn't set."""

    name: str
    address: str
    number: str
    email: str
    supervisor: str


def read_operator() -> Operator:
    return Operator(
        name=settings.SITE_OPERATOR_NAME,
        address=settings.SITE_OPERATOR_ADDRESS,
        number=settings.SITE_OPERATOR_NUMBER,
        email=settings.SITE_OPERATOR_EMAIL,
        supervisor=settings.SITE_SUPERVISOR,
    )
