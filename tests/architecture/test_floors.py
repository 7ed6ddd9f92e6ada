"""Imports point down, and doors stay thin."""

import ast

import pytest

from tests.architecture.source import (
    APPS,
    FLOORS,
    ROOT,
    floor_of,
    imported_floors,
    python_files,
    told,
    tree_of,
)

DOORS = {"views", "api", "admin.py", "tasks.py", "forms.py"}
PURE = ("rules.py", "risk.py", "policy_rules.py", "recorded_runs.py", "submissions.py")
BANNED_NAMES = {"utils", "helpers", "common", "misc", "manager2"}


def test_every_import_points_down():
    wrong = [
        f"{told(path)} imports {floor}"
        for path in python_files("reviewapp", *APPS)
        for floor in imported_floors(path)
        if FLOORS.index(floor) > FLOORS.index(floor_of(path))
    ]
    assert wrong == []


def test_importing_the_ground_floor_pulls_nothing_else_in():
    assert (ROOT / "reviewapp/__init__.py").read_text() == ""


def test_the_client_imports_no_django_and_no_floor():
    for path in python_files("client/src"):
        assert not imported_floors(path), told(path)
        assert "django" not in path.read_text().lower(), told(path)


def test_the_embedded_stack_imports_no_django():
    for path in python_files("reviewapp/stack"):
        names = {
            (node.module or "").split(".")[0]
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.ImportFrom)
        }
        assert "django" not in names, told(path)


def test_pure_modules_know_no_tables_and_no_clock():
    for path in python_files(*APPS):
        if path.name not in PURE or path.parent.parent != ROOT:
            continue
        text = path.read_text()
        assert ".objects" not in text, told(path)
        assert "timezone.now" not in text, told(path)
        assert "datetime.now" not in text, told(path)


def test_doors_write_nothing_themselves():
    writes = (".save(", ".create(", ".update(", ".delete(", "bulk_create", "atomic")
    wrong = [
        f"{told(path)}: {write}"
        for path in python_files("reviewapp/core", "reviewapp/notifications", *APPS)
        if DOORS & set(path.parts)
        for write in writes
        if f"objects{write}" in path.read_text()
        or f"transaction{write}" in path.read_text()
    ]
    assert wrong == []


@pytest.mark.parametrize("app", APPS)
def test_no_module_is_called_after_nothing(app):
    for path in python_files(app, "reviewapp"):
        assert path.stem not in BANNED_NAMES, told(path)


def test_no_signals_between_our_apps():
    """Django signals hide who calls whom; ours travel by the log or by services."""
    for path in python_files(*APPS):
        assert "django.dispatch" not in path.read_text(), told(path)
        assert "post_save" not in path.read_text(), told(path)
