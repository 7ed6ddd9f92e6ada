"""Who is let beyond their tier, who saw what, and how long it is kept."""

from django.urls import path

from traces.views import break_glass, preservations, retention, seen

urlpatterns = [
    path("access/", break_glass.list_openings, name="list_openings"),
    path("access/ticket", break_glass.look_up_ticket, name="look_up_ticket"),
    path("access/count", break_glass.count_openings, name="count_openings"),
    path(
        "access/openings/<uuid:opening_id>/",
        break_glass.show_opening,
        name="show_opening",
    ),
    path(
        "access/openings/<uuid:opening_id>/approve",
        break_glass.approve_opening,
        name="approve_opening",
    ),
    path(
        "access/openings/<uuid:opening_id>/refuse",
        break_glass.refuse_opening,
        name="refuse_opening",
    ),
    path(
        "access/openings/<uuid:opening_id>/end",
        break_glass.end_opening,
        name="end_opening",
    ),
    path(
        "access/openings/<uuid:opening_id>/review",
        break_glass.review_opening,
        name="review_opening",
    ),
    path(
        "traces/<uuid:trace_key>/break-glass",
        break_glass.break_glass,
        name="break_glass",
    ),
    path("access/seen/", seen.who_saw, name="who_saw"),
    path("access/seen/look-up", seen.look_up_seen, name="look_up_seen"),
    path("access/retention/", retention.retention, name="retention"),
    path("access/retention/<str:kind>/", retention.set_retention, name="set_retention"),
    path(
        "access/retention/share/<slug:slug>/",
        retention.set_keep_share,
        name="set_keep_share",
    ),
    path(
        "traces/<uuid:trace_key>/destroy-words",
        retention.destroy_words,
        name="destroy_words",
    ),
    path("access/holds/", preservations.preservations, name="preservations"),
    path(
        "access/holds/place",
        preservations.place_preservation,
        name="place_preservation",
    ),
    path(
        "access/holds/<uuid:hold_id>/lift", preservations.lift, name="lift_preservation"
    ),
]
