"""One settings file, read from the environment. `make demo` sets it all by itself.

Bad combinations are system checks (reviewapp/core/checks.py), not surprises.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import environ

from reviewapp.core.logging import configure_logging
from reviewapp.core.oidc import oidc_apps

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
MASTER_KEY = base64.b64decode(env.str("MASTER_KEY"))
# Digests of references must survive a rotation of SECRET_KEY.
DIGEST_KEY = hashlib.sha256(b"digests\x00" + MASTER_KEY).digest()
PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_URL])
# Behind TLS (the production default) cookies are secure and HTTP is refused.
HTTPS = env.bool("HTTPS", default=PUBLIC_URL.startswith("https://"))
# A proxy of ours sets X-Forwarded-For and -Proto; without one, both could be forged.
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
# Hosts of private networks that webhooks may call all the same.
WEBHOOK_PRIVATE_HOSTS = env.list("WEBHOOK_PRIVATE_HOSTS", default=[])
# Messengers that people may be called by; no scheme that asks a host where to go next.
APPRISE_SCHEMES = env.list(
    "APPRISE_SCHEMES",
    default=[
        *("discord", "gchat", "opsgenie", "pagerduty", "pover", "slack", "tgram"),
        *("gotifys", "mmosts", "ntfys", "rockets", "workflows"),
    ],
)
APPRISE_PRIVATE_HOSTS = env.list("APPRISE_PRIVATE_HOSTS", default=[])

INSTALLED_APPS = [
    "reviewapp.core",
    "systems",
    "traces",
    "queues",
    "incidents",
    "risks",
    "reviewapp",
    "reviewapp.notifications",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "django_prometheus",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "heroicons",
    "pgtrigger",
    "rest_framework",
    "template_partials",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "reviewapp.core.middleware.RequestIdMiddleware",
    "traces.api.statuses.StatusMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "reviewapp.core.middleware.AccessMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "reviewapp.urls"
ASGI_APPLICATION = "reviewapp.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "reviewapp.navigation.shell",
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "reviewapp.core.templatetags.ui",
            ],
        },
    }
]


# Connections of a web process, and so the requests that it answers at a time.
DATABASE_POOL = env.int("DATABASE_POOL", default=12)


def _database(url: str) -> dict[str, Any]:
    """A pooled PostgreSQL connection with limits that protect the log's readers."""
    config: dict[str, Any] = env.db_url_config(url)
    config |= {
        "ENGINE": "reviewapp.core.postgresql",
        "CONN_MAX_AGE": 0,
        "OPTIONS": config.get("OPTIONS", {})
        | {
            # Whoever waits longer for one waits for a server that is away. Exporters
            # give up after ten seconds, and most of them lose a batch that way.
            "pool": {"min_size": 1, "max_size": DATABASE_POOL, "timeout": 5},
            # What a connection is asked over and over is planned once. It needs values
            # sent apart from the statement. PostgreSQL itself keeps to a plan for the
            # values at hand where that pays, as with the partial indexes.
            "server_side_binding": True,
            "prepare_threshold": 5,
            # A server that hangs must not hold the rows of the other one locked.
            "connect_timeout": 5,
            # An open write transaction holds every reader of the log back.
            "options": "-c idle_in_transaction_session_timeout=15s"
            " -c statement_timeout=30s -c lock_timeout=10s",
        },
    }
    return config


DATABASES = {
    "default": _database(env.str("DATABASE_URL")),
    "keys": _database(env.str("KEYS_DATABASE_URL")),
}
DATABASE_ROUTERS = ["reviewapp.core.routers.KeysRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
# Rate limits only: nothing that is lost with Redis may stand in the cache.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "reviewapp",
    }
}
# Who may scrape /metrics; without one, this machine only.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL)

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "reviewapp.core.adapters.AccountAdapter"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Reviewapp] "
# "Forgot password" would otherwise write to any address that a stranger types.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = True  # no choice to make: a session lasts SESSION_HOURS
ACCOUNT_USER_DISPLAY = str
# Five wrong passwords lock an address for five minutes, and no person for good:
# otherwise anybody could lock everybody out.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "20/m/ip,5/300s/key"}

MFA_ADAPTER = "reviewapp.core.adapters.MfaAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an administrator vouches for the address
MFA_TOTP_ISSUER = "Reviewapp"
MFA_TOTP_TOLERANCE = 1

SOCIALACCOUNT_ADAPTER = "reviewapp.core.adapters.SocialAccountAdapter"
# A form that posts to us and is redirected away breaks the policy's form-action.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"APPS": oidc_apps(env), "OAUTH_PKCE_ENABLED": True}
}

# What a ticket or case looks like, as a regular expression; without one any text lifts.
SUPPORT_REFERENCE_PATTERN = env.str("SUPPORT_REFERENCE_PATTERN", default="")
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600
# Cookies know no ports: two Reviewapps on one host need two names.
_HOUSE = hashlib.sha256(SECRET_KEY.encode()).hexdigest()[:8]
SESSION_COOKIE_NAME = f"reviewapp_{_HOUSE}"
CSRF_COOKIE_NAME = f"reviewapp_csrf_{_HOUSE}"
MESSAGE_COOKIE_NAME = f"reviewapp_messages_{_HOUSE}"
MESSAGE_STORAGE = "reviewapp.core.flash.FlashStorage"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "reviewapp.core.views.problems.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
# Probes and scrapers come from inside, without TLS.
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Files are served from where they lie; collecting them first is only an option.
STATIC_ROOT = env.str("STATIC_ROOT", default=None)
WHITENOISE_USE_FINDERS = True

# What one body may carry; a system's own setting may say otherwise.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# What one export may carry to /v1/, before inflating and after it (OTLP recommends it).
INGEST_BODY_LIMIT = env.int("INGEST_BODY_LIMIT", default=64 * 1024 * 1024)
# Where exporters are told to come back: batches that wait, their bytes in clear (they
# take about a fifth on disk), and seconds that the oldest does.
INGEST_MOST_WAITING = env.int("INGEST_MOST_WAITING", default=5_000)
INGEST_MOST_WAITING_BYTES = env.int("INGEST_MOST_WAITING_BYTES", default=8 * 1024**3)
INGEST_OLDEST_WAITING_S = env.int("INGEST_OLDEST_WAITING_S", default=900)

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
# A mail server that hangs must not hold up the calls behind it.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="reviewapp@localhost")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["reviewapp.core.access.DenyUnlessDeclared"],
    "DEFAULT_RENDERER_CLASSES": ["reviewapp.core.media.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["reviewapp.core.media.JsonParser"],
    "DEFAULT_SCHEMA_CLASS": "reviewapp.core.schema.ProblemAutoSchema",
    "EXCEPTION_HANDLER": "reviewapp.core.api.render_problem",
    "UNAUTHENTICATED_USER": None,
    "LIST_SERIALIZER_ERRORS_AS_DICT": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Reviewapp",
    "DESCRIPTION": "Agents ask before they act, and people answer.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "Environment": "systems.models.Environment",
        "RequestStatus": "queues.models.Status",
        "OutcomeStatus": "queues.models.Outcome.Status",
        "Settlement": "queues.models.Settlement",
        "Verdict": "queues.models.Verdict",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

configure_logging(json=env.bool("LOG_JSON", default=not DEBUG))
LOGGING_CONFIG = None
