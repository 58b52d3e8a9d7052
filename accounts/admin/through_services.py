"""Operators' changes in the admin go through the same services as the pages."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.permissions import holds
from accounts.roles import Right


class ThroughServices(admin.ModelAdmin):
    """An admin that writes through services. What a service refuses is shown above the page."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return holds(request.user, Right.OPERATE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return holds(request.user, Right.OPERATE)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return holds(request.user, Right.OPERATE)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            self.delete_model(request, row)

    def changeform_view(self, request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        return self._unless_refused(request, super().changeform_view, *args, **more)

    def delete_view(self, request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        return self._unless_refused(request, super().delete_view, *args, **more)

    def changelist_view(self, request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        return self._unless_refused(request, super().changelist_view, *args, **more)

    def _unless_refused(self, request: HttpRequest, view: Any, *args: Any, **more: Any) -> HttpResponse:
        """Run the view in one transaction. If a service refuses anything, store nothing and say why."""
        try:
            with transaction.atomic():
                response: HttpResponse = view(request, *args, **more)
                return response
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
