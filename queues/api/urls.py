"""The API of the approval queue, under /api/v1/."""

from django.urls import path

from queues.api import deliveries, grants, outcomes, preconditions, requests

urlpatterns = [
    path("requests", requests.Requests.as_view(), name="api_requests"),
    path("requests/<uuid:ask_id>", requests.OneRequest.as_view(), name="api_request"),
    path(
        "requests/<uuid:ask_id>/withdraw",
        requests.Withdraw.as_view(),
        name="api_withdraw",
    ),
    path(
        "requests/<uuid:ask_id>/preconditions",
        preconditions.RefreshPreconditions.as_view(),
        name="api_refresh_preconditions",
    ),
    path("requests/<uuid:ask_id>/redeem", grants.Redeem.as_view(), name="api_redeem"),
    path(
        "requests/<uuid:ask_id>/outcome",
        outcomes.ReportOutcome.as_view(),
        name="api_report_outcome",
    ),
    path(
        "requests/<uuid:ask_id>/ack",
        deliveries.Acknowledge.as_view(),
        name="api_acknowledge",
    ),
]
