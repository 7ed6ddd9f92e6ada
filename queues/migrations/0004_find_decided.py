"""The list of what was decided, newest first, read from an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("queues", "0003_half_time")]

    operations = [
        migrations.AddIndex(
            model_name="actionrequest",
            index=models.Index(
                condition=models.Q(("decided_at__isnull", False)),
                fields=["-decided_at", "-id"],
                name="ask_decided",
            ),
        ),
    ]
