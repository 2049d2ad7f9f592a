"""The application as a server runs it."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smezhnik.web.settings")
application = get_wsgi_application()

# what was loaded lives as long as the process: to look through it again for what could go takes 0.2 s of some request
gc.collect()
gc.freeze()
