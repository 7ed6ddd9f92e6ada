"""Feedback on runs, and what could not be digested of them."""

from django.urls import path

from traces.views import dead_letters, feedback

urlpatterns = [
    path(
        "traces/<uuid:trace_key>/feedback",
        feedback.show_feedback,
        name="show_feedback",
    ),
    path(
        "traces/<uuid:trace_key>/feedback/give",
        feedback.give_feedback,
        name="give_feedback",
    ),
    path("dead-letters/", dead_letters.list_dead_letters, name="list_dead_letters"),
    path(
        "dead-letters/replay",
        dead_letters.replay_dead_letters,
        name="replay_dead_letters",
    ),
    path("dead-letters/drop", dead_letters.drop_dead_letters, name="drop_dead_letters"),
]
