"""Werkstof's settings with the naive view at their root, and a database connection as Django has it by default."""

from marketplace.settings import *  # noqa: F403
from marketplace.settings import DATABASES, INSTALLED_APPS

ROOT_URLCONF = "benchmarks.naive"
INSTALLED_APPS = [*INSTALLED_APPS, "rest_framework_gis"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "allauth.account.middleware.AccountMiddleware"]
DATABASES = {"default": {**DATABASES["default"], "OPTIONS": {"connect_timeout": 5}, "CONN_MAX_AGE": 60}}
