"""The inventory: systems, their credentials, tools, keys and running instances."""

from systems.models.instances import Instance
from systems.models.keys import Key, KeyState, Scope
from systems.models.systems import (
    Autonomy,
    Credential,
    Environment,
    Lifecycle,
    System,
    SystemQuerySet,
)
from systems.models.tools import Category, Effect, Reversibility, Tool
from systems.models.versions import SystemVersion

__all__ = [
    "Autonomy",
    "Category",
    "Credential",
    "Effect",
    "Environment",
    "Instance",
    "Key",
    "KeyState",
    "Lifecycle",
    "Reversibility",
    "Scope",
    "System",
    "SystemQuerySet",
    "SystemVersion",
    "Tool",
]
