"""Settings, read from the environment; docs/operating.md lists every variable."""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import environ
import pghistory
from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from marketplace.queues import DEFAULT_QUEUE, EVERY_MINUTE, EVERY_QUARTER_MINUTE, QUEUES, ROUTES
from marketplace.security_policy import content_security_policy

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env("WERKSTOF_VAR", default=str(BASE_DIR / "var")))

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY")
# Keys of before: what they signed still counts, and nothing new is signed with them.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# A header says which way a search was read (listings.search.strategies).
SEARCH_PATH_HEADER = env.bool("SEARCH_PATH_HEADER", default=DEBUG)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
# Where people reach this site: links in mail begin with it.
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Proxies before our own front (marketplace/front.py): only what these say of who asked, and how, is believed.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
# Behind a proxy that ends TLS, and only then, HTTPS=on makes cookies and redirects secure.
HTTPS = env.bool("HTTPS", default=False)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Probes ask inside the network, where TLS has ended.
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

INSTALLED_APPS = [
    "marketplace",
    "frontend",
    "programme",
    "exchanges",
    "alerts",
    "maps",
    "matching",
    "listings",
    "materials",
    "accounts",
    "geo",
    "journal",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.gis",
    "django.forms",
    "django_htmx",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "csp",
    "pgtrigger",
    "pghistory",
]

MIDDLEWARE = [
    "marketplace.front.ClientAddressMiddleware",
    "journal.middleware.OriginMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "marketplace.compression.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "frontend.languages.AddressLanguageMiddleware",
    "marketplace.limits.BodySizeMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "marketplace.limits.StorableFormMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.UserLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "frontend.middleware.LoggedOutMiddleware",
    "marketplace.problems.ProblemMiddleware",
    "marketplace.old_reads.OldReadsMiddleware",
]

ROOT_URLCONF = "marketplace.urls"
WSGI_APPLICATION = "marketplace.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Each subject of the pages has its templates beside its views.
        "DIRS": sorted((BASE_DIR / "frontend").glob("*/templates")),
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frontend.context.site",
            ],
        },
    },
]


# Every form field is drawn by one template: label, help, control, error.
FORM_RENDERER = "frontend.components.form_fields.Renderer"


def database(url: str) -> dict[str, object]:
    """Django's settings for one PostgreSQL address, with the pool and the plan settings.

    A query is prepared at its first use and planned once, without looking at its parameters: the planner then
    takes the nearest-neighbour scan for every search, and planning costs nothing (docs/adr/0003).
    Parallel workers and JIT cost more to start than a web query takes.
    """
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": parts.path.lstrip("/"),
        "USER": parts.username or given.get("user", ""),
        "PASSWORD": parts.password or "",
        "HOST": parts.hostname or given.get("host", ""),
        "PORT": str(parts.port or given.get("port", "")),
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=4), "timeout": 10},
            "server_side_binding": True,
            "prepare_threshold": 0,
            "connect_timeout": 5,
            "options": (
                "-c plan_cache_mode=force_generic_plan -c random_page_cost=1 -c jit=off "
                "-c max_parallel_workers_per_gather=0 "
                f"-c statement_timeout={env.int('DATABASE_STATEMENT_TIMEOUT_MS', default=15_000)}"
            ),
        },
    }


def replica(url: str) -> dict[str, object]:
    """The same for a streaming replica, except that nobody waits for one: the primary answers instead."""
    made = database(url)
    options: dict[str, object] = made["OPTIONS"]  # type: ignore[assignment]
    pool: dict[str, object] = options["pool"]  # type: ignore[assignment]
    given = {"pool": pool | {"timeout": 0.5, "reconnect_timeout": 5}, "connect_timeout": 2, "tcp_user_timeout": 2_000}
    return made | {"OPTIONS": options | given, "TEST": {"MIRROR": "default"}}


DATABASES = {"default": database(env("DATABASE_URL"))}
REPLICA_URLS = env.list("REPLICA_URLS", default=[])
#: A replica that is older than this isn't read from.
REPLICA_MAX_LAG_S = env.float("REPLICA_MAX_LAG_S", default=10.0)
DATABASES |= {f"replica_{number}": replica(url) for number, url in enumerate(REPLICA_URLS, 1)}
DATABASE_ROUTERS = ["marketplace.old_reads.OldReadsRouter"] if REPLICA_URLS else []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL")
# Where Redis is away or hangs, the cache goes on in each process's own memory (marketplace/cache.py).
CACHES = {"default": {"BACKEND": "marketplace.cache.SteadyCache", "LOCATION": REDIS_URL}}

