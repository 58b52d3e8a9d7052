"""/api/v1/saved-searches/: one's own saved searches, and how often one hears of what is new."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from alerts import services
from alerts.api.shapes import SAVED_SEARCH, SAVED_SEARCHES
from alerts.enums import Frequency
from alerts.models import LONGEST_NAME, SavedSearch
from alerts.names import name_in_words
from alerts.reading import all_parameters
from alerts.words import words_of
from listings.api.fields import LONGEST_ECHO, OneOfField
from listings.api.pagination import PARAMETERS, given_cursor, next_link, page_size
from listings.api.queries import check_names
from listings.api.serializers import KnownFields
from listings.cursors import open_cursor, seal_cursor
from listings.search.asking import ask
from listings.search.filters import FILTERS
from listings.search.parameters import SearchParameters

_NAMES = [name for filter in FILTERS for name in filter.names]


@extend_schema_field(
    {
        "type": "object",
        "description": "Parameters of /api/v1/search/; its words are read as they are there.",
        "properties": {name: {"oneOf": [{"type": "string"}, {"type": "number"}]} for name in _NAMES},
        "additionalProperties": False,
    }
)
class SearchField(serializers.Field[Any, Any, Any, Any]):
    """`{"q": "paletten", "lat": 51.05, "lon": 3.72, "radius_km": 25}`: read and refused as a search is."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise serializers.ValidationError(_('Geef de zoekopdracht als {"lat": …, "lon": …}, met haar parameters.'))
        known = ", ".join(_NAMES)
        errors = {
            str(name)[:LONGEST_ECHO]: _("Deze parameter ken ik niet. Kies uit: %(known)s.") % {"known": known}
            for name in data
            if name not in _NAMES
        }
        errors |= {
            name: _("Geef een tekst of een getal.")
            for name, value in data.items()
            if name in _NAMES and (isinstance(value, bool) or not isinstance(value, str | int | float))
        }
        if errors:
            raise serializers.ValidationError(errors)
        texts = {name: value if isinstance(value, str) else repr(value) for name, value in data.items()}
        try:
            return {"asked": ask(texts, for_later=True), "given": texts}
        except ValidationError as error:
            raise serializers.ValidationError(error.message_dict) from None

    def to_representation(self, value: Any) -> Any:
        return value


class SavedSearchSerializer(KnownFields, serializers.Serializer[Any]):
    """A search to be saved. Without a name it gets its own words."""

    name = serializers.CharField(max_length=LONGEST_NAME, required=False, allow_blank=True)
    search = SearchField()
    frequency = OneOfField(choices=Frequency.values, required=False)


class SavedSearchChangeSerializer(KnownFields, serializers.Serializer[Any]):
    """What is to be different; what isn't named stays."""

    name = serializers.CharField(max_length=LONGEST_NAME, required=False)
    search = SearchField(required=False)
    frequency = OneOfField(choices=Frequency.values, required=False)
    paused = serializers.BooleanField(required=False)


@method_decorator(never_cache, "dispatch")
class SavedSearchesView(APIView):
    """One's own saved searches, and saving another."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="saved_searches_list", responses={200: SAVED_SEARCHES}, parameters=PARAMETERS)
    def get(self, request: Request) -> Response:
        """The newest first."""
        check_names(request, PARAMETERS)
        size = page_size(request)
        place = open_cursor(given_cursor(request), "saved searches")
        rows = SavedSearch.objects.of(request.user).newest_first()  # type: ignore[arg-type]
        found = list((rows.filter(pk__lt=place[0]) if place else rows)[: size + 1])
        shown = found[:size]
        cursor = seal_cursor("saved searches", shown[-1].pk) if len(found) > size else None
        return Response({"next": next_link(request, cursor), "results": _rows(request, shown)})

    @extend_schema(operation_id="saved_searches_create", request=SavedSearchSerializer, responses={201: SAVED_SEARCH})
    def post(self, request: Request) -> Response:
        """Save a search. From now on its owner is told of each new listing that it finds, once."""
        given = SavedSearchSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        told = dict(given.validated_data)
        made = services.save_search(by=request.user, **told.pop("search"), **told)  # type: ignore[arg-type]
        return Response(_one(request, made), status=status.HTTP_201_CREATED)


@method_decorator(never_cache, "dispatch")
class SavedSearchView(APIView):
    """One of one's own saved searches."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="saved_searches_retrieve", responses={200: SAVED_SEARCH})
    def get(self, request: Request, search_id: int) -> Response:
        return Response(_one(request, _found(request, search_id)))

    @extend_schema(
        operation_id="saved_searches_update", request=SavedSearchChangeSerializer, responses={200: SAVED_SEARCH}
    )
    def patch(self, request: Request, search_id: int) -> Response:
        """Change it. A new frequency or a pause also counts for what was still to be told."""
        search = _found(request, search_id)
        given = SavedSearchChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        told = dict(given.validated_data)
        changed = services.change_search(by=request.user, search=search, **told.pop("search", {}), **told)  # type: ignore[arg-type]
        return Response(_one(request, changed))

    @extend_schema(operation_id="saved_searches_destroy", responses={204: None})
    def delete(self, request: Request, search_id: int) -> Response:
        """Forget it."""
        services.delete_search(by=request.user, search=_found(request, search_id))  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)


def _found(request: Request, search_id: int) -> SavedSearch:
    return get_object_or_404(SavedSearch.objects.of(request.user), pk=search_id)  # type: ignore[arg-type]


def _one(request: Request, search: SavedSearch) -> dict[str, Any]:
    (row,) = _rows(request, [search])
    return row


def _rows(request: Request, searches: Sequence[SavedSearch]) -> list[dict[str, Any]]:
    parameters = all_parameters(searches)
    return [_row(request, search, parameters[search.pk]) for search in searches]


def _row(request: Request, search: SavedSearch, asked: SearchParameters | None) -> dict[str, Any]:
    return {
        "id": search.pk,
        "name": name_in_words(search, asked),
        "search": search.asked,
        "words": words_of(asked, search.called) if asked is not None else [],
        "frequency": search.frequency,
        "paused": search.paused,
        "created_at": search.created_at,
        "results": request.build_absolute_uri(f"{reverse('api-search')}?{urlencode(sorted(search.asked.items()))}"),
    }
