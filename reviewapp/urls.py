"""Every address of Reviewapp, app by app."""

from django.urls import include, path

from reviewapp.core.views.contract import Docs, Schema
from reviewapp.stream_doors import ListenToEvents, live

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("api/schema/", Schema.as_view(), name="schema"),
    path("api/docs/", Docs.as_view(), name="docs"),
    path("", include("reviewapp.core.urls")),
    path("", include("reviewapp.notifications.urls")),
    path("systems/", include("systems.urls")),
    path("", include("traces.urls")),
    path("", include("traces.access_urls")),
    path("", include("traces.cost_urls")),
    path("", include("traces.feedback_urls")),
    path("", include("traces.explanation_urls")),
    path("", include("queues.urls")),
    path("", include("traces.api.urls")),
    path("live/", live, name="live"),
    path("api/v1/events", ListenToEvents.as_view(), name="api_events"),
    path("api/v1/", include("systems.api.urls")),
    path("api/v1/", include("queues.api.urls")),
]

handler400 = "reviewapp.core.views.problems.bad_request"
handler403 = "reviewapp.core.views.problems.permission_denied"
handler404 = "reviewapp.core.views.problems.not_found"
handler500 = "reviewapp.core.views.problems.server_error"
