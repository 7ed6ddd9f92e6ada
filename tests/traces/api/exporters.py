"""The exporters that are out there: several released versions, each in its own folder.

They cannot share one environment, so each is installed once below var/ and put on the
path of a process.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "var" / "exporters"
PINNED = "pinned"
RELEASED = ("1.36.0", "1.44.0", "1.45.2")


def start_agent(
    version: str, url: str, secret: str, *, batches: int, spans: int
) -> subprocess.Popen[str]:
    """Start a traced agent that exports by this version; PINNED is that of the lock."""
    program = Path(__file__).parent / "agent_process.py"
    clean = {name: at for name, at in os.environ.items() if "OTEL" not in name}
    environment = {
        **clean,
        "OTEL_EXPORTER_OTLP_HEADERS": f"authorization=Bearer {secret}",
    }
    if version != PINNED:
        environment["PYTHONPATH"] = str(installed(version))
    return subprocess.Popen(
        [sys.executable, program, url, str(batches), str(spans)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def installed(version: str) -> Path:
    """Return the folder of a version, fetched the first time. Skips without network."""
    folder = FOLDER / version
    if not folder.exists():
        uv = shutil.which("uv")
        if uv is None:
            pytest.skip("other exporters are installed by uv, which is not here")
        half = FOLDER / f".{version}.{os.getpid()}"
        packages = (
            f"opentelemetry-exporter-otlp-proto-http=={version}",
            f"opentelemetry-sdk=={version}",
        )
        done = subprocess.run(
            [uv, "pip", "install", "--quiet", "--target", half, *packages],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            pytest.skip(f"exporter {version} cannot be fetched: {done.stderr[-200:]}")
        half.rename(folder)
    return folder
