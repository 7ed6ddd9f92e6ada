"""Reading a span needs no table, no settings and no clock."""

import ast

from tests.architecture.source import ROOT, python_files, tree_of

MODULES = (
    "fidelity.py",
    "stop_classes.py",
    "native.py",
    "recorded_runs.py",
    "run_spans.py",
)
ALLOWED = {
    "__future__", "ast", "base64", "collections", "copy", "dataclasses", "datetime",
    "enum", "functools", "hashlib", "json", "orjson", "re", "traces", "typing",
}  # fmt: skip


_BESIDE = {"traces.recorded_runs", "traces.run_spans", "traces.masks.patterns"}


def modules():
    folders = python_files("traces/dialects", "traces/providers")
    return [*folders, *(ROOT / "traces" / name for name in MODULES)]


def imported(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_only_plain_python_is_imported():
    assert len(modules()) > 40
    for path in modules():
        outside = {name.split(".")[0] for name in imported(path)} - ALLOWED
        assert not outside, path
        inner = {name for name in imported(path) if name.startswith("traces")}
        parts = ("dialects", "providers", "fidelity", "spans", "stop_classes")
        # RE2 behind a typed door, as pure as `re`.
        for name in inner - _BESIDE:
            assert name.split(".")[1] in parts, (path, name)


def test_nobody_asks_what_time_it_is():
    for path in modules():
        assert ".now(" not in path.read_text(), path
