"""The top floor: wires the apps together and holds the project's commands."""

from django.apps import AppConfig


class ReviewappConfig(AppConfig):
    name = "reviewapp"
    label = "reviewapp"

    def ready(self) -> None:
        # Without it, shared tasks called from a web process find no broker settings.
        from reviewapp import celery  # noqa: F401
