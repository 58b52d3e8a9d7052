"""Chainable reads of events and letters."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from journal.addresses import mailbox
from journal.enums import LetterPhase, LetterState

if TYPE_CHECKING:
    from journal.models import Event, Letter, LetterRefusal, SetAside  # noqa: F401


class EventQuerySet(models.QuerySet["Event"]):
    def about(self, subject: models.Model) -> Self:
        return self.filter(subject_kind=subject._meta.label_lower, subject_id=subject.pk)

    def of_organisation(self, organisation_id: int) -> Self:
        return self.filter(organisation_id=organisation_id)

    def in_hub(self, hub_id: int) -> Self:
        return self.filter(hub_ids__contains=[hub_id])

    def of_verbs(self, verbs: Sequence[str]) -> Self:
        return self.filter(verb__in=verbs)

    def between(self, first_day: dt.datetime | None, end: dt.datetime | None) -> Self:
        """From a moment on, and before another; None leaves that side open."""
        found = self if first_day is None else self.filter(at__gte=first_day)
        return found if end is None else found.filter(at__lt=end)

    def newest_first(self) -> Self:
        return self.order_by("-id")


class LetterQuerySet(models.QuerySet["Letter"]):
    def due(self, at: dt.datetime) -> Self:
        """To send now: what waits, and what a worker took but left before the text was handed over."""
        waits = models.Q(state=LetterState.QUEUED, due_at__lte=at)
        left = models.Q(state=LetterState.SENDING, phase=LetterPhase.BEFORE_DATA, leased_until__lt=at)
        return self.filter(waits | left)

    def not_handed_over(self) -> Self:
        """Not sent yet, and no text of it is on its way: these can still be stopped."""
        trying = models.Q(state=LetterState.SENDING, phase=LetterPhase.BEFORE_DATA)
        return self.filter(models.Q(state=LetterState.QUEUED) | trying)

    def doubtful(self, at: dt.datetime) -> Self:
        """Broke off once the text was handed over: perhaps it arrived. No task sends these again."""
        return self.filter(state=LetterState.SENDING, phase=LetterPhase.AFTER_DATA, leased_until__lt=at)

    def of_template(self, template: str) -> Self:
        return self.filter(template=template)

    def since(self, moment: dt.datetime) -> Self:
        return self.filter(created_at__gte=moment)

    def caused_by(self, user_id: int, *, since: dt.datetime) -> Self:
        return self.filter(caused_by_id=user_id).since(since)

    def to(self, address: str) -> Self:
        return self.filter(recipient=mailbox(address))

    def about(self, subject: models.Model) -> Self:
        return self.filter(subject_kind=subject._meta.label_lower, subject_id=subject.pk)

    def newest_first(self) -> Self:
        return self.order_by("-id")


class LetterRefusalQuerySet(models.QuerySet["LetterRefusal"]):
    def of(self, address: str) -> Self:
        return self.filter(address=mailbox(address))

    def on(self, topic: str) -> Self:
        return self.filter(topic=topic)


class SetAsideQuerySet(models.QuerySet["SetAside"]):
    def of(self, sweep: str, rows: Sequence[models.Model]) -> Self:
        """Those of some rows of one kind, by what was to be done to them."""
        kind = rows[0]._meta.label_lower
        return self.filter(sweep=sweep, subject_kind=kind, subject_id__in=[row.pk for row in rows])

    def among(self, sweep: str, rows: models.QuerySet[Any]) -> Self:
        """The same, of as many as a query finds."""
        kind = rows.model._meta.label_lower
        return self.filter(sweep=sweep, subject_kind=kind, subject_id__in=rows.order_by().values("pk"))
