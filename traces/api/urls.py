"""The APIs of the flight recorder, from the root: OTLP has its own paths."""

from django.urls import path

from traces.api.feedback import GiveFeedback
from traces.api.imports import ImportTraces
from traces.api.receiver import (
    ReceiveLogs,
    ReceiveMetrics,
    ReceiveNothing,
    ReceiveTraces,
)
from traces.api.traces import OneTrace, Traces

urlpatterns = [
    path("api/v1/traces", Traces.as_view(), name="api_traces"),
    path("v1/traces", ReceiveTraces.as_view(), name="otlp_traces"),
    path("v1/logs", ReceiveLogs.as_view(), name="otlp_logs"),
    path("v1/metrics", ReceiveMetrics.as_view(), name="otlp_metrics"),
    path("api/v1/feedback", GiveFeedback.as_view(), name="api_feedback"),
    path("api/v1/traces/import", ImportTraces.as_view(), name="api_import_traces"),
    # After the words that are no ids.
    path("api/v1/traces/<str:trace_id>", OneTrace.as_view(), name="api_trace"),
    path("v1/<path:rest>", ReceiveNothing.as_view(), name="otlp_nothing"),
]
