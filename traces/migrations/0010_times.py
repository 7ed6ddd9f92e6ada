import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("systems", "0006_version_returns"),
        ("traces", "0009_feedback"),
    ]

    operations = [
        migrations.AddField(
            model_name="trace",
            name="time_ms",
            field=models.JSONField(
                default=dict,
                help_text="Milliseconds by kind of span: traces/time_shares.py.",
            ),
        ),
        migrations.CreateModel(
            name="TimeReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("day", models.DateField()),
                ("kind", models.CharField(max_length=12)),
                ("ms", models.BigIntegerField()),
                ("runs", models.BigIntegerField()),
                (
                    "system",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="systems.system",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("system", "day", "kind"), name="one_time_reading_a_day"
                    )
                ],
            },
        ),
    ]
