"""Settings: one file, every value from the environment, safe without any.

`COMMON_THREAD_URL` is the address people type; its scheme decides whether cookies are marked secure.
`COMMON_THREAD_DATA` is the folder of everything that must be kept (database, keys, mail); it is never in the
repository.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import environ

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("COMMON_THREAD_DATA", default=str(BASE_DIR / "var")))
KEY_DIR = DATA_DIR / "keys"  # outside the database and its backups: whoever has a dump has no key
WORD_KEYS_COPY = env.str("COMMON_THREAD_WORD_KEYS_COPY", default="")  # a second folder of the words' keys, or none
LOG_FOLDERS = env.list("COMMON_THREAD_LOGS", default=[])  # of other programs: what `anonymity_audit` looks through
BACKUP_DIR = Path(env.str("COMMON_THREAD_BACKUPS", default=str(DATA_DIR / "backups")))
SITE_URL = env.str("COMMON_THREAD_URL", default="http://127.0.0.1:8000").rstrip("/")
HTTPS = urlsplit(SITE_URL).scheme == "https"
DEBUG = env.bool("COMMON_THREAD_DEBUG", default=False)


def _private_folders() -> None:
    """Let only the server's account into what is kept, whatever the shell that started it would have allowed."""
    os.umask(0o077)  # the database, the mail and the logs of this process are 0600, its folders 0700
    # Where nothing can be made, importing settings is no place to stop: what has to write says so itself.
    with contextlib.suppress(OSError):
        DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not DATA_DIR.stat().st_mode & stat.S_ISVTX:  # a folder like /tmp belongs to everybody
            DATA_DIR.chmod(0o700)
        KEY_DIR.mkdir(mode=0o700, exist_ok=True)


_private_folders()


def _secret_key() -> str:
    """The signing key: from the environment, else from a file made on first use (mode 0600)."""
    given: str = env.str("COMMON_THREAD_SECRET_KEY", default="")
    if given:
        return given
    path = KEY_DIR / "secret_key"
    if not path.exists():
        # Written whole before it has its name: of two processes that start at once, none may read half a key.
        handle, draft = tempfile.mkstemp(dir=KEY_DIR)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        Path(draft).unlink()
    return path.read_text()


SECRET_KEY = _secret_key()
# Keys it had before: sessions go on, and certificates made under them can still be checked.
SECRET_KEY_FALLBACKS: list[str] = env.list("COMMON_THREAD_OLD_SECRET_KEYS", default=[])
SITE_HOST = urlsplit(SITE_URL).hostname or "127.0.0.1"
# Names of this machine are ours only where the site is on this machine: a proxy could be made to pass them on.
ALLOWED_HOSTS = [
    *(["127.0.0.1", "localhost", "[::1]"] if SITE_HOST in ("127.0.0.1", "localhost", "::1") else [SITE_HOST]),
    *env.list("COMMON_THREAD_HOSTS", default=[]),
]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "config",
    "facilitation",
    "rounds",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.caching.nothing_kept",
    "config.traces.none_left",
    "csp.middleware.CSPMiddleware",
    "config.addresses.without_nul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.addresses.readable",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
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
                "rounds.views.navigation.own_programmes",
            ],
        },
    }
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # Threads share few connections instead of opening one each; Django asks for CONN_MAX_AGE 0 with a pool.
    DATABASES["default"]["ENGINE"] = "config.postgresql"
    DATABASES["default"]["OPTIONS"] = {
        "pool": {"min_size": 2, "max_size": env.int("COMMON_THREAD_CONNECTIONS", default=12), "timeout": 10},
        "connect_timeout": 5,
        "server_side_binding": True,  # a sealed box written into its statement is twice as long, and read twice
        "options": "-c lock_timeout=20s -c idle_in_transaction_session_timeout=60s",  # as patient as SQLite below
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = None  # reopening per call costs forty times the write itself
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # Deferred transactions fail at once with "database is locked" when two writers meet.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: what was acknowledged survives a power cut. Deleted rows are overwritten, and what VACUUM and sorting
        # need for a while stays in memory: a file would be deleted, not overwritten, with every word in it.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; "
        "PRAGMA temp_store=MEMORY;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CHANNEL_LAYER_URL = env.str("CHANNEL_LAYER_URL", default="")  # empty: one process needs no layer
CHANNEL_LAYERS = (
    {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            # redis-py 8 gives up on a connection that has been quiet for five seconds: a round may be.
            "CONFIG": {"hosts": [{"address": CHANNEL_LAYER_URL, "socket_timeout": None, "socket_connect_timeout": 2}]},
        }
    }
    if CHANNEL_LAYER_URL
    else {}
)

