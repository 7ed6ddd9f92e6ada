"""The tables of the approval queue."""

from queues.models.asks import ActionRequest, Evidence, Precondition, Status
from queues.models.claims import Claim
from queues.models.decisions import Decision, Note, Verdict
from queues.models.grants import Delivery, Effect, Grant, Outcome, Settlement
from queues.models.policies import Policy
from queues.models.queues import DutyShift, Membership, Queue

__all__ = [
    "ActionRequest",
    "Claim",
    "Decision",
    "Delivery",
    "DutyShift",
    "Effect",
    "Evidence",
    "Grant",
    "Membership",
    "Note",
    "Outcome",
    "Policy",
    "Precondition",
    "Queue",
    "Settlement",
    "Status",
    "Verdict",
]
