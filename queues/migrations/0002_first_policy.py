"""A household starts with a general queue and a first policy."""

from django.db import migrations
from django.utils import timezone

# As they were when this was written: a later first policy is a later migration's.
_MINUTE, _HOUR = 60, 3600

RULES = {
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


def publish(apps, schema_editor):
    Policy = apps.get_model("queues", "Policy")
    Queue = apps.get_model("queues", "Queue")
    Queue.objects.get_or_create(
        slug=RULES["default_queue"],
        defaults={"name": "General", "description": "Everything no route sends on."},
    )
    Policy.objects.get_or_create(
        version=1,
        defaults={
            "rules": RULES,
            "note": "The first policy.",
            "published_at": timezone.now(),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("queues", "0001_initial")]
    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
