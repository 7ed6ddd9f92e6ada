"""The AI systems: inventory, credentials, keys and tools."""

from django.apps import AppConfig


class SystemsConfig(AppConfig):
    name = "systems"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from reviewapp.core.naming import Names, register_names
        from systems.names import find_system_id, slugs_of

        register_names("system", Names(of=slugs_of, find=find_system_id))
