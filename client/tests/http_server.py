"""The fake Reviewapp behind a real socket on loopback, with real long polls."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from .fake_server import FakeServer


class HttpServer:
    """Serves a FakeServer; stops and starts again on the same port."""

    def __init__(self) -> None:
        self.fake = FakeServer(on_idle=self._hold)
        self.polling = threading.Event()
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._http = _Quiet(("127.0.0.1", self._port), _handler(self.fake))
        self._port = self._http.server_address[1]
        self._stopping = False
        self._thread = threading.Thread(target=self._http.serve_forever)
        self._thread.start()

    def stop(self) -> None:
        """Stop as a killed server does: open polls are cut, not answered."""
        self._stopping = True
        with self.fake.changed:
            self.fake.changed.notify_all()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        self.polling.clear()

    def _hold(self, wait: float) -> None:
        """Hold a long poll (called under `changed`) until something happens."""
        self.polling.set()
        self.fake.changed.wait(wait)
        if self._stopping:
            raise ConnectionAbortedError


class _Quiet(ThreadingHTTPServer):
    allow_reuse_address = True
    daemon_threads = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Cut connections are what these tests are about."""


def _handler(fake: FakeServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("content-length", 0))
            answer = fake.handle(
                httpx.Request(
                    self.command,
                    f"http://server{self.path}",
                    headers=dict(self.headers),
                    content=self.rfile.read(length),
                )
            )
            self.send_response(answer.status_code)
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = _answer  # noqa: N815 (named by http.server)

        def log_message(self, format: str, *args: object) -> None:
            """Tests say what happened."""

    return Handler
