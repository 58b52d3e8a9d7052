"""The Celery application: tasks live in each app's tasks.py."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")

# A task has a time limit of its own.
os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT_MS", "0")

app = Celery("werkstof")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
