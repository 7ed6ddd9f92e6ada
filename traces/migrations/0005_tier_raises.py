"""What lifts a person above their roles for a while (docs/access.md)."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("systems", "0005_versions"),
        ("traces", "0004_retention"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TierRaise",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hold", "hold"),
                            ("reference", "reference"),
                            ("incident", "incident"),
                            ("glass", "glass"),
                        ],
                        max_length=9,
                    ),
                ),
                ("tier", models.PositiveSmallIntegerField()),
                ("trace_key", models.UUIDField()),
                ("subject_digest", models.CharField(blank=True, max_length=64)),
                ("conversation_digest", models.CharField(blank=True, max_length=64)),
                ("reference_digest", models.CharField(blank=True, max_length=64)),
                ("reference_sealed", models.BinaryField(null=True)),
                ("about", models.UUIDField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="systems.system",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "until"], name="raise_running"),
                    models.Index(
                        condition=models.Q(("about__isnull", False)),
                        fields=["about"],
                        name="raise_about",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "reference")),
                        fields=("person", "reference_digest"),
                        name="one_binding_per_reference",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind__in", ["hold", "incident"])),
                        fields=("person", "trace_key", "about"),
                        name="one_raise_per_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tier__range", (1, 4))),
                        name="raise_is_to_a_tier",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("about", None),
                                ("kind", "reference"),
                                models.Q(("reference_digest", ""), _negated=True),
                            ),
                            models.Q(
                                ("about__isnull", False),
                                ("kind__in", ["hold", "incident"]),
                                ("reference_digest", ""),
                            ),
                            _connector="OR",
                        ),
                        name="raise_names_its_cause",
                    ),
                ],
            },
        ),
    ]
