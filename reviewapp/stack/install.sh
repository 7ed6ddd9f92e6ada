#!/bin/sh
# Make .venv and install exactly what uv.lock names. Run by `make install`, from the
# repository's folder. With uv it brings its own Python if need be; without, uv is
# installed into .venv by the first Python >= 3.11 found.
set -eu

python_that_fits() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "Python 3.11 or later is needed, and none is on PATH." >&2
    return 1
}

venv_works() {
    .venv/bin/python -m pip --version >/dev/null 2>&1
}

echo "Installing packages into .venv (a few minutes the first time) ..." >&2
if uv --version >/dev/null 2>&1; then
    exec uv sync --locked --quiet
fi
if ! venv_works; then
    python=$(python_that_fits)
    "$python" -m venv --clear .venv || {
        echo "$python cannot make a virtual environment: on Debian and Ubuntu install python3-venv." >&2
        exit 1
    }
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check uv
# --inexact: uv is not in the lock, and would remove itself.
.venv/bin/python -m uv sync --locked --inexact --quiet