# Celery calls the number of a Redis database by another name than Django's cache does.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_RESULT_BACKEND = None
# A broker that is away or hangs must not hold up a request: what it missed is found by a task of the schedule below.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    # Before the names of queues, where several installations share one Redis.
    "global_keyprefix": env("QUEUE_PREFIX", default=""),
}
CELERY_TASK_QUEUES = QUEUES
CELERY_TASK_ROUTES = ROUTES
CELERY_TASK_DEFAULT_QUEUE = DEFAULT_QUEUE
CELERY_BEAT_SCHEDULE = {
    "send letters": {"task": "journal.tasks.send_waiting_letters", **EVERY_MINUTE},
    "pair what waits": {"task": "matching.pairs.tasks.pair_waiting", **EVERY_MINUTE},
    "pair regions that weigh otherwise": {"task": "matching.pairs.tasks.pair_waiting_regions", **EVERY_MINUTE},
    "resume plans": {"task": "matching.plan.tasks.resume_plans", **EVERY_MINUTE},
    # Often: a worker that was killed is known as lost after half a minute, and its file goes on within one.
    "resume imports": {"task": "listings.imports.tasks.resume_imports", **EVERY_QUARTER_MINUTE},
    "resume imports of maps": {"task": "maps.imports.tasks.resume_map_imports", **EVERY_QUARTER_MINUTE},
    "resume photos of imports": {"task": "listings.tasks.resume_import_photos", **EVERY_QUARTER_MINUTE},
    "count cells": {"task": "listings.search.tasks.fold_cells", **EVERY_MINUTE},
    "read waiting mail": {"task": "exchanges.tasks.read_waiting_mail", **EVERY_MINUTE},
    "sweep exchanges": {"task": "exchanges.tasks.sweep_exchanges", **EVERY_MINUTE},
    "tell of what is new": {"task": "alerts.tasks.tell_of_waiting", **EVERY_MINUTE},
    "send alerts": {"task": "alerts.tasks.send_alerts", **EVERY_MINUTE},
    "expire what is over": {"task": "listings.tasks.expire_listings", "schedule": 3600},
    "ask whether it is fresh": {
        "task": "alerts.tasks.ask_whether_fresh",
        "schedule": crontab(hour="9", minute="10"),
    },
    "tell reviewers of maps": {"task": "maps.tasks.tell_reviewers", "schedule": crontab(hour="8", minute="40")},
    "ask sources of maps": {"task": "maps.tasks.ask_sources", "schedule": crontab(hour="9", minute="25")},
    "clear files of maps": {
        "task": "maps.imports.tasks.clear_map_imports",
        "schedule": crontab(hour="4", minute="30"),
    },
    # After the last of those that destroy rows.
    "sweep files that are left": {
        "task": "marketplace.tasks.sweep_leftover_files",
        "schedule": crontab(hour="5", minute="10"),
    },
    "gather words": {"task": "listings.search.tasks.gather_words", "schedule": crontab(hour="2", minute="50")},
    "place what moved": {"task": "listings.tasks.place_anew", "schedule": crontab(hour="3", minute="20")},
    "forget old mail": {"task": "exchanges.tasks.forget_old_mail", "schedule": crontab(hour="4", minute="10")},
    "end verifications": {"task": "accounts.tasks.end_verifications", "schedule": crontab(hour="0", minute="20")},
    "recount balances": {"task": "listings.tasks.recount_balances", "schedule": crontab(hour="3", minute="50")},
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# What a worker hasn't begun another may take: a hub's pairing can run for minutes.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 1_800
# However long the broker is away, workers wait for it.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TIMEZONE = "Europe/Brussels"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

# What starts after the commit of an event (journal/reactions.py), by its verb: so a room acts on what happens in one
# below, which doesn't know it. Each task gets the id of what the event is about.
_PAIR = ["matching.pairs.tasks.pair_listing"]
_TELL = ["alerts.tasks.tell_of_listing"]
_END_REQUESTS = ["exchanges.tasks.end_requests"]
_PLACE_ANEW = ["listings.tasks.place_anew"]
REACTIONS = {
    "listing.changed": _PAIR + _TELL,
    "listing.published": _PAIR + _TELL,
    "listing.reserved": _PAIR,
    "listing.withdrawn": _PAIR + _END_REQUESTS,
    "listing.taken_down": _PAIR + _END_REQUESTS,
    "listing.closed": _PAIR + _END_REQUESTS,
    "match.dismissed": _PAIR,
    "match.shown_again": _PAIR,
    "listings.placed_anew": ["matching.pairs.tasks.pair_everything"],
    "hub.border_policy_changed": _PLACE_ANEW,
    "hub.removed": _PLACE_ANEW,
    "region.changed": _PLACE_ANEW,
    "region.removed": _PLACE_ANEW,
    "import.started": ["listings.imports.tasks.check_import"],
    "import.confirmed": ["listings.imports.tasks.store_import"],
    "import.mended": ["listings.imports.tasks.check_import"],
    "import.stored": ["listings.search.tasks.gather_words", "listings.tasks.add_import_photos"],
    "map_file.started": ["maps.imports.tasks.read_map_import"],
    "map_file.set": ["maps.imports.tasks.read_map_import"],
    "map_file.confirmed": ["maps.imports.tasks.take_map_import"],
    "map_file.undo_asked": ["maps.imports.tasks.undo_map_import"],
    "weights.changed": ["matching.pairs.tasks.pair_region"],
    "pairing.started": ["matching.pairs.tasks.share_out"],
    "plan.requested": ["matching.plan.tasks.plan_hub"],
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "frontend.account.forms.LoginForm",
    "signup": "frontend.account.forms.SignupForm",
    "reset_password": "frontend.account.forms.ResetPasswordForm",
    "add_email": "frontend.account.forms.AddEmailForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
LOGIN_URL = "account_login"

# Triggers keep what elements of maps were (docs/adr/0047). Migrations make them; nothing else of the library writes.
PGTRIGGER_SCHEMA_EDITOR = False
PGHISTORY_CREATED_AT_FUNCTION = "clock_timestamp()"
# Versions are found by their element and by their change alone: further indexes would only make writing slower.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)

# Messages in the source are Dutch (docs/adr/0004): English and French are translations.
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Nederlands")), ("en", _("Engels")), ("fr", _("Frans"))]
#: The languages that texts, names and rows come in; the first is the default. One more asks for its messages in
#: marketplace/locale/ (made by script/messages, which names each), its numbers and dates in marketplace/formats/, its
#: pages in frontend/about/texts/, its names in the columns `name_…` of materials and places, and its words' forms in
#: materials/word_forms.py.
LANGUAGE_CODES = [code for code, _name in LANGUAGES]
LOCALE_PATHS = [BASE_DIR / "marketplace" / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Europe/Brussels"
FORMAT_MODULE_PATH = ["marketplace.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Form posts stay small; photos and import files are counted by their own validators.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

EMAIL_CONFIG = env.email("EMAIL_URL", default=f"filemail:///{VAR_DIR}/mail")
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_FILE_PATH = EMAIL_CONFIG.get("EMAIL_FILE_PATH") or str(VAR_DIR / "mail")
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10
# Whether this installation shows the demo: letters can then be read at /demo/post/, and keep what stands in them.
DEMO = env.bool("DEMO", default=False)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Werkstof <noreply@werkstof.example>")

# Replies to letters come to addresses of this domain; empty where no mail comes in (docs/operating.md).
REPLY_DOMAIN = env("REPLY_DOMAIN", default="").lower()
# A mail service that posts what comes in (exchanges/mail/webhook.py), and "user:password" that it has to know.
INBOUND_WEBHOOK = env("INBOUND_WEBHOOK", default="")
ANYMAIL = {"WEBHOOK_SECRET": env("INBOUND_WEBHOOK_SECRET", default="")}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # The first one says how to authenticate, and so makes a stranger's refusal 401 instead of 403.
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["marketplace.parsers.StorableJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "marketplace.schema.ApiSchema",
    # `format` is a parameter of the search itself.
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "marketplace.problems.problem_response",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Werkstof",
    "DESCRIPTION": "Material exchange with geospatial search for Flanders' social-circular hubs.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ServiceKindEnum": "listings.enums.ServiceKind",
        "UnitEnum": "materials.enums.Unit",
        "KindEnum": "listings.enums.ListingKind",
        "SideEnum": "exchanges.enums.Side",
        "ElementKindEnum": "maps.enums.FeatureKind",
        "ElementStepStepEnum": "maps.api.serializers.NAMED_STEPS",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "marketplace.schema.name_shapes",
        "marketplace.schema.describe_problems",
    ],
    # The page of the documentation comes from this host alone, and asks no validator elsewhere.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
}

# Who runs this installation, as the pages on privacy, terms and contact say it; what isn't set they say isn't known.
SITE_OPERATOR_NAME = env("SITE_OPERATOR_NAME", default="")
SITE_OPERATOR_ADDRESS = env("SITE_OPERATOR_ADDRESS", default="")
SITE_OPERATOR_NUMBER = env("SITE_OPERATOR_NUMBER", default="")
SITE_OPERATOR_EMAIL = env("SITE_OPERATOR_EMAIL", default="")
SITE_SUPERVISOR = env("SITE_SUPERVISOR", default="")

# A MapLibre style or raster tile address; without one the map is drawn from this project's own data.
BASEMAP_URL = env("BASEMAP_URL", default="")
BASEMAP_ATTRIBUTION = env("BASEMAP_ATTRIBUTION", default="")
# Other hosts that a style names, for tiles, letters or signs.
BASEMAP_ORIGINS = env.list("BASEMAP_ORIGINS", default=[])
CONTENT_SECURITY_POLICY = content_security_policy(BASEMAP_URL, BASEMAP_ORIGINS)
# Who knows where a house stands: "geolocation" (the Flemish API), "nominatim" or "photon", and its address; nobody.
ADDRESS_SERVICE = env("ADDRESS_SERVICE", default="")
ADDRESS_SERVICE_URL = env("ADDRESS_SERVICE_URL", default="")
ADDRESS_SERVICE_TIMEOUT_S = env.float("ADDRESS_SERVICE_TIMEOUT_S", default=3.0)
# GDAL reads only files and spatial references that an operator names, never an upload of a stranger.
SILENCED_SYSTEM_CHECKS = ["gis.W001"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
