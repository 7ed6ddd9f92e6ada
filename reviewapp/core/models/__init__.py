"""The tables of the ground floor."""

from reviewapp.core.models.events import Consumer, Epoch, Event, Seal
from reviewapp.core.models.keys import DataKey
from reviewapp.core.models.people import PersonalToken, RoleGrant, User

__all__ = [
    "Consumer",
    "DataKey",
    "Epoch",
    "Event",
    "PersonalToken",
    "RoleGrant",
    "Seal",
    "User",
]
