"""Settings of Dr. 마음, in the order of the architecture diagrams.

Every value that a deployment may change is read from the environment; `.env.example` lists
them all. Nothing secret has a default.
"""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from drmaum import media_settings
from drmaum.media_settings import *  # noqa: F403  (parts of this file, of their own length)
from drmaum.model_settings import *  # noqa: F403
from drmaum.observability_settings import *  # noqa: F403
from drmaum.observability_settings import OBSERVING_MIDDLEWARE
from drmaum.queue_settings import *  # noqa: F403
from drmaum.queue_settings import REDIS_URL
from drmaum.secrets import Hidden, env
from drmaum.stack.places import var

BASE_DIR = Path(__file__).resolve().parents[1]

# --- The product -------------------------------------------------------------------------
SECRET_KEY = env("SECRET_KEY")
# What was signed before a rotation is read for as long as the secret keeps its earlier version.
_earlier = env.list("SECRET_KEY_FALLBACKS", default=env.earlier("SECRET_KEY"))
SECRET_KEY_FALLBACKS = [Hidden(key) for key in _earlier]
DEBUG = env.bool("DEBUG", default=False)
# Set by the run command: everything on this machine, mail on a local page, plain HTTP.
EMBEDDED = env.bool("EMBEDDED", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env("SITE_URL", default="http://localhost:8000")

INSTALLED_APPS = [
    "daphne", "unfold", "django.contrib.admin", "django.contrib.auth",
    "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages",
    "django.contrib.postgres", "whitenoise.runserver_nostatic", "django.contrib.staticfiles",
    "django.contrib.humanize", "channels", "rest_framework", "drf_spectacular",
    "drf_spectacular_sidecar", "storages", "pgvector.django", "pgtrigger", "pghistory",
    "drmaum", "profiles", "chat", "inference", "soap", "transcription",
]  # fmt: skip

MIDDLEWARE = [
    *OBSERVING_MIDDLEWARE,
    "drmaum.lib.probes.AliveMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "drmaum.lib.portal_csp.PortalPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "drmaum.lib.unavailable.UnavailableMiddleware",
    "drmaum.lib.unreadable.UnreadableMiddleware",
    "drmaum.lib.rates.RateHeadersMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "drmaum.lib.keeping_nothing.NothingKeptMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "drmaum.urls"
ASGI_APPLICATION = "drmaum.asgi.application"
APPEND_SLASH = False
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
            ],
        },
    },
]

# --- Language and time -------------------------------------------------------------------
LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어")]
LOCALE_PATHS = [BASE_DIR / "drmaum" / "locale"]  # before what the framework brings
TIME_ZONE = "Asia/Seoul"

# --- API gateway (REST) ------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "profiles.auth.BearerAuthentication",
        "profiles.auth.BrowserAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["drmaum.lib.parsers.BoundedJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "drmaum.lib.pages.NewestFirst",
    "DEFAULT_SCHEMA_CLASS": "drmaum.lib.openapi.Described",
    "EXCEPTION_HANDLER": "drmaum.lib.errors.as_response",
    "DEFAULT_THROTTLE_RATES": {
        "accounts": env("THROTTLE_ACCOUNTS", default="30/min"),
        "sending": env("THROTTLE_SENDING", default="60/min"),
        "uploads": env("THROTTLE_UPLOADS", default="120/min"),
        "clinics": env("THROTTLE_CLINICS", default="60/min"),
    },
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "PAGE_SIZE": 30,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Dr. 마음 API",
    "DESCRIPTION": "반려동물 건강 상담 API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENFORCE_NON_BLANK_FIELDS": True,
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "drmaum.api_document.with_sections",
        "drmaum.api_document.with_examples",
        "drmaum.api_document.with_links",
    ],
    "ENUM_NAME_OVERRIDES": {
        "UploadKindEnum": "chat.models.Upload.Kind",
        "UploadStatusEnum": "chat.models.Upload.Status",
        "MessageKindEnum": "chat.models.Message.Kind",
        "MessageStatusEnum": "chat.models.Message.Status",
        "ConsentKindEnum": "profiles.models.Consent.Kind",
        "RecordKindEnum": "profiles.models.MedicalRecord.Kind",
        "CareKindEnum": "profiles.models.Care.Kind",
        "FeedbackReasonsEnum": "chat.models.Feedback.Reason",
        "MessageRoleEnum": "chat.models.Message.Role",
        "RatingReasonsEnum": "chat.models.Rating.Reason",
        "TranscriptionStatusEnum": "transcription.models.Transcription.Status",
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
LONGEST_MESSAGE = 4000
LONGEST_TRANSCRIPT = 40_000  # an hour of talk

# --- API gateway (WebSocket) -------------------------------------------------------------
# socket_timeout None: the 5 s default of redis-py 8 cuts a layer connection that is idle.
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [{"address": Hidden(f"{REDIS_URL}/0"), "socket_timeout": None}],
            "prefix": "drmaum",
        },
    },
}
SOCKET_ORIGINS = env.list("SOCKET_ORIGINS", default=[])
SOCKET_HEARTBEAT_SECONDS = env.float("SOCKET_HEARTBEAT_SECONDS", default=20)
SOCKET_LARGEST_FRAME = 64 * 1024