AUTH_USER_MODEL = "rounds.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "config.sign_in.Adapter"
ACCOUNT_FORMS = {"signup": "config.sign_in.SignUpForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # nobody signs up without an invitation that reached their address
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a stranger's address never gets mail from us
# Counted in memory. One address may be a whole hospital, or nobody's at all behind the proxy, so what
# protects an account is counted by account.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "200/m/ip,20/5m/key",
    "signup": "60/m/ip",
    "reset_password": "60/m/ip,5/m/key",
    "reset_password_from_key": "60/m/ip",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Common Thread"
# Every account was invited at its address or made by an administrator. Without this, those made in the
# administration or on the command line could never turn the second step on.
MFA_ALLOW_UNVERIFIED_EMAIL = True

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12
CSRF_USE_SESSIONS = True  # a year-long CSRF cookie would tell one browser from another
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = False  # the proxy redirects; a health check on the socket must not loop
SILENCED_SYSTEM_CHECKS = ["security.W008"]  # which asks for that redirect
SECURE_REFERRER_POLICY = "same-origin"  # "no-referrer" would make browsers post forms with an Origin of null
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", SITE_URL.replace("http", "ws", 1)],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.str("COMMON_THREAD_TIME_ZONE", default="Europe/London")
USE_I18N = True
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("COMMON_THREAD_STATIC", default=str(DATA_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 300  # names carry no hash: an upgrade must reach a phone within minutes
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nobody else's page needs them, and a line of every answer says so otherwise
# A language model on the organisation's own network that may propose groups: the address of its OpenAI-compatible
# API, up to and without "/chat/completions". Off without one, and until a programme's administrator switches it on.
OWN_MODEL_URL = env.str("COMMON_THREAD_MODEL_URL", default="").rstrip("/")
OWN_MODEL_KEY = env.str("COMMON_THREAD_MODEL_KEY", default="")
OWN_MODEL_NAME = env.str("COMMON_THREAD_MODEL_NAME", default="default")
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000  # a large round's reactions are laid into a theme at once
FILE_UPLOAD_HANDLERS = ["config.uploads.NoFiles"]

# How many worker processes `serve` starts beside itself for scheduled work and mail. 0: somebody else runs `db_worker`.
# "inside": none, and no queue; whoever ticks does the work.
WORKERS = env.str("COMMON_THREAD_WORKERS", default="1")
_TASKS = (
    "django_tasks.backends.immediate.ImmediateBackend" if WORKERS == "inside" else "django_tasks_db.DatabaseBackend"
)
TASKS = {"default": {"BACKEND": _TASKS}}

# Files in the data folder, until a mail server is named.
_MAIL = "smtp" if env.str("EMAIL_HOST", default="") else "filebased"
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default=f"django.core.mail.backends.{_MAIL}.EmailBackend")
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
EMAIL_HOST = env.str("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_TIMEOUT = 10  # seconds; without one a silent mail server would hold the page for ever
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Common Thread <no-reply@localhost>")
ADMINS: list[str] = []  # an error mail would carry what was being sent
MANAGERS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"allowed": {"()": "config.logs.AllowedFormatter"}},
    "filters": {"one_a_minute": {"()": "config.logs.OneAMinute"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "allowed", "filters": ["one_a_minute"]},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "daphne": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # It would say every second that the layer has gone; rounds.live.layer says it once.
        "channels_redis": {"level": "CRITICAL"},
        "twisted": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django_tasks": {"level": "ERROR"},  # or it would say of every task that it began and ended
    },
}
