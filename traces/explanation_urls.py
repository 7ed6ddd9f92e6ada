"""What a customer is told of a run: drafted by support, released by a support lead."""

from django.urls import path

from traces.views import explanations

_ONE = "explanations/<uuid:explanation_id>"

urlpatterns = [
    path("explanations/", explanations.list_explanations, name="list_explanations"),
    path(
        "explanations/count", explanations.count_explanations, name="count_explanations"
    ),
    path(
        "traces/<uuid:trace_key>/explanation",
        explanations.explain_trace,
        name="explain_trace",
    ),
    path(
        "traces/<uuid:trace_key>/explanation/draft",
        explanations.draft_explanation,
        name="draft_explanation",
    ),
    path(f"{_ONE}/", explanations.show_explanation, name="show_explanation"),
    path(f"{_ONE}/save", explanations.save_explanation, name="save_explanation"),
    path(
        f"{_ONE}/withdraw",
        explanations.withdraw_explanation,
        name="withdraw_explanation",
    ),
    path(
        f"{_ONE}/discard", explanations.discard_explanation, name="discard_explanation"
    ),
    path(
        f"{_ONE}/release", explanations.release_explanation, name="release_explanation"
    ),
    path(
        f"{_ONE}/send-back",
        explanations.send_back_explanation,
        name="send_back_explanation",
    ),
    path(f"{_ONE}/copy", explanations.copy_explanation, name="copy_explanation"),
]
