"""The highest tier by which the words of a system's traces are read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("systems", "0003_sign_off"),
    ]

    operations = [
        migrations.AddField(
            model_name="system",
            name="words_tier",
            field=models.PositiveSmallIntegerField(
                blank=True,
                editable=False,
                help_text="The highest tier by which anybody reads the words of its traces (docs/access.md); null caps nothing.",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="system",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("words_tier", None), ("words_tier__range", (0, 4)), _connector="OR"
                ),
                name="words_tier_is_a_tier",
            ),
        ),
    ]
