"""An agent in a process of its own: waits for each request, and redeems what it may.

    python -m tests.browser.waiting_agent URL KEY REQUEST_ID…

Prints a line of JSON for each answer: what it was, when it was heard (seconds since
1970), and the arguments that the grant allows.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from reviewapp_client import Client, Status


def hear(client: Client, request_id: str) -> dict[str, object]:
    answer = client.wait(request_id, timeout=90)
    heard = {"id": request_id, "status": answer.status, "heard_at": time.time()}
    if answer.decision is not None:
        heard["message"] = answer.decision.message
        digest = answer.decision.arguments_digest or ""
    if answer.status is Status.APPROVED:
        grant = client.redeem(request_id, "attempt-1", digest)
        heard["arguments"] = grant.arguments
    return heard


def main(url: str, key: str, *request_ids: str) -> None:
    with (
        Client(url, key) as client,
        ThreadPoolExecutor(len(request_ids)) as pool,
    ):
        for heard in pool.map(lambda one: hear(client, one), request_ids):
            sys.stdout.write(json.dumps(heard) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
