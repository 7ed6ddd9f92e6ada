"""The pages of the flight recorder."""

from django.urls import path

from traces.views import completeness, find, lists, panels, times, traces

urlpatterns = [
    path("traces/", lists.list_all, name="list_traces"),
    path("find", find.find, name="find"),
    path(
        "traces/for-request/<uuid:request_id>/panel",
        panels.show_panel,
        name="trace_panel",
    ),
    path(
        "traces/completeness/<slug:slug>/",
        completeness.show_completeness,
        name="system_completeness",
    ),
    path("traces/time/<slug:slug>/", times.show_times, name="system_times"),
    path("traces/<uuid:trace_key>/", traces.show_trace, name="show_trace"),
    path("traces/<uuid:trace_key>/steps", traces.show_steps, name="show_steps"),
    path("traces/<uuid:trace_key>/tree", traces.show_tree, name="show_tree"),
    path(
        "traces/<uuid:trace_key>/spans/<str:span_id>",
        traces.show_span,
        name="show_span",
    ),
    path(
        "traces/<uuid:trace_key>/spans/<str:span_id>/tool",
        traces.show_definition,
        name="show_definition",
    ),
    path(
        "traces/<uuid:trace_key>/reference",
        traces.name_support_reference,
        name="name_support_reference",
    ),
    path("traces/<uuid:trace_key>/label", traces.label, name="label_trace"),
]
