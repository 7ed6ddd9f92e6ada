"""What the database itself holds."""

import re
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from queues.models import Decision, Policy
from queues.services.decisions import decide_request
from reviewapp.core.models import Event
from tests.architecture.source import APPS, ROOT, python_files, told
from tests.builders import actor_of_person
from tests.queues.builders import make_ask, make_queue, ruling

pytestmark = pytest.mark.django_db


def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


def test_migrations_are_named():
    found = [
        *ROOT.glob("*/migrations/0*.py"),
        *ROOT.glob("reviewapp/*/migrations/0*.py"),
    ]
    assert len(found) > 5
    assert [path.name for path in found if "_auto_" in path.name] == []


@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
@pytest.mark.parametrize(
    ("model", "column"),
    [(Event, "verb"), (Decision, "verdict"), (Policy, "note")],
)
def test_append_only_tables_refuse_change(reviewer, change, model, column):
    make_queue(reviewer)
    ask = make_ask()
    decide_request(
        ask.pk, ruling(ask), person=reviewer, actor=actor_of_person(reviewer)
    )
    sql = change.format(model._meta.db_table, column, column)
    with (
        pytest.raises(ProgrammingError, match=r"never changed|only ever added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_every_index_says_which_query_it_serves():
    mute = []
    for path in python_files("reviewapp/core", "reviewapp/notifications", *APPS):
        if "models" not in path.parts and path.name != "models.py":
            continue
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines):
            is_index = re.match(r"\s+(models\.Index|BrinIndex|GinIndex)\(", line)
            if is_index and not lines[number - 1].strip().startswith("#"):
                mute.append(f"{told(path)}:{number + 1}")
    assert mute == []


def test_every_constraint_has_a_name_that_reads():
    for model in apps.get_models():
        if model._meta.app_label in (*APPS, "core", "notifications"):
            for constraint in model._meta.constraints:
                assert "_" in constraint.name
                assert not re.search(r"\d{3}", constraint.name)
