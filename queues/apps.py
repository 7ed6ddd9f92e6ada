"""The approval queue: requests, claims, decisions and grants."""

from django.apps import AppConfig


class QueuesConfig(AppConfig):
    name = "queues"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # A run's page tells what became of its requests, and may not import them.
        from queues.selectors.fates import asked_in_run
        from traces.selectors.asked import ask_here

        ask_here(asked_in_run)
