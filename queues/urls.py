"""The reviewer's pages."""

from django.urls import path

from queues.views import (
    afterwards,
    claims,
    decisions,
    health,
    home,
    leading,
    next,
    queue,
    requests,
    runs,
    traces,
)

urlpatterns = [
    path("", home.show_home, name="home"),
    path("queue/", queue.list_queue, name="queue"),
    path("queue/count", queue.count_queue, name="queue_count"),
    path("queues/", leading.list_queues, name="list_queues"),
    path("queues/new", leading.open_queue, name="open_queue"),
    path("queues/<slug:slug>/", leading.show_queue, name="show_queue"),
    path("queues/<slug:slug>/health", health.show_health, name="queue_health"),
    path("queues/<slug:slug>/change", leading.change_queue, name="change_queue"),
    path("queues/<slug:slug>/members/new", leading.add_member, name="add_member"),
    path(
        "queues/<slug:slug>/members/<int:person_id>/remove",
        leading.remove_member,
        name="remove_member",
    ),
    path("queues/<slug:slug>/shifts/new", leading.plan_shift, name="plan_shift"),
    path(
        "queues/<slug:slug>/shifts/<int:shift_id>/cancel",
        leading.cancel_shift,
        name="cancel_shift",
    ),
    path("next/", next.take_next, name="next"),
    path(
        "requests/for-trace/<uuid:trace_key>/",
        runs.list_for_trace,
        name="requests_of_trace",
    ),
    path("requests/<uuid:ask_id>/", requests.show_request, name="request"),
    path("requests/<uuid:ask_id>/trace", traces.show_trace, name="request_trace"),
    path("requests/<uuid:ask_id>/news", requests.show_news, name="request_news"),
    path("requests/<uuid:ask_id>/claim", claims.claim, name="claim"),
    path("requests/<uuid:ask_id>/keep", claims.keep, name="keep_claim"),
    path("requests/<uuid:ask_id>/release", claims.release, name="release"),
    path("requests/<uuid:ask_id>/take-over", claims.take_over, name="take_over"),
    path("requests/<uuid:ask_id>/decide", decisions.decide, name="decide"),
    path("requests/<uuid:ask_id>/defer", decisions.defer, name="defer"),
    path("requests/<uuid:ask_id>/escalate", decisions.escalate, name="escalate"),
    path("requests/<uuid:ask_id>/revoke", afterwards.revoke, name="revoke"),
    path("requests/<uuid:ask_id>/settle", afterwards.settle, name="settle"),
    path("requests/<uuid:ask_id>/undo", afterwards.compensate, name="compensate"),
    path("requests/<uuid:ask_id>/notes", afterwards.write_note, name="write_note"),
    path(
        "requests/<uuid:ask_id>/merge/<uuid:lookalike_id>",
        afterwards.merge,
        name="merge",
    ),
]
