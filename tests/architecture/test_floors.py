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
PURE = ("rules.py", "risk.py", "policy_rules.py", "write_calls.py", "submissions.py")
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


WRITES = {"save", "create", "bulk_create", "bulk_update", "update_or_create"}
# `update` and `delete` are also methods of dicts and clients: only on query sets.
QUERY_WRITES = {"update", "delete", "get_or_create"}


def _writes_in(path):
    """Calls that write: `row.save(…)`, `….filter(…).update(…)`, `atomic`."""
    for node in ast.walk(tree_of(path)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name, on = node.func.attr, ast.unparse(node.func.value)
        queried = "objects" in on or ".filter(" in on or ".exclude(" in on
        own = name in WRITES and "session" not in on and "form" not in on
        if own or (name in QUERY_WRITES and queried) or name == "atomic":
            yield f"{told(path)}:{node.lineno} {on}.{name}"


def test_doors_write_nothing_themselves():
    doors = [
        path
        for path in python_files("reviewapp/core", "reviewapp/notifications", *APPS)
        if DOORS & set(path.parts) and "live" not in path.parts
    ]
    assert len(doors) > 30
    assert [write for path in doors for write in _writes_in(path)] == []


@pytest.mark.parametrize("app", APPS)
def test_no_module_is_called_after_nothing(app):
    for path in python_files(app, "reviewapp"):
        assert path.stem not in BANNED_NAMES, told(path)


def test_no_signals_between_our_apps():
    """Django signals hide who calls whom; ours travel by the log or by services."""
    for path in python_files(*APPS):
        assert "django.dispatch" not in path.read_text(), told(path)
        assert "post_save" not in path.read_text(), told(path)
