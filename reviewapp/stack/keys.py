"""The stack's own secrets, made once for each ``DATA_DIR`` and kept."""

import base64
import json
import secrets

from reviewapp.stack.folders import Folders, write_private


def secret_variables(folders: Folders) -> dict[str, str]:
    """Read SECRET_KEY and MASTER_KEY (32 bytes, base64); make them at first."""
    if not folders.secrets.exists():
        write_private(folders.secrets, json.dumps(_new()))
    kept: dict[str, str] = json.loads(folders.secrets.read_text())
    return kept


def _new() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
