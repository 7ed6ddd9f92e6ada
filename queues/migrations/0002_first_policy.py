"""A household starts with a general queue and a first policy."""

from django.db import migrations
from django.utils import timezone

from queues.first_policy import FIRST_POLICY


def publish(apps, schema_editor):
    Policy = apps.get_model("queues", "Policy")
    Queue = apps.get_model("queues", "Queue")
    Queue.objects.get_or_create(
        slug=FIRST_POLICY["default_queue"],
        defaults={"name": "General", "description": "Everything no route sends on."},
    )
    Policy.objects.get_or_create(
        version=1,
        defaults={
            "rules": FIRST_POLICY,
            "note": "The first policy.",
            "published_at": timezone.now(),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("queues", "0001_initial")]
    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
