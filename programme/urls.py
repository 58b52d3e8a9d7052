from django.urls import URLPattern, path

from programme.api.views import ActivitiesView, ActivityView

urlpatterns: list[URLPattern] = [
    path("api/v1/activities/", ActivitiesView.as_view(), name="api-activities"),
    path("api/v1/activities/<int:activity_id>/", ActivityView.as_view(), name="api-activity"),
]
