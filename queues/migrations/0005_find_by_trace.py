"""What a run asked for, found by its trace."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("queues", "0004_find_decided")]

    operations = [
        migrations.AddIndex(
            model_name="actionrequest",
            index=models.Index(
                condition=models.Q(("trace_id", ""), _negated=True),
                fields=["system", "trace_id"],
                name="ask_of_trace",
            ),
        ),
    ]
