"""Imports are import-linter's; string references between models are checked here."""

from django.apps import apps

FLOORS = ["geo", "accounts", "materials", "listings", "frontend"]


def test_a_model_points_only_sideways_or_down() -> None:
    upward = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in FLOORS
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        if field.related_model._meta.app_label in FLOORS
        and FLOORS.index(field.related_model._meta.app_label) > FLOORS.index(model._meta.app_label)
    ]
    assert upward == []
