"""Settings, all from the environment, with defaults that are safe on one machine.

==========================  ==================================================================================
SMEZHNIK_HOME               folder of everything that is kept: database, secret key, files, backups, logs
DATABASE_URL                postgresql://…; by default SQLite in SMEZHNIK_HOME
SMEZHNIK_HOSTS              names under which the pages are reached, parted by commas; by default this machine only
SMEZHNIK_HTTPS              ``1`` where a proxy in front speaks TLS: cookies are then sent over it only
SMEZHNIK_ISSUER             name of the ministry: on the pages and at the head of each paper
SMEZHNIK_SCAN               program that looks at each uploaded file, such as ``clamdscan --fdpass --no-summary``
SMEZHNIK_SECURITY           security profile, ``open`` or ``ru-strict`` (people/profiles.toml)
SMEZHNIK_LIMITS             how often a user may search, export …: ``search=600/60,export=100/600``, ``off``
==========================  ==================================================================================
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from smezhnik.web.home import database, find_home, find_profile, secret_key
from smezhnik.web.limits import read_limits

HOME = find_home()
PROFILE = find_profile()
SECRET_KEY = secret_key(HOME)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("SMEZHNIK_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
DATABASES = {"default": database(HOME)}

INSTALLED_APPS = [
    "django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django.contrib.staticfiles",
    "axes", "django_htmx", "ninja",
    "smezhnik.records", "smezhnik.registry", "smezhnik.people", "smezhnik.jobs", "smezhnik.imports",
    "smezhnik.cooperation", "smezhnik.accords", "smezhnik.activities", "smezhnik.strategy", "smezhnik.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "smezhnik.web.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "smezhnik.web.middleware.visits",
    "smezhnik.web.middleware.passwords",
    "smezhnik.web.middleware.language",
    "smezhnik.web.middleware.SignedIn",
    "django_htmx.middleware.HtmxMiddleware",
    "smezhnik.web.middleware.ToldErrors",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "smezhnik.web.urls"
WSGI_APPLICATION = "smezhnik.web.wsgi.application"
TEMPLATES = [{
    "BACKEND": "django.template.backends.jinja2.Jinja2", "APP_DIRS": False,
    "DIRS": [str(Path(__file__).parent / "templates")],
    "OPTIONS": {"environment": "smezhnik.web.jinja.environment", "autoescape": True,
                "context_processors": ["smezhnik.web.jinja.page_values"]},
}]
FORM_RENDERER = "smezhnik.web.jinja.Forms"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "smezhnik.people.backend.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher",
                    "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
     "OPTIONS": {"min_length": PROFILE.password_length}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "smezhnik.people.passwords.Composition"},
]
AXES_FAILURE_LIMIT = PROFILE.failures
AXES_COOLOFF_TIME = PROFILE.locked_hours
AXES_USERNAME_FORM_FIELD = "username"  # as our pages name it to authenticate; not the field of the model
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "smezhnik.web.views.signin.locked"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "smezhnik.web.address.client_address"
LOGIN_URL = "/signin/"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = PROFILE.session_hours * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "smezhnik"
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "smezhnik.web.views.errors.forbidden_form"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if os.environ.get("SMEZHNIK_HTTPS") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", "Русский"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("SMEZHNIK_TIME_ZONE", "Europe/Moscow")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
#: Tokens and fonts are those of the reports.
STATICFILES_DIRS = [("report", str(Path(__file__).parents[1] / "report" / "assets"))]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

#: The plants are invented: every page says so.
ISSUER = os.environ.get("SMEZHNIK_ISSUER", "").strip()
SAMPLE = os.environ.get("SMEZHNIK_SAMPLE") == "1"
#: Files that people upload; one larger is refused before it is read.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_242_880
MAX_UPLOAD_BYTES = 64 * 1024 * 1024
#: Program that looks at each uploaded file; it ends with 0 where the file may stay, with 1 where it is infected.
SCAN = shlex.split(os.environ.get("SMEZHNIK_SCAN", ""))
FILES = HOME / "files"
BACKUPS = HOME / "backups"
LIMITS = read_limits(os.environ.get("SMEZHNIK_LIMITS", ""))

LOGGING = {
    "version": 1, "disable_existing_loggers": False,
    "formatters": {"bare": {"format": "%(message)s"}, "usual": {"format": "%(asctime)s %(levelname)s %(message)s"}},
    "handlers": {
        "security": {"class": "logging.FileHandler", "filename": str(HOME / "security.log"), "encoding": "utf-8",
                     "delay": True, "formatter": "bare"},
        "stderr": {"class": "logging.StreamHandler", "formatter": "usual"},
    },
    "loggers": {
        "smezhnik.security": {"handlers": ["security"], "level": "INFO", "propagate": False},
        "smezhnik": {"handlers": ["stderr"], "level": "INFO"},
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}
