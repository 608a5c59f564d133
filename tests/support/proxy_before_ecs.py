"""A gateway before ECS that breaks, as gateways do: with a page of HTML instead of an answer."""

from __future__ import annotations

import http.client
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PAGE = "<html><head><title>{status}</title></head><body><center><h1>{status}</h1></center>nginx</body></html>"


class Proxy(ThreadingHTTPServer):
    """Hands every call on to ECS, but for those that it is told to break."""

    def __init__(self, ecs: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.ecs = ecs
        self.broken: Counter[tuple[str, int]] = Counter()
        self._next: dict[str, int] = {}

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def break_next(self, action: str, status: int) -> None:
        """Answer the next call of an action with this status."""
        self._next[action] = status

    def breaks(self, action: str) -> int:
        """The status to break a call with, 0 to hand it on."""
        status = self._next.pop(action, 0)
        if status:
            self.broken[action, status] += 1
        return status


class _Handler(BaseHTTPRequestHandler):
    server: Proxy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if status := self.server.breaks(self.headers["x-acs-action"]):
            self._answer(status, "text/html", _PAGE.format(status=status).encode())
            return
        ecs = http.client.HTTPConnection(self.server.ecs)
        ecs.request("POST", self.path, body, dict(self.headers.items()))
        answer = ecs.getresponse()
        self._answer(answer.status, answer.headers["content-type"], answer.read())
        ecs.close()

    def _answer(self, status: int, content_type: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def proxy_before(ecs: str) -> Iterator[Proxy]:
    """A proxy before this host and port."""
    with Proxy(ecs) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield proxy
        proxy.shutdown()
        thread.join()
