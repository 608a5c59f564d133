"""STS as a workload with an OIDC token reaches it: at its own address, through a proxy, without an AccessKey.

The emulator has no AssumeRoleWithOIDC: this hands out sessions of the emulator's for tokens that a test names, and
looks at no signature of a token.
"""

from __future__ import annotations

import json
import os
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from ecs_emulator.seed import StsTokenSeed
from ecs_emulator.tls import Certificate

TESTS = Path(__file__).resolve().parent.parent
HOST = "sts.aliyuncs.com"


class _Handler(BaseHTTPRequestHandler):
    server: StsOfOidc

    def do_CONNECT(self) -> None:
        """Be the server that the client wants a tunnel to."""
        self.server.asked_for.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)  # type: ignore[assignment]
        self.close_connection = False

    def do_GET(self) -> None:
        """Answer AssumeRoleWithOIDC as its page has it."""
        asked = dict(parse_qsl(urlsplit(self.path).query))
        self.server.calls.append(asked)
        key = self.server.sessions.get(asked.get("OIDCToken", ""))
        credentials = key and {
            "AccessKeyId": key.access_key_id,
            "AccessKeySecret": key.access_key_secret,
            "SecurityToken": key.security_token,
            "Expiration": "2099-01-01T00:00:00Z",
        }
        refusal = {"Code": "AuthenticationFail.OIDCToken.Invalid", "Message": "The Jwt content is invalid."}
        body = json.dumps({"RequestId": "0", **({"Credentials": credentials} if key else refusal)}).encode()
        self.send_response(200 if key else 401)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


class StsOfOidc(ThreadingHTTPServer):
    """A proxy that is STS itself, for whoever asks it for a tunnel there.

    Attributes:
        sessions: The token that a workload may have, and the session that it gets for it.
        asked_for: The hosts that tunnels were asked for.
        calls: The parameters of every call.
    """

    daemon_threads = True

    def __init__(self, sessions: Mapping[str, StsTokenSeed], certificate: Certificate) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sessions = sessions
        self.asked_for: list[str] = []
        self.calls: list[dict[str, str]] = []
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(certificate.server_file)
        self._ca_file = certificate.ca_file

    def environment(self, folder: Path) -> dict[str, str]:
        """What leads a workload's calls of STS here; in a folder it needs a file for that.

        Through a proxy, the client trusts the CAs of certifi and no other.
        """
        (folder / "sitecustomize.py").write_text(f"import certifi\n\ncertifi.where = lambda: {str(self._ca_file)!r}\n")
        path = os.pathsep.join(map(str, (folder, TESTS, TESTS.parent / "provider")))
        return {"HTTPS_PROXY": f"http://127.0.0.1:{self.server_port}", "PYTHONPATH": path}


@contextmanager
def sts_of_oidc(sessions: Mapping[str, StsTokenSeed]) -> Iterator[StsOfOidc]:
    """STS on this machine, for workloads with one of these tokens."""
    certificate = Certificate(HOST)
    with StsOfOidc(sessions, certificate) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
    certificate.discard()
