import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("traces", "0010_times")]

    operations = [
        migrations.AddField(
            model_name="batch",
            name="waiting_since",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
    ]
