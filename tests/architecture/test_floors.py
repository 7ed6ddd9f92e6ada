"""Imports point down, and doors stay thin."""

import ast

import pytest

from tests.architecture.source import (
    APPS,
    FLOORS,
    ROOT,
    floor_of,
    imported_floors,
    imported_modules,
    python_files,
    told,
    tree_of,
)

DOORS = {"views", "api", "admin.py", "tasks.py", "forms.py"}
# Within an app, too, imports point down: what stands beside the folders is pure.
LAYERS = ("pure", "models", "selectors", "services", "doors", "wiring")
DOOR_NAMES = ("views", "api", "admin", "tasks", "forms")
WIRING = ("urls", "apps", "migrations", "management", "templatetags")
# Beside the folders, and none the less no pure functions.
KNOW_TABLES = {
    "queues.effective": "opens what a request stands at now",
    "queues.intake": "checks a request against what is registered",
    "queues.schemas": "compiles the schemas that systems are given",
    "systems.actors": "names who acts by their key",
    "systems.authentication": "finds the key that a caller shows",
    "systems.names": "names systems for lists",
    "systems.webhooks": "signs with the secret of a system",
    "traces.letters": "opens and seals explanations",
    "traces.sealing": "opens rows of words",
}
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


def _layer_of(module):
    """Return the layer of `app.place.…` in its app, or None outside of apps."""
    app, _, rest = module.partition(".")
    if app not in APPS or not rest:
        return None
    place = rest.split(".")[0]
    if place in ("models", "selectors", "services"):
        return place
    if place.endswith(DOOR_NAMES):
        return "doors"
    return "wiring" if place.endswith(WIRING) else "pure"


def _module_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def _above(path):
    """What a module imports from above its own layer, of whichever app."""
    mine = _layer_of(_module_of(path))
    if mine is None:
        return
    allowed = "services" if _module_of(path) in KNOW_TABLES else mine
    for module in imported_modules(path):
        layer = _layer_of(module)
        if layer and LAYERS.index(layer) > LAYERS.index(allowed):
            yield f"{told(path)} imports {module}"


def test_imports_point_down_within_an_app_too():
    assert [wrong for path in python_files(*APPS) for wrong in _above(path)] == []


def test_what_knows_tables_though_it_looks_pure_does():
    """An entry of the list above that is not needed any more goes."""
    for module in KNOW_TABLES:
        path = ROOT / f"{module.replace('.', '/')}.py"
        layers = {_layer_of(one) for one in imported_modules(path)}
        assert layers & {"models", "services"}, module


def test_a_layer_is_told_by_its_place():
    told = ["traces.tiers", "traces.models.traces", "traces.selectors.reading",
            "traces.services.storing", "traces.access_forms", "traces.api.imports",
            "traces.cost_urls", "django.db", "traces"]  # fmt: skip
    assert [_layer_of(one) for one in told] == [
        *LAYERS[:4], "doors", "doors", "wiring", None, None,
    ]  # fmt: skip


def _pure_files():
    for path in python_files(*APPS):
        module = _module_of(path)
        if _layer_of(module) == "pure" and module not in KNOW_TABLES:
            yield path


def test_pure_modules_know_no_tables_and_no_clock():
    assert len(list(_pure_files())) > 80
    for path in _pure_files():
        text = path.read_text()
        assert ".objects" not in text, told(path)
        assert "timezone.now" not in text, told(path)
        assert "datetime.now" not in text, told(path)


def test_no_door_of_an_api_takes_from_another():
    """What two of them need stands below, or in a module that answers nobody."""
    folders = [ROOT / app / "api" for app in APPS if (ROOT / app / "api").is_dir()]
    assert len(folders) > 2
    for folder in folders:
        named = set(imported_modules(folder / "urls.py"))
        answering = {module for module in named if module.count(".") == 2}
        for path in folder.glob("*.py"):
            if path.name != "urls.py":
                assert not answering & set(imported_modules(path)), told(path)


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
