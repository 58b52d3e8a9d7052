"""Changing many elements of a layer at once: the same fields, or the same step, as one change that is undone as one.

What is looked at before is what is done then: both make every element by the same functions.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from journal.events import record
from maps.enums import FeatureKind, FeatureState, QuantityBasis
from maps.fields import check_names, column, label_of
from maps.history import begin_change
from maps.models import MapFeature, MapLayer
from maps.permissions import check_can_add, check_standing
from maps.reviewing.outcomes import tell_makers
from maps.services.alike import AlikeChecker
from maps.services.bulk import ROWS_AT_ONCE, BulkWriter, Prepared
from maps.services.features import check_owner, fill
from maps.services.review import STEPS_TAKEN, given_reason, is_outcome, stepped
from maps.services.storing import copy_of
from maps.sight import sight_of
from maps.standing import standing_of
from maps.validators import check_publishable
from maps.verbs import MANY, MapVerb

#: Elements that are changed at once, at most: more take longer than anybody waits for a page.
MOST_AT_ONCE = 2_000
#: What every element has of its own.
OF_EACH = frozenset({"title", "geometry", "source_reference", "site"})

#: What is made of an element; None where it is so already. Raises ValidationError and PermissionDenied.
Make = Callable[[MapFeature], MapFeature | None]


class Left(NamedTuple):
    """An element that stays as it is, and why."""

    feature: MapFeature
    words: str


@dataclass(frozen=True)
class Many:
    """What becomes of many elements.

    `pairs` are those that change, as they were and as they are then; `same` are so already; `left` stay, and `gone`
    are no longer there to be seen. `change` is the number by which undo_batch brings all back; None where nothing is
    stored.
    """

    pairs: list[tuple[MapFeature, MapFeature]] = field(default_factory=list)
    same: int = 0
    left: list[Left] = field(default_factory=list)
    gone: int = 0
    change: UUID | None = None


def preview_fields(*, by: User, layer: MapLayer, seen: Mapping[int, int], **fields: Any) -> Many:
    """What change_features() would do, without doing it."""
    run = _Run(by, layer, seen)
    return run.planned(run.elements(), "change", run.filling(fields))


def preview_step(*, by: User, layer: MapLayer, seen: Mapping[int, int], step: str, reason: str = "") -> Many:
    """What step_features() would do, without doing it."""
    run = _Run(by, layer, seen)
    return run.planned(run.elements(), step, run.stepping(step, timezone.now(), reason))


@transaction.atomic
def change_features(*, by: User, layer: MapLayer, seen: Mapping[int, int], **fields: Any) -> Many:
    """Give many elements the same values. `seen` has by the id of each the version that the person saw.

    What somebody changed since, what one may not change, and what doesn't go with the rest of an element stays as it
    is, and is named with why; all others change. Raises ValidationError for too many, or for fields of each.
    """
    run = _Run(by, layer, seen)
    planned = run.planned(run.elements(held=True), "change", run.filling(fields))
    return run.store(planned, MapVerb.CHANGED)


@transaction.atomic
def step_features(
    *,
    by: User,
    layer: MapLayer,
    seen: Mapping[int, int],
    step: str,
    reason: str = "",
    at: dt.datetime | None = None,
) -> Many:
    """Take a step of STEPS_TAKEN with many elements; those that can't take it are left, as in change_features()."""
    run = _Run(by, layer, seen)
    planned = run.planned(run.elements(held=True), step, run.stepping(step, at or timezone.now(), reason))
    done = run.store(planned, STEPS_TAKEN[step][0])
    told = [after for before, after in done.pairs if is_outcome(step, before)]
    tell_makers(told, by=by, reason=told[0].review_note if told else "")
    return done


