"""What goes wrong between this package, its caller and the server.

What people answer is in `_outcomes.py`.
"""

from collections.abc import Mapping


class ReviewappError(Exception):
    """Whatever this package raises."""

    @property
    def message_for_model(self) -> str:
        """What to tell the model: a no, silence and a failure sound different."""
        return f"The action was not carried out: {self}"


class UsageError(ReviewappError, ValueError):
    """The caller used the package in a way that cannot work. Nothing was sent."""


class NotJson(UsageError):
    """A value that canonical JSON (RFC 8785) cannot carry. Nothing was sent."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(path, why)

    def __str__(self) -> str:
        path, why = self.args
        return f"{path} {why}"


class JournalInUse(ReviewappError):
    """Another living process holds this journal."""


class InProgress(ReviewappError):
    """This process is already busy with the same intent."""


class ReviewappUnavailable(ReviewappError):
    """The server could not be reached, or not be used, for as long as we may try."""

    def __init__(self, why: str, retry_after: float | None = None) -> None:
        super().__init__(why, retry_after)
        self.retry_after = retry_after

    def __str__(self) -> str:
        return str(self.args[0])

    @property
    def message_for_model(self) -> str:
        return (
            "The action was not carried out, because the review service cannot be "
            "reached and nobody could be asked. This is not a refusal."
        )


class QueueFull(ReviewappUnavailable):
    """Too much waits for people already. Nothing was queued; come back later."""

    @property
    def message_for_model(self) -> str:
        later = f" in {self.retry_after:.0f} seconds" if self.retry_after else " later"
        return (
            "The action was not carried out and nobody was asked, because too many "
            "requests wait for people already. This is not a refusal. "
            f"Ask again{later}."
        )


class UnexpectedAnswer(ReviewappError):
    """The server, or something on the way to it, answered outside the contract."""


class Problem(ReviewappError):
    """The server refused (RFC 9457). `code` is stable; `errors` is by field."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        errors: Mapping[str, object] | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(status, code, detail, errors, extra)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors or {}
        self.extra = extra or {}

    def __str__(self) -> str:
        fields = f" {dict(self.errors)}" if self.errors else ""
        return f"{self.status} {self.code}: {self.detail}{fields}"


class InvalidRequest(Problem):
    """400, 413, 422: what was sent is not acceptable; `errors` says which field."""


class NotAuthorized(Problem):
    """401 or 403: the key is unknown, revoked, or lacks the scope."""


class NotFound(Problem):
    """404: no such request for this key."""


class Conflict(Problem):
    """409: the request is not in a state that allows this."""


class KeyReused(Conflict):
    """The intent was used before for something else. One intent means one act."""
