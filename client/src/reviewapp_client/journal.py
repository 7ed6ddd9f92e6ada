"""The agent's own memory of its intents: one small SQLite file.

What the server cannot know is whether this agent, before it died, had begun to run. The
journal knows: it writes down each step before the step is taken. Without a file the
memory lasts as long as the process.

The file holds the asks not yet confirmed by the server, so only its owner may read it.
One living process holds it at a time: an act found begun when a process starts was
begun by one that is dead.
"""

import json
import os
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from ._errors import InProgress, JournalInUse
from ._json import JsonObject
from .digests import canonical


class Stage(StrEnum):
    """How far an intent has come, as far as this agent knows."""

    ASKED = "asked"  # about to be sent, or sent without an answer; has its `body`
    SUBMITTED = "submitted"  # the server has it; `request_id` is known
    REDEEMING = "redeeming"  # leave to run is being asked for under `attempt`
    STARTED = "started"  # leave was given, and the function was entered
    FINISHED = "finished"  # it returned; `outcome` is not yet reported
    REPORTED = "reported"  # the server has the outcome


ENTERED = frozenset({Stage.STARTED, Stage.FINISHED, Stage.REPORTED})


@dataclass(frozen=True, slots=True)
class Entry:
    """One intent, as noted. `attempt` stays the same for ever."""

    key: str
    attempt: str
    arguments_digest: str
    stage: Stage
    body: JsonObject
    request_id: str | None
    outcome: JsonObject | None


class Journal:
    """Notes of each intent's steps, in `path`, or in memory when there is none.

    Raises JournalInUse when another living process holds the file. Entries whose
    outcome was reported are dropped `keep_days` later; the server remembers them.
    """

    def __init__(
        self, path: str | os.PathLike[str] | None = None, *, keep_days: float = 30
    ) -> None:
        self.path = None if path is None else Path(path)
        self._process = os.getpid()
        self._lock = threading.Lock()
        self._held: set[str] = set()
        self._database = _open(self.path)
        self._drop_reported_before(time.time() - keep_days * 86_400)

    def find(self, key: str) -> Entry | None:
        """Return what is noted of an intent."""
        rows = self._run(f"{_SELECT} WHERE key = ?", key)
        return _entry(rows[0]) if rows else None

    def unreported(self) -> list[Entry]:
        """Return the acts whose outcome the server does not have yet."""
        rows = self._run(f"{_SELECT} WHERE stage = ?", Stage.FINISHED)
        return [_entry(row) for row in rows]

    def asked(self, key: str, arguments_digest: str, body: JsonObject) -> Entry:
        """Note an ask before it is sent."""
        return self._note(
            "INSERT INTO intents"
            " (key, attempt, arguments_digest, stage, body, noted_at)"
            " VALUES (:key, :attempt, :digest, :stage, :body, :now)",
            key,
            attempt=str(uuid.uuid4()),
            digest=arguments_digest,
            stage=Stage.ASKED,
            body=canonical(body).decode(),
        )

    def submitted(self, key: str, request_id: str) -> Entry:
        """Note that the server has the ask; its text is not needed any more."""
        return self._note(
            "UPDATE intents SET stage = :stage, request_id = :request_id, body = '{}',"
            " noted_at = :now WHERE key = :key",
            key,
            stage=Stage.SUBMITTED,
            request_id=request_id,
        )

    def redeeming(self, key: str) -> Entry:
        """Note that leave to run is about to be asked for."""
        return self._step(key, Stage.REDEEMING)

    def started(self, key: str) -> Entry:
        """Note that the function is about to be entered."""
        return self._step(key, Stage.STARTED)

    def finished(self, key: str, outcome: JsonObject) -> Entry:
        """Note what came of the act, before it is reported."""
        return self._note(
            "UPDATE intents SET stage = :stage, outcome = :outcome, noted_at = :now"
            " WHERE key = :key",
            key,
            stage=Stage.FINISHED,
            outcome=canonical(outcome).decode(),
        )

    def reported(self, key: str) -> Entry:
        """Note that the server has the outcome."""
        return self._step(key, Stage.REPORTED)

    def forget(self, key: str) -> None:
        """Drop an ask that the server refused: it has no trace of it."""
        self._run("DELETE FROM intents WHERE key = ?", key)

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """Keep other threads and tasks of this process off an intent, or raise."""
        with self._lock:
            if key in self._held:
                raise InProgress(f"this process is already busy with {key}")
            self._held.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._held.discard(key)

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _step(self, key: str, stage: Stage) -> Entry:
        return self._note(
            "UPDATE intents SET stage = :stage, noted_at = :now WHERE key = :key",
            key,
            stage=stage,
        )

    def _note(self, statement: str, key: str, **values: object) -> Entry:
        self._run(statement, {"key": key, "now": time.time(), **values})
        entry = self.find(key)
        if entry is None:
            raise LookupError(f"no entry for {key} in the journal")
        return entry

    def _drop_reported_before(self, moment: float) -> None:
        self._run(
            "DELETE FROM intents WHERE stage = ? AND noted_at < ?",
            Stage.REPORTED,
            moment,
        )

    # Any: a row of SQLite.
    def _run(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        # SQLite must not be carried over a fork: the child has no share in the lock.
        if os.getpid() != self._process:
            raise JournalInUse(f"{self.path} was opened by another process")
        with self._lock, self._database:
            return self._database.execute(
                statement, values[0] if isinstance(values[0], dict) else values
            ).fetchall()


_COLUMNS = "key, attempt, arguments_digest, stage, body, request_id, outcome"
_SELECT = f"SELECT {_COLUMNS} FROM intents"  # noqa: S608
_SCHEMA = """
CREATE TABLE IF NOT EXISTS intents (
    key TEXT PRIMARY KEY,
    attempt TEXT NOT NULL,
    arguments_digest TEXT NOT NULL,
    stage TEXT NOT NULL,
    body TEXT NOT NULL,
    request_id TEXT,
    outcome TEXT,
    noted_at REAL NOT NULL
)
"""


def _open(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        path.touch(mode=0o600)
    # Other threads use it too, one at a time under the journal's lock.
    database = sqlite3.connect(path or ":memory:", timeout=0, check_same_thread=False)
    try:
        # EXCLUSIVE is taken at the first write and kept until the process ends, however
        # it ends; FULL has each note on the disk before the step is taken.
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("BEGIN EXCLUSIVE")
        database.execute(_SCHEMA)
        database.commit()
    except sqlite3.Error as error:
        database.close()
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        raise JournalInUse(f"{path} is held by another living process") from error
    return database


def _entry(row: tuple[Any, ...]) -> Entry:
    key, attempt, arguments_digest, stage, body, request_id, outcome = row
    return Entry(
        key=key,
        attempt=attempt,
        arguments_digest=arguments_digest,
        stage=Stage(stage),
        body=json.loads(body),
        request_id=request_id,
        outcome=None if outcome is None else json.loads(outcome),
    )