class _Run:
    """One change of many elements of a layer by somebody."""

    def __init__(self, by: User, layer: MapLayer, seen: Mapping[int, int]) -> None:
        if len(seen) > MOST_AT_ONCE:
            words = {"count": len(seen), "most": MOST_AT_ONCE}
            raise ValidationError(
                _("%(count)s elementen zijn er te veel voor één keer: hoogstens %(most)s. Filter ze verder.") % words
            )
        if not seen:
            raise ValidationError(_("Kies eerst elementen."))
        self.layer = MapLayer.objects.select_related("map__hub").get(pk=layer.pk)
        check_can_add(by, self.layer)
        self._by, self._seen, self._standing = by, dict(seen), standing_of(by)
        self._writer = BulkWriter(by, self.layer, _unheard)

    def elements(self, *, held: bool = False) -> Iterator[MapFeature]:
        """The elements that the person sees, in the order of their ids; held until the transaction ends.

        Whoever changes an element holds it before the counts of its layer. So all are held before any is stored.
        """
        seen = MapFeature.objects.in_layer(self.layer.pk, sight_of(self._standing, self.layer)).order_by("pk")
        rows = seen.select_related("material", "source_organisation", "site", "owner")
        if held:
            rows = rows.select_for_update(no_key=True, of=("self",))
        ids = sorted(self._seen)
        for start in range(0, len(ids), ROWS_AT_ONCE):
            for row in rows.filter(pk__in=ids[start : start + ROWS_AT_ONCE]):
                row.layer = self.layer
                yield row

    def planned(self, elements: Iterator[MapFeature], step: str, make: Make) -> Many:
        """What would become of elements by a step of maps.permissions.STEPS."""
        pairs, left, same, found = list[tuple[MapFeature, MapFeature]](), list[Left](), 0, 0
        for before in elements:
            found += 1
            try:
                if before.version != self._seen[before.pk]:
                    raise ValidationError(_("Iemand wijzigde dit intussen. Kijk het eerst na."))
                check_standing(self._standing, before, step)
                after = make(before)
            except (ValidationError, PermissionDenied) as error:
                left.append(Left(before, _words(error)))
                continue
            if after is None:
                same += 1
            else:
                after.version, after.updated_at = before.version + 1, timezone.now()
                pairs.append((before, after))
        return Many(pairs, same, left, len(self._seen) - found)

    def filling(self, fields: dict[str, Any]) -> Make:
        """Gives an element the same values as the others."""
        check_names(fields)
        if wrong := sorted(OF_EACH & set(fields)):
            words = _("Dit heeft elk element voor zich: wijzig het apart.")
            raise ValidationError(dict.fromkeys(wrong, words))
        if not fields:
            raise ValidationError(_("Kies eerst wat je wilt wijzigen."))
        given = _with_what_follows(fields)
        if (owner := given.get("owner")) is not None:
            check_owner(owner, self.layer.map.hub)
        others = {name: value for name, value in given.items() if name != "owner"}
        checker = AlikeChecker(self._writer)

        def make(before: MapFeature) -> MapFeature | None:
            after = copy_of(before)
            fill(after, others)
            if "owner" in given:
                after.owner = given["owner"]
            checker.check(after)
            if all(_value(after, name) == _value(before, name) for name in given):
                return None
            if after.state == FeatureState.PUBLISHED:
                check_publishable(after)
            return after

        return make

    def stepping(self, step: str, at: dt.datetime, reason: str) -> Make:
        """Takes the same step with an element as with the others."""
        if step not in STEPS_TAKEN:
            raise ValidationError(_("Deze stap bestaat niet."))
        if step == "send_back":
            reason = given_reason(reason)
        return lambda before: stepped(before, step, by=self._by, at=at, reason=reason)

    def store(self, planned: Many, verb: MapVerb) -> Many:
        """Store what changes as one change, and record it; nothing where nothing does."""
        if not planned.pairs:
            return planned
        change = begin_change(by=self._by, verb=verb)
        stored = set[int]()
        for start in range(0, len(planned.pairs), ROWS_AT_ONCE):
            some = planned.pairs[start : start + ROWS_AT_ONCE]
            prepared = [Prepared(before.pk, after, before) for before, after in some]
            stored |= {one.row for one in self._writer.write(prepared)}
        words = _("Dit past niet bij de rest van het element. Wijzig het apart.")
        refused = [Left(before, words) for before, _after in planned.pairs if before.pk not in stored]
        pairs = [pair for pair in planned.pairs if pair[0].pk in stored]
        done = replace(planned, pairs=pairs, left=[*planned.left, *refused], change=change)
        counts = {"elements_changed": len(pairs), "elements_left": len(done.left)}
        record(
            MANY[verb], self.layer, by=self._by, hub_ids=[self.layer.map.hub_id],
            changes={name: count for name, count in counts.items() if count} | {"change": str(change)},
        )  # fmt: skip
        return done


def _with_what_follows(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, and those that go with them: a stock or a place has no period, what has no quantity no unit."""
    given = dict(fields)
    follows: dict[str, Any] = {}
    if given.get("kind") in (FeatureKind.STOCK, FeatureKind.PLACE):
        follows |= {"period": "", "season_months": []}
    if "quantity" in given and given["quantity"] is None:
        follows |= {"unit": "", "quantity_basis": QuantityBasis.UNKNOWN}
    if given.get("source_organisation") is not None:
        follows |= {"source_name": "", "site": None}
    elif given.get("source_name") or "source_organisation" in given:
        follows |= {"source_organisation": None, "site": None}
    return follows | given


def _value(feature: MapFeature, name: str) -> Any:
    return getattr(feature, column(name).attname)


def _words(error: ValidationError | PermissionDenied) -> str:
    """A refusal on one line, with what people call each field."""
    if isinstance(error, PermissionDenied):
        return str(error)
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        " ".join(found) if name == NON_FIELD_ERRORS else f"{capfirst(label_of(name))}: {' '.join(found)}"
        for name, found in error.message_dict.items()
    )


def _unheard(_row: int, _said: object) -> None:
    """What the database refuses is told by what it didn't store."""
