"""Somebody in each role of `accounts.roles`, and what an address answers them and changes."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from accounts.models import HubPartner, HubStaff, Membership, User
from accounts.roles import Right, Role
from geo.models import Hub
from tests.makers import make_organisation, make_user
from tests.unchanged import digest_of, written

SLUG = "sociaal-circulaire-hub-gent"


class Cast:
    """An organisation and a hub, with somebody in each role. Each area of the site adds what its addresses are about.

    Who is merely signed in has every role elsewhere: in another organisation, in another hub and as its partner.
    """

    def __init__(self) -> None:
        self.hub, self.other_hub = Hub.objects.get(slug=SLUG), Hub.objects.exclude(slug=SLUG).order_by("pk")[0]
        self.admin, self.member, self.stranger = make_user(), make_user(), make_user()
        self.organisation = make_organisation(self.admin)
        Membership.objects.create(user=self.member, organisation=self.organisation, role="member")
        self.strangers = make_organisation(self.stranger)
        HubStaff.objects.create(hub=self.other_hub, user=self.stranger, role="manager")
        HubPartner.objects.create(hub=self.other_hub, organisation=self.strangers)
        self.partner = make_user()
        self.partners = make_organisation(self.partner)
        HubPartner.objects.create(hub=self.hub, organisation=self.partners)
        self.staff, self.manager = self.works("editor"), self.works("manager")
        self.users: dict[Role, User | None] = {
            Role.ANONYMOUS: None, Role.SIGNED_IN: self.stranger, Role.PARTNER: self.partner, Role.MEMBER: self.member,
            Role.ADMIN: self.admin, Role.STAFF: self.staff, Role.MANAGER: self.manager,
            Role.OPERATOR: make_user(is_superuser=True, is_staff=True),
        }  # fmt: skip
        self.clients = {role: _client(user) for role, user in self.users.items()}
        #: What stands in an address, by the name that it has there.
        self.numbers: dict[str, Any] = {"slug": self.organisation.slug}

    def works(self, role: str) -> User:
        return HubStaff.objects.create(hub=self.hub, user=make_user(), role=role).user


def _client(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@dataclass(frozen=True)
class Visit:
    """A request by everybody, for which a right is needed. `before` makes what it needs, for each role anew; it may
    return what then stands in the address. `given` is what is sent.

    A visit that isn't a GET has to change something for somebody who has the right, unless it is `idle`. One that is
    changes nothing, unless it `leaves_mark`: that somebody has read what is written there, or what was worked out.
    """

    right: Right
    name: str
    method: str = "get"
    given: Any = None
    where: Mapping[str, Any] = field(default_factory=dict)
    before: Callable[[Any, Role], Mapping[str, Any] | None] | None = None
    json: bool = False
    query: str = ""
    part: bool = False
    idle: bool = False
    leaves_mark: bool = False
    #: Where a page says in a field that somebody may not, by this status.
    refuses: int = 0
    #: Who has the right and is kept away by something else than their role, as the comment beside it says.
    but: frozenset[Role] = frozenset()

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def reads(right: Right, *names: str, **more: Any) -> list[Visit]:
    return [Visit(right, name, **more) for name in names]


def writes(right: Right, name: str, given: Any = None, **more: Any) -> Visit:
    """A form that is sent."""
    return Visit(right, name, "post", {} if given is None else given, **more)


def sends(right: Right, name: str, given: Any = None, method: str = "post", **more: Any) -> Visit:
    """What a program sends."""
    return Visit(right, name, method, {} if given is None else given, json=True, **more)


@dataclass(frozen=True)
class Answer:
    refused: bool
    changed: bool
    status: int


def answer(cast: Cast, visit: Visit, role: Role) -> Answer:
    """What is answered, and whether anything in the database changed; undone afterwards."""
    with transaction.atomic():
        where = {name: one(cast) if callable(one) else one for name, one in visit.where.items()}
        where |= dict((visit.before and visit.before(cast, role)) or {})
        given = visit.given(cast, role) if callable(visit.given) else visit.given
        path = address(visit.name, cast.numbers | where) + visit.query
        more: dict[str, Any] = {"content_type": "application/json"} if visit.json else {}
        more |= {"headers": {"HX-Request": "true"}} if visit.part else {}
        before = written()
        with transaction.atomic():
            found = getattr(cast.clients[role], visit.method)(path, given, **more)
            if found.streaming:
                # What isn't read stays open.
                b"".join(found.streaming_content)
            after = digest_of(table for table, count in written().items() if count != before.get(table, 0))
            transaction.set_rollback(True)
        changed = digest_of(after) != after
        transaction.set_rollback(True)
    refused = _is_refusal(found) or found.status_code == visit.refuses
    return Answer(refused, changed, found.status_code)


#: Where whoever has no organisation is led to.
FOUND_FIRST = "/organisatie/nieuw/"


def _is_refusal(found: Any) -> bool:
    away = found.status_code == 302 and ("/login/" in found["Location"] or found["Location"].endswith(FOUND_FIRST))
    return away or found.status_code in (401, 403, 404)


def address(name: str, numbers: Mapping[str, Any]) -> str:
    asked = {key: numbers[key] for key in _PARAMETERS.get(name, [])}
    return reverse(name, kwargs=asked)


def _patterns(resolver: Any, before: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    for one in resolver.url_patterns:
        # The prefix of a language isn't part of the Dutch addresses.
        route = before + (str(one.pattern) if "LanguagePrefix" not in type(one.pattern).__name__ else "")
        if isinstance(one, URLPattern):
            yield one.name or route, route, one
        else:
            yield from _patterns(one, route)


#: Every address of the site by its name, with how it is written. Django's admin and the log-in are libraries' own.
ADDRESSES = {
    name: (route, pattern)
    for name, route, pattern in _patterns(get_resolver())
    if not route.startswith(("admin/", "account/", "nl/"))
}
_PARAMETERS = {name: re.findall(r"<(?:\w+:)?(\w+)>", route) for name, (route, _pattern) in ADDRESSES.items()}


def methods_of(name: str) -> set[str]:
    """The methods that change something, of an address of the API: its class says which."""
    view: Any = ADDRESSES[name][1].callback
    cls = getattr(view, "cls", None) or getattr(view, "view_class", None)
    return {method for method in ("post", "put", "patch", "delete") if hasattr(cls, method)}
