"""The source as trees, for tests that hold its structure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("core", "systems", "traces", "queues", "incidents", "risks", "reviewapp")
APPS = ("systems", "traces", "queues", "incidents", "risks")


def python_files(*folders: str) -> Iterator[Path]:
    """Our own modules, migrations left out."""
    for folder in folders or ("reviewapp", *APPS, "client/src"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def floor_of(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    return "core" if parts[:2] == ("reviewapp", "core") else parts[0]


def imported_modules(path: Path) -> Iterator[str]:
    """The modules that a module imports, whatever the place in it."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            if "." not in node.module:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def imported_floors(path: Path) -> set[str]:
    """The floors a module imports from."""
    floors = set()
    for name in imported_modules(path):
        if name == "reviewapp.core" or name.startswith("reviewapp.core."):
            floors.add("core")
        elif name.split(".")[0] in FLOORS:
            floors.add(name.split(".")[0])
    return floors


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def told(path: Path) -> str:
    return str(path.relative_to(ROOT))
