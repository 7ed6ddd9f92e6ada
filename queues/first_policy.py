"""The first policy: sensible clocks and approvals for every risk class.

A household starts with these and publishes its own; nothing in code depends on the
figures.
"""

from __future__ import annotations

from typing import Any

_MINUTE, _HOUR = 60, 3600

FIRST_POLICY: dict[str, Any] = {
    "default_queue": "general",
    "broadcast_recipients": 50,
    "routes": [],
    "classes": {
        "read": {
            "decide_within_s": 4 * _HOUR,
            "execute_within_s": _HOUR,
            "report_within_s": 30 * _MINUTE,
            "automatic": "approve",
        },
        "reversible_write": {
            "decide_within_s": 4 * _HOUR,
            "execute_within_s": _HOUR,
            "report_within_s": 30 * _MINUTE,
        },
        "irreversible_write": {
            "decide_within_s": 2 * _HOUR,
            "execute_within_s": 30 * _MINUTE,
            "report_within_s": 15 * _MINUTE,
            "head_start_s": 30 * _MINUTE,
        },
        "money": {
            "decide_within_s": 2 * _HOUR,
            "execute_within_s": 30 * _MINUTE,
            "report_within_s": 15 * _MINUTE,
            "head_start_s": 45 * _MINUTE,
        },
        "broadcast": {
            "decide_within_s": 2 * _HOUR,
            "execute_within_s": 30 * _MINUTE,
            "report_within_s": 30 * _MINUTE,
            "head_start_s": 45 * _MINUTE,
            "on_timeout": "reject",
        },
        "access": {
            "decide_within_s": 2 * _HOUR,
            "execute_within_s": 15 * _MINUTE,
            "report_within_s": 15 * _MINUTE,
            "head_start_s": 45 * _MINUTE,
            "on_timeout": "reject",
        },
        "destructive": {
            "decide_within_s": _HOUR,
            "execute_within_s": 10 * _MINUTE,
            "report_within_s": 10 * _MINUTE,
            "head_start_s": 30 * _MINUTE,
            "on_timeout": "reject",
        },
    },
    "overrides": [
        {
            "risk_class": "destructive",
            "environment": "production",
            "approvals": 2,
            "on_timeout": "escalate",
            "reasons_for": ["approve", "edit", "reject"],
        },
    ],
}
