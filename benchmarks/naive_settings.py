"""Werkstof's settings with the naive view at their root, and a database connection as Django has it by default."""

from marketplace.settings import *  # noqa: F403
from marketplace.settings import DATABASES

ROOT_URLCONF = "benchmarks.naive"
MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "allauth.account.middleware.AccountMiddleware"]
DATABASES = {"default": {**DATABASES["default"], "OPTIONS": {"connect_timeout": 5}, "CONN_MAX_AGE": 60}}
