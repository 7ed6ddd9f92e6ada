"""The ASGI application that uvicorn serves: Django, and around it those who wait.

Waiting calls and streams stay in the event loop. They pass Django's synchronous
middleware either afterwards (a long poll's answer) or never (a stream), so they hold
neither a thread nor a database connection.
"""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewapp.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402  needs the apps set up above

from reviewapp import listeners  # noqa: E402
from reviewapp.core.bodies import CapBodies, ForPath  # noqa: E402
from reviewapp.core.garbage import look_less_often  # noqa: E402
from reviewapp.core.live.hub import Hub  # noqa: E402
from reviewapp.core.live.lifespan import Lifespan  # noqa: E402
from reviewapp.core.live.polls import HoldForDecision  # noqa: E402
from reviewapp.core.live.streams import EventStreams  # noqa: E402
from reviewapp.core.serving import ThreadedHandler  # noqa: E402
from traces.api import statuses  # noqa: E402

CHANNELS = {"/api/v1/events": listeners.AGENTS, "/live/": listeners.PEOPLE}

answer = ThreadedHandler(settings.DATABASE_POOL)
hub = Hub(settings.REDIS_URL, listeners.pending_among)
capped = ForPath(
    statuses.PREFIX,
    CapBodies(answer, settings.INGEST_BODY_LIMIT, statuses.refuse_exporter),
    CapBodies(answer),
)
look_less_often()
application = Lifespan(
    EventStreams(
        HoldForDecision(capped, hub.polls, listeners.may_wait, hub.doors),
        CHANNELS,
        hub.tail,
        hub.doors,
    ),
    hub,
)
