"""From a refusing answer to the error it means."""

import httpx

from ._errors import (
    Conflict,
    InvalidRequest,
    KeyReused,
    NotAuthorized,
    NotFound,
    Problem,
    ReviewappError,
    UnexpectedAnswer,
)

_BY_STATUS: dict[int, type[Problem]] = {
    400: InvalidRequest,
    401: NotAuthorized,
    403: NotAuthorized,
    404: NotFound,
    409: Conflict,
    413: InvalidRequest,
    415: InvalidRequest,
    422: InvalidRequest,
}
_KNOWN = {"type", "title", "status", "detail", "code", "errors"}


def problem_of(response: httpx.Response) -> ReviewappError:
    """Return the error for a 3xx, 4xx or 5xx answer, whoever gave it."""
    status = response.status_code
    if response.is_redirect:
        to = response.headers.get("location", "nowhere")
        # Following it would hand the key to whoever is there.
        return UnexpectedAnswer(f"redirected to {to}: give that as base_url if right")
    data = problem_body(response)
    code = str(data.get("code") or "")
    kind = KeyReused if code == "key_reused" else _BY_STATUS.get(status, Problem)
    errors = data.get("errors")
    return kind(
        status,
        code,
        str(data.get("detail") or data.get("title") or response.reason_phrase),
        errors if isinstance(errors, dict) else None,
        {name: value for name, value in data.items() if name not in _KNOWN},
    )


def problem_body(response: httpx.Response) -> dict[str, object]:
    """Return the problem+json of an answer, or nothing: proxies answer in HTML."""
    try:
        data = response.json()
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}
