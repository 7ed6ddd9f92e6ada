"""A stand-in for web: answers every path with 200."""


async def application(scope, receive, send):
    if scope["type"] != "http":
        raise ValueError(scope["type"])
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ready"})
