"""Django's settings: the store's database (protocol 7 gives SQLite's settings), and the pages."""

import logging
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from taskforce.config import InstallationSettings

_installation = InstallationSettings()


def sqlite(path: str) -> dict[str, Any]:
    """A SQLite database that survives a power cut: WAL, full sync, writers wait up to 20 s for each other."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


def postgresql(url: str) -> dict[str, Any]:
    """A PostgreSQL database by its URL; what stands behind a "?" are libpq's parameters ("sslmode=require")."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


DATABASES = {
    "default": postgresql(_installation.database_url)
    if _installation.database_url
    else sqlite(str(_installation.database_file))
}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "taskforce.adapters.store",
    "taskforce.web",
]
AUTH_USER_MODEL = "store.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {"user_attributes": ("username", "full_name", "email")},
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
    }.items()
]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "store_cacherow"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LOGGING_CONFIG = None
logging.getLogger("django").addHandler(logging.NullHandler())  # it would print what pages hold; see web/views/errors.py
logging.getLogger("django").propagate = False

# --- the pages ---
SECRET_KEY = "replaced by the one that pages.py derives from the key file"  # noqa: S105 - no secret  # nosec B105
DEBUG = False
ALLOWED_HOSTS = ["*"]  # whoever reaches the port may ask; no page builds an address from the Host header
ROOT_URLCONF = "taskforce.web.urls"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "sign_in"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "taskforce.web.sessions.SessionEndMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "taskforce.web.middleware.AccessMiddleware",
    "taskforce.web.middleware.TroubleMiddleware",
    "taskforce.web.middleware.TimeZoneMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "taskforce.web.context.second_factor",
            ]
        },
    }
]
STATIC_URL = "/static/"
_is_https = _installation.pages_url.startswith("https://")
_COOKIE_PREFIX = "__Host-" if _is_https else ""  # browsers refuse it on plain HTTP
SESSION_COOKIE_AGE = 12 * 3600  # the cookie's; sessions themselves end by web/sessions.py (ASVS 7.3)
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_https
CSRF_TRUSTED_ORIGINS = [f"https://{urlsplit(_installation.pages_url).netloc}"] if _is_https else []
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "taskforce.web.views.errors.form_refused"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# --- the second factor; failures and waits are ours, see adapters/store/failures.py ---
ACCOUNT_ADAPTER = "taskforce.web.signing_in.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
SOCIALACCOUNT_ADAPTER = "taskforce.web.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
MFA_ADAPTER = "taskforce.web.signing_in.SecondFactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_REAUTHENTICATION_REQUIRED = False  # web/confirming.py asks
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Taskforce"
MFA_TOTP_TOLERANCE = 1
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
