"""The one settings file: everything that differs between machines comes from the environment, failing loudly."""

from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF

from feedback_site import database, env
from feedback_site.admin_theme import UNFOLD  # noqa: F401  (django-unfold reads it from here)

database.prefer_safe_sqlite()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / ".data")))

DEBUG = env.flag("DEBUG")
# DEMO makes its own secrets and speaks plain HTTP on the loopback address; nothing else may.
DEMO = env.flag("DEMO") or DEBUG
DEMO_PASSWORD = env.text("DEMO_PASSWORD", "")
SECRET_KEY = env.secret_key(DATA_DIR, DEMO)
# Opens what tablets seal for this server alone (ratings.sealing); without one they offer neither call-back nor voice.
SEALING_KEY = env.sealing_key(DATA_DIR, DEMO)
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", LOOPBACK if DEMO else ())

INSTALLED_APPS = [
    "feedback_site",
    "ratings",
    "complaints",
    "reports",
    "unfold.apps.BasicAppConfig",  # the site class is ours, see feedback_site.apps
    "unfold.contrib.filters",
    "unfold.contrib.simple_history",
    "simple_history",
    "feedback_site.apps.HouseAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
]

MIDDLEWARE = [
    "feedback_site.middleware.CleanFailureMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "feedback_site.middleware.AdminPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "feedback_site.middleware.ChosenLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "feedback_site.urls"
WSGI_APPLICATION = "feedback_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- data -----------------------------------------------------------------------------------------------------------
DATABASES = {"default": database.from_url(env.text("DATABASE_URL", ""), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Covering columns of an index help PostgreSQL; SQLite leaves them out, which is all that the warning says.
SILENCED_SYSTEM_CHECKS = ["models.W040"]
AUTH_USER_MODEL = "feedback_site.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# --- language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "feedback_site" / "locale"]
FORMAT_MODULE_PATH = "feedback_site.formats"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
# The demo serves the files where they lie; production names them by content after `collectstatic`.
STATIC_ROOT = None if DEMO else Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
WHITENOISE_USE_FINDERS = DEMO
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = DATA_DIR / "uploads"

# --- the browser's side of safety -----------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = not DEMO
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked from inside, in plain HTTP
SECURE_HSTS_SECONDS = 0 if DEMO else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEMO
# Only a deployment that names its proxy may believe the proxy's word about TLS (reliability.md d.11).
BEHIND_TLS_PROXY = env.flag("BEHIND_TLS_PROXY")
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How people reach the house from outside, such as https://pj.example.gov.cn: for QR codes on walls and slips.
PUBLIC_ADDRESS = env.origin("PUBLIC_ADDRESS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
SESSION_COOKIE_AGE = 8 * 3600  # absolute, reliability.md T20
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # the photo on the tablet's card, which must be there without a network
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}

# --- API ------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["feedback_site.api.SignedInAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["feedback_site.api.NamedPermission"],
    "DEFAULT_PARSER_CLASSES": ["feedback_site.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["feedback_site.api.PlainJSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "feedback_site.api.answer_failure",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "feedback_site.api.AlwaysJSON",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "晴窗 API",
    "DESCRIPTION": "Ratings, tickets and weekly summaries of government service halls.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "feedback_site.api_docs.failures_everywhere",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PUBLIC": True,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "ENUM_NAME_OVERRIDES": {
        "TicketStatus": "complaints.workflow.Status",
        "TicketChannel": "complaints.models.Ticket.Channel",
        "RatingChannel": "ratings.scale.Channel",
    },
}

# --- Celery: only ever hurries things up; the truth is in the database (reliability.md D1, D12) -----------------------
REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    # kombu sweeps unacknowledged messages only every 100 s by default (stack.md 2.7).
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep bad ratings": {
        "task": "complaints.sweep_bad_ratings",
        "schedule": 60.0,
        "options": {"expires": 55},  # after an outage one sweep does the work of all the missed ones
    },
    "flag ratings": {
        "task": "ratings.flag_ratings",
        "schedule": 120.0,
        "options": {"expires": 115},
    },
    "forget phones": {
        "task": "ratings.forget_phones",
        "schedule": crontab(minute=40),
        "options": {"expires": 3000},
    },
    "recompute provisional promises": {
        "task": "complaints.recompute_provisional",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 590},
    },
    "forget what was entrusted": {
        "task": "complaints.forget_entrusted",
        "schedule": crontab(hour=3, minute=20),
        "options": {"expires": 20 * 3600},
    },
    "forget petitioners": {
        "task": "complaints.forget_petitioners",
        "schedule": crontab(hour=3, minute=35),
        "options": {"expires": 20 * 3600},
    },
    "build last week": {
        "task": "reports.build_last_week",
        "schedule": crontab(hour=6, minute=0, day_of_week="mon"),
    },
    "build running weeks": {
        "task": "reports.build_running_weeks",
        "schedule": 300.0,
        "options": {"expires": 290},
    },
    "sweep late ratings": {
        "task": "reports.sweep_late_ratings",
        "schedule": crontab(minute=10),
        "options": {"expires": 3000},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO" if not DEMO else "WARNING"},
}
