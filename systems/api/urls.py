"""The API of the inventory, under /api/v1/."""

from django.urls import path

from systems.api.heartbeat import RecordHeartbeat

urlpatterns = [
    path("instances/heartbeat", RecordHeartbeat.as_view(), name="api_record_heartbeat"),
]
