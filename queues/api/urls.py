"""The API of the approval queue, under /api/v1/."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from queues.api import (
    claims,
    decisions,
    deliveries,
    grants,
    notes,
    outcomes,
    preconditions,
    requests,
)

View = Callable[..., HttpResponseBase]


def on_request(act: str, view: View, name: str) -> URLPattern:
    """`POST requests/{id}/<act>`."""
    return path(f"requests/<uuid:ask_id>/{act}", view, name=name)


urlpatterns = [
    path("requests", requests.Requests.as_view(), name="api_requests"),
    path("requests/<uuid:ask_id>", requests.OneRequest.as_view(), name="api_request"),
    path("queues/<slug:slug>/next", claims.TakeNext.as_view(), name="api_take_next"),
    # Agents
    on_request("withdraw", requests.Withdraw.as_view(), "api_withdraw"),
    on_request(
        "preconditions", preconditions.RefreshPreconditions.as_view(), "api_refresh"
    ),
    on_request("redeem", grants.Redeem.as_view(), "api_redeem"),
    on_request("outcome", outcomes.ReportOutcome.as_view(), "api_report_outcome"),
    on_request("ack", deliveries.Acknowledge.as_view(), "api_acknowledge"),
    # People
    on_request("claim", claims.Claim.as_view(), "api_claim"),
    on_request("release", claims.Release.as_view(), "api_release"),
    on_request("take-over", claims.TakeOver.as_view(), "api_take_over"),
    on_request("defer", claims.Defer.as_view(), "api_defer"),
    on_request("escalate", claims.Escalate.as_view(), "api_escalate"),
    on_request("decide", decisions.Decide.as_view(), "api_decide"),
    on_request("revoke", decisions.Revoke.as_view(), "api_revoke"),
    on_request("notes", notes.WriteNote.as_view(), "api_write_note"),
    on_request("merge", requests.Merge.as_view(), "api_merge"),
    on_request("settle", outcomes.Settle.as_view(), "api_settle"),
    on_request("compensate", outcomes.Compensate.as_view(), "api_compensate"),
]
