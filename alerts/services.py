"""Every change to saved searches and to what somebody is told of."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from alerts.enums import Frequency
from alerts.models import Alert, MatchAlerts, SavedSearch
from alerts.names import call, names_of
from alerts.querysets import AlertQuerySet
from alerts.reading import parameters_of
from alerts.schedule import due_at
from alerts.stopping import Stop
from alerts.verbs import AlertVerb
from alerts.watching import watch
from alerts.words import called_in
from journal.events import changed, record, values_of
from listings.search.parameters import SearchParameters

#: Saved searches of one person, at most.
MOST_SEARCHES = 50
#: What an event says of a saved search: that its name or question changed, not what it is.
_TOLD, _PRIVATE = ("name", "frequency", "paused", "asked"), ("name", "asked")
#: What stands in an address for the day on which it is read.
_RELATIVE = ("available_on", "today")


@transaction.atomic
def save_search(
    *,
    by: User,
    asked: SearchParameters,
    given: Mapping[str, str],
    name: str = "",
    frequency: str = Frequency.DAILY,
    called: Mapping[str, str] | None = None,
) -> SavedSearch:
    """Save a search, and tell its owner of what fits from now on. Raises ValidationError by field.

    `given` are the parameters that it was read from; without a name it gets its own words. `called` says how its
    points are called.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if SavedSearch.objects.of(by).count() >= MOST_SEARCHES:
        message = _("Je bewaart al %(most)d zoekopdrachten. Verwijder er eerst een.") % {"most": MOST_SEARCHES}
        raise ValidationError({"name": message})
    search = SavedSearch(owner=by, frequency=frequency)
    search.asked, search.called = _stored(asked, given), called_in(asked) | dict(called or {})
    _check_not_saved(search)
    call(search, name, asked)
    _check(search)
    search.save()
    watch(search, asked)
    record(AlertVerb.SEARCH_SAVED, search, by=by)
    return search


@transaction.atomic
def change_search(
    *,
    by: User,
    search: SavedSearch,
    asked: SearchParameters | None = None,
    given: Mapping[str, str] | None = None,
    called: Mapping[str, str] | None = None,
    **fields: Any,
) -> SavedSearch:
    """Change name, frequency, paused, or what is asked (with `given` and `called`). Raises ValidationError by field.

    What was still to be told follows: it goes at the new moment, or not at all.
    """
    search = _locked(by, search)
    before = values_of(search, _TOLD)
    if asked is not None:
        search.asked, search.called = _stored(asked, given or {}), called_in(asked) | dict(called or {})
        if search.is_called_by_words:
            call(search, "", asked)
    for name, value in fields.items():
        if name not in ("name", "frequency", "paused"):
            raise ValidationError({name: _("Dit veld bestaat niet of is niet te veranderen.")})
        if name != "name":
            setattr(search, name, value)
        elif value.strip():
            call(search, value, asked or parameters_of(search))
        else:
            search.name = ""
    _check(search)
    search.save()
    changes = changed(before, values_of(search, _TOLD), private=_PRIVATE)
    if "asked" in changes:
        _unsent(search=search).delete()
    asked = asked or parameters_of(search)
    if asked is not None and changes:
        watch(search, asked)
    _follow(_unsent(search=search), search)
    record(AlertVerb.SEARCH_CHANGED, search, by=by, changes=changes)
    return search


@transaction.atomic
def delete_search(*, by: User, search: SavedSearch) -> None:
    """Forget a search. What it told stays known, so that another one doesn't tell it again."""
    search = _locked(by, search, to_delete=True)
    _unsent(search=search).delete()
    record(AlertVerb.SEARCH_DELETED, search, by=by)
    search.delete()


@transaction.atomic
def choose_match_alerts(*, by: User, frequency: str) -> MatchAlerts:
    """Say how often one hears of new matches of one's organisations' listings. Raises ValidationError by field."""
    made, _new = MatchAlerts.objects.select_for_update(no_key=True).get_or_create(owner=by)
    before = values_of(made, ("frequency", "paused"))
    made.frequency, made.paused = frequency, False
    _check(made)
    made.save()
    _follow(_unsent(person=by, own__isnull=False), made)
    changes = changed(before, values_of(made, ("frequency", "paused")))
    record(AlertVerb.MATCH_ALERTS_CHANGED, made, by=by, changes=changes)
    return made


@transaction.atomic
def stop_alerts(*, stop: Stop) -> int:
    """Pause what a link in a letter names, for who holds that link; returns how much was still on.

    A second time does no harm, and what is gone by then is left alone.
    """
    person = User.objects.select_for_update(no_key=True).filter(pk=stop.person_id).first()
    if person is None:
        return 0
    searches = SavedSearch.objects.of(person).filter(pk__in=stop.search_ids, paused=False)
    stopped = list(searches.select_for_update(no_key=True))
    for search in stopped:
        search.paused = True
        search.save(update_fields=["paused"])
        search.watches.all().delete()
    _unsent(search__in=stopped).delete()
    count = len(stopped)
    if stop.matches and MatchAlerts.objects.filter(owner=person, paused=False).update(paused=True):
        _unsent(person=person, own__isnull=False).delete()
        count += 1
    if count:
        record(AlertVerb.STOPPED, person, by=person)
    return count


def _locked(by: User, search: SavedSearch, *, to_delete: bool = False) -> SavedSearch:
    """The search as it is stored now, locked. Raises PermissionDenied for whoever isn't its owner.

    Only the lock of a deletion keeps a worker from telling of the search meanwhile, which would then point nowhere.
    """
    locked = SavedSearch.objects.select_for_update(no_key=not to_delete).get(pk=search.pk)
    if locked.owner_id != by.pk:
        raise PermissionDenied(_("Deze zoekopdracht is van iemand anders."))
    return locked


def _check_not_saved(search: SavedSearch) -> None:
    same = SavedSearch.objects.of(search.owner).filter(asked=search.asked).first()
    if same is not None:
        words = {"name": names_of([same])[same.pk]}
        raise ValidationError({"name": _("Deze zoekopdracht bewaar je al, als “%(name)s”.") % words})


def _check(row: SavedSearch | MatchAlerts) -> None:
    row.full_clean(exclude=["owner"], validate_unique=False, validate_constraints=False)


def _stored(asked: SearchParameters, given: Mapping[str, str]) -> dict[str, str]:
    """The search as an address asks it, without its order. Which day is today is asked each time."""
    stored = asked.to_query()
    del stored["sort"]
    name, word = _RELATIVE
    return stored | ({name: word} if given.get(name, "").strip() == word else {})


def _unsent(**about: Any) -> AlertQuerySet:
    return Alert.objects.unsent().filter(**about)


def _follow(unsent: AlertQuerySet, wish: SavedSearch | MatchAlerts) -> None:
    """What is still to be told goes when the wish says now."""
    if wish.is_listening:
        unsent.update(due_at=due_at(wish.frequency, at=timezone.now()))
    else:
        unsent.delete()
