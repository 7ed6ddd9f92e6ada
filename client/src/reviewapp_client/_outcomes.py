"""What can come of asking, other than the value of the act itself.

Each has `message_for_model`, in words that keep a person's no apart from silence.
"""

from typing import ClassVar

from ._errors import ReviewappError
from ._models import Outcome, Request


class NotPerformed(ReviewappError):
    """The act was asked for and was not carried out. `message` is the reviewer's."""

    account: ClassVar[str] = "The action was not carried out."
    # Whether `message` says more than the account does: where a person wrote it.
    quoted: ClassVar[bool] = False

    def __init__(
        self,
        request: Request,
        message: str = "",
        reason_code: str | None = None,
    ) -> None:
        super().__init__(request, message, reason_code)
        self.request = request
        self.message = message
        self.reason_code = reason_code

    def __str__(self) -> str:
        name = type(self).__name__.lower()
        said = ": ".join(part for part in (self.reason_code, self.message) if part)
        return f"request {self.request.id} {name}" + (f" ({said})" if said else "")

    @property
    def message_for_model(self) -> str:
        return self._told(self.account)

    def _told(self, account: str) -> str:
        parts = [account]
        if self.quoted and self.reason_code:
            parts.append(f"Reason: {self.reason_code}.")
        if self.quoted and self.message:
            parts.append(f'Message: "{self.message}"')
        return " ".join(parts)


class Rejected(NotPerformed):
    """Somebody, or a policy, said no."""

    quoted = True
    account = (
        "The action was not carried out: a person looked at it and rejected it. Do not "
        "repeat it, and do not seek the same effect in another way."
    )
    _accounts: ClassVar[dict[str | None, str]] = {
        "policy": "The action was not carried out: the review policy does not allow "
        "it, and no person has looked at it. Do not repeat it.",
        "timeout": "The action was not carried out: nobody answered in time, and for "
        "this action silence counts as no. No person has looked at it. Do not repeat "
        "it.",
    }

    @property
    def by(self) -> str | None:
        """Whose no it was: "person", "policy" or "timeout" (silence counted as no)."""
        decision = self.request.decision
        return (decision and decision.decided_by) or self.request.decided_by

    @property
    def message_for_model(self) -> str:
        return self._told(self._accounts.get(self.by, self.account))


class Answered(NotPerformed):
    """A reviewer wrote back instead of deciding. The run goes on, with the guidance."""

    quoted = True
    account = (
        "The action was not carried out. A reviewer answered with guidance instead; "
        "follow it and go on with your task."
    )


class Expired(NotPerformed):
    """Nobody answered in time. Not a no."""

    account = (
        "The action was not carried out, because nobody answered in time. This is not "
        "a refusal: no person has said no. Go on with what does not depend on it; it "
        "may be asked for again if it still matters."
    )


class Withdrawn(NotPerformed):
    """The agent took its request back."""

    account = (
        "The action was not carried out: the request was withdrawn before anybody "
        "answered. This is not a refusal."
    )


class StillPending(NotPerformed):
    """The caller's patience ended; the request still waits. Ask again to wait on."""

    account = (
        "The action was not carried out yet: it still waits for a person to answer. "
        "This is not a refusal."
    )


class Voided(NotPerformed):
    """An approval was taken back before it was used."""

    quoted = True
    account = "The action was not carried out: its approval was taken back unused."


class Changed(Voided):
    """What the approval rested on is no longer so."""

    quoted = False
    account = (
        "The action was not carried out: the facts it rested on have changed since it "
        "was asked for, so its approval no longer counts. This is not a refusal. Look "
        "at the present state and ask anew if the action is still right."
    )


class Contained(Voided):
    """The agent or the tool has been stopped by the people in charge."""

    quoted = False
    account = (
        "The action was not carried out: the people in charge have stopped this agent "
        "or tool. Do not try it again, nor anything like it, until they lift the stop."
    )


class Lapsed(NotPerformed):
    """It was approved, and the time to carry it out ran out."""

    account = (
        "The action was approved but not carried out in the time allowed, so the "
        "approval has run out. This is not a refusal; it may be asked for again."
    )


class DigestMismatch(NotPerformed):
    """What came back to be run is not what was approved. It was not run."""

    account = (
        "The action was not carried out, because the arguments to run were not those "
        "that were approved. This is a fault to report, not a refusal."
    )


class UnusableArguments(NotPerformed):
    """A reviewer's edit gave arguments the function cannot take. It was not run."""

    account = (
        "The action was approved with changes that the tool cannot take, so it was not "
        "carried out. This is not a refusal."
    )


class AlreadyDone(ReviewappError):
    """This intent was carried out before; it is never run twice."""

    def __init__(self, request_id: str, outcome: Outcome) -> None:
        super().__init__(request_id, outcome)
        self.request_id = request_id
        self.outcome = outcome

    def __str__(self) -> str:
        return f"request {self.request_id} was concluded before: {self._how}"

    @property
    def _how(self) -> str:
        found = self.outcome.settlement
        return f"settled as {found}" if found else self.outcome.status

    @property
    def message_for_model(self) -> str:
        result = self.outcome.result
        recorded = f" Recorded result: {result}." if result is not None else ""
        return (
            "This same action was taken before and is not repeated. On record: "
            f"{self._how}.{recorded}"
        )


class UncertainEffect(ReviewappError):
    """The act was begun and nobody knows whether it happened. It is not run again.

    `checked` is what `resume=` said: None if there was none, or it could not tell.
    """

    def __init__(self, request_id: str, why: str, checked: bool | None = None) -> None:
        super().__init__(request_id, why, checked)
        self.request_id = request_id
        self.checked = checked

    def __str__(self) -> str:
        return f"request {self.request_id}: {self.args[1]}"

    @property
    def message_for_model(self) -> str:
        return (
            "It is not known whether this action happened: it was begun, and no result "
            "was recorded. Do not try it again; a person has to find out."
        )
