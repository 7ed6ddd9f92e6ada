from django.db import migrations, models


class Migration(migrations.Migration):
    """An explanation can be given up, and its author may then draft anew."""

    dependencies = [("traces", "0011_batches_wait")]

    operations = [
        migrations.AlterField(
            model_name="explanation",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("submitted", "Waits for release"),
                    ("released", "Released"),
                    ("sent_back", "Sent back"),
                    ("discarded", "Given up"),
                ],
                default="draft",
                max_length=9,
            ),
        ),
        migrations.RemoveConstraint(
            model_name="explanation",
            name="one_open_explanation_per_trace_and_author",
        ),
        migrations.AddConstraint(
            model_name="explanation",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ["released", "discarded"]), _negated=True
                ),
                fields=("trace", "author"),
                name="one_open_explanation_per_trace_and_author",
            ),
        ),
    ]
