"""The Celery application: tasks live in the tasks.py of the room or part of a room that they serve."""

import os

from celery import Celery

from journal import celery_origin  # noqa: F401  the signals of a task's origin are connected by it

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")

# A task has a time limit of its own.
os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT_MS", "0")

app = Celery("werkstof")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["listings.imports", "listings.search", "maps.imports", "matching.pairs", "matching.plan"])
