"""What is compressed and sealed already, PostgreSQL need not try to compress."""

from django.db import migrations

SEALED = (
    ("traces_batch", "sealed"),
    ("traces_segment", "shape"),
    ("traces_words", "sealed"),
    ("traces_words", "masks"),
    ("traces_quarantined", "sealed"),
)


def set_storage(storage: str) -> str:
    return ";".join(
        f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE {storage}"
        for table, column in SEALED
    )


class Migration(migrations.Migration):
    dependencies = [("traces", "0014_quarantined_without_detail")]

    operations = [migrations.RunSQL(set_storage("EXTERNAL"), set_storage("EXTENDED"))]
