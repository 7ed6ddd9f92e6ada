"""The AI systems: inventory, credentials, keys and tools."""

from django.apps import AppConfig


class SystemsConfig(AppConfig):
    name = "systems"
    default_auto_field = "django.db.models.BigAutoField"