# --- Accounts ----------------------------------------------------------------------------
AUTH_USER_MODEL = "profiles.User"
AUTHENTICATION_BACKENDS = ["profiles.auth.PasswordBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# Notifications to browsers are signed by this key, or by one drawn from SECRET_KEY.
VAPID_PRIVATE_KEY = env("VAPID_PRIVATE_KEY", default="")
# Push services besides those of the browsers' makers, by origin.
PUSH_EXTRA_ORIGINS = env.list("PUSH_EXTRA_ORIGINS", default=[])
# Who keeps passwords, mails codes and signs tokens: this product, or a user pool of Cognito.
ACCOUNTS_PROVIDER = env("ACCOUNTS_PROVIDER", default="embedded")
COGNITO_POOL_ID = env("COGNITO_POOL_ID", default="")
COGNITO_CLIENT_ID = env("COGNITO_CLIENT_ID", default="")
COGNITO_CLIENT_SECRET = env("COGNITO_CLIENT_SECRET", default="")
COGNITO_REGION = env("COGNITO_REGION", default="ap-northeast-2")
COGNITO_ENDPOINT_URL = env("COGNITO_ENDPOINT_URL", default="")
# Who signs tokens, and where the keys are: two settings, since a proxy or a test moves the second.
_pool = f"https://cognito-idp.{COGNITO_REGION}.amazonaws.com/{COGNITO_POOL_ID}"
COGNITO_ISSUER = env("COGNITO_ISSUER", default="") or _pool
COGNITO_JWKS_URL = env("COGNITO_JWKS_URL", default="") or f"{COGNITO_ISSUER}/.well-known/jwks.json"
ACCESS_TOKEN_SECONDS = env.int("ACCESS_TOKEN_SECONDS", default=600)
REFRESH_TOKEN_DAYS = env.int("REFRESH_TOKEN_DAYS", default=30)
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"

EMAIL_BACKEND = env("EMAIL_BACKEND", default="drmaum.lib.mailbox.LocalMailbox")
EMAIL_HOST = env("EMAIL_HOST", default="localhost")
EMAIL_PORT = env.int("EMAIL_PORT", default=587)
EMAIL_HOST_USER = env("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Dr. 마음 <no-reply@drmaum.local>")
MAILBOX_FOLDER = var() / "mail"

# --- Databases ---------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default="postgres://drmaum@127.0.0.1/drmaum")}
DATABASES["default"]["PASSWORD"] = Hidden(DATABASES["default"]["PASSWORD"])
# The login of a database whose password rotates, asked for whenever a connection is made.
DATABASE_SECRET_ID = env("DATABASE_SECRET_ID", default="")
_engine = "drmaum.postgres" if DATABASE_SECRET_ID else "django.db.backends.postgresql"
DATABASES["default"]["ENGINE"] = _engine
# sslmode and the like stand in the address.
DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 3
if env.bool("DATABASE_POOL", default=True):
    pool = {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=12), "timeout": 5}
    DATABASES["default"]["OPTIONS"]["pool"] = pool
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis cache -------------------------------------------------------------------------
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": Hidden(f"{REDIS_URL}/1"),
        "OPTIONS": {"socket_timeout": 1.5, "socket_connect_timeout": 1.5},
    },
}
ANSWER_CACHE_SECONDS = env.int("ANSWER_CACHE_SECONDS", default=7 * 24 * 3600)

# --- Queue -------------------------------------------------------------------------------
CONSULTATION_IDLE_MINUTES = env.int("CONSULTATION_IDLE_MINUTES", default=30)
JOB_LEASE_SECONDS, JOB_ATTEMPTS = 8, 3
JOB_RENEWAL_SECONDS = 0.4  # also how soon a worker hears that an owner wants to stop

# --- Storage -----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
WHITENOISE_USE_FINDERS = EMBEDDED
WHITENOISE_MANIFEST_STRICT = False
_static = "django.contrib.staticfiles.storage.StaticFilesStorage"
_manifest = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": media_settings.storage(),
    "staticfiles": {"BACKEND": _static if EMBEDDED else _manifest},
}

# --- Security ----------------------------------------------------------------------------
SECURE = not (EMBEDDED or DEBUG)
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=SECURE)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
# How many proxies of ours stand before the web process: so many names at the end of X-Forwarded-For
# are believed.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
_prefix = "__Host-" if SECURE else ""  # a browser then keeps them to this host alone
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_prefix}sessionid", f"{_prefix}csrftoken"
SESSION_ENGINE = "drmaum.lib.sessions"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SECURE
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CSRF_FAILURE_VIEW = "drmaum.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *media_settings.MEDIA_ORIGINS],
        "media-src": [SELF, "blob:", *media_settings.MEDIA_ORIGINS],
        "connect-src": [SELF, *media_settings.MEDIA_ORIGINS],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# --- Portal ------------------------------------------------------------------------------
ICON = "/static/drmaum/icon.svg"
UNFOLD = {
    "SITE_TITLE": "Dr. 마음 수의사 포털",
    "SITE_HEADER": "Dr. 마음",
    "SITE_ICON": ICON,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": ICON}],
    "SHOW_LANGUAGES": False,
}
