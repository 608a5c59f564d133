"""An S3 on this machine for stacks' states, and machines of a team whose state is in one of its buckets.

The S3 is moto's, behind a gate that refuses what a test says: a key that is wrong, a bucket that is gone. As a
proxy before OSS's address it refuses, as OSS does, a bucket that is named in the path.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
import threading
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from .engine import collect_what_failed
from .killing import Killable

KEY_ID, SECRET = "AKIDSTATE00000000001", "made up: opens the state's bucket"
PROJECT = "shop"
OSS = "s3.oss-cn-hangzhou.aliyuncs.com"
_KEY = re.compile(r"Credential=([^/]+)/")
_REFUSAL = "<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code}, said the test</Message></Error>"

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass
class Gate:
    """What stands before the S3: it lets through who has the key, and what no test refuses.

    Attributes:
        asked: What was asked for, by method and path, and what it said.
    """

    app: WsgiApp
    refuses: Callable[[str, str], str] = lambda method, path: ""
    """The code to refuse with, of a method and a path; nothing to let it through."""
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def reset(self) -> None:
        """Refuse nothing, and forget what was asked for."""
        self.refuses = lambda method, path: ""
        self.asked.clear()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        key = _KEY.search(environ.get("HTTP_AUTHORIZATION", ""))
        code = "InvalidAccessKeyId" if key and key[1] != KEY_ID else self.refuses(method, path)
        if environ["HTTP_HOST"].endswith(OSS):
            code = code or ("SecondLevelDomainForbidden" if environ["HTTP_HOST"] == OSS else "")
            environ = _in_path_style(environ)
        self.asked.append((method, path, code))
        if not code:
            return self.app(environ, start_response)
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        status = "404 Not Found" if code == "NoSuchBucket" else "403 Forbidden"
        start_response(status, [("content-type", "application/xml")])
        return [_REFUSAL.format(code=code).encode()]


def _in_path_style(environ: Mapping[str, Any]) -> dict[str, Any]:
    """What a proxy was asked of a bucket at OSS's address, as it is asked of the bucket here."""
    path = f"/{environ['HTTP_HOST'].removesuffix(OSS).rstrip('.')}{environ['PATH_INFO']}"
    raw = f"{path}?{environ['QUERY_STRING']}"
    here = f"127.0.0.1:{environ['SERVER_PORT']}"
    return {**environ, "PATH_INFO": path, "RAW_URI": raw, "REQUEST_URI": raw, "HTTP_HOST": here}


@dataclass(frozen=True)
class Bucket:
    """A bucket that is a backend."""

    name: str
    address: str
    gate: Gate

    @property
    def url(self) -> str:
        """Its URL as Pulumi's engine has it."""
        return f"s3://{self.name}?" + urlencode(
            {"endpoint": f"http://{self.address}", "s3ForcePathStyle": "true", "region": "us-east-1"}, safe=":/"
        )

    @property
    def environment(self) -> dict[str, str]:
        """What a machine has in its environment to use it."""
        return {"PULUMI_BACKEND_URL": self.url, "AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET}

    def read(self, key: str) -> str:
        """An object."""
        return _ask(f"http://{self.address}/{self.name}/{key}")

    def write(self, key: str, text: str) -> None:
        """Put an object there."""
        _ask(f"http://{self.address}/{self.name}/{key}", "PUT", text.encode())

    def all_keys(self, prefix: str = "") -> list[str]:
        """The keys of its objects, in their order."""
        return re.findall(r"<Key>(.*?)</Key>", _ask(f"http://{self.address}/{self.name}?prefix={prefix}"))

    def checkpoint(self, stack: str) -> dict[str, Any]:
        """What the bucket has as the state of a stack."""
        text = self.read(f".pulumi/stacks/{PROJECT}/{stack}.json")
        return dict(json.loads(text)["checkpoint"]["latest"])

    @property
    def locks(self) -> list[str]:
        """The locks of all stacks."""
        return self.all_keys(".pulumi/locks/")


def _ask(url: str, method: str = "GET", body: bytes | None = None) -> str:
    # moto looks at no signature, only whether there is one.
    signed = {
        "authorization": f"AWS4-HMAC-SHA256 Credential={KEY_ID}/20260101/us-east-1/s3/aws4_request",
        "content-type": "application/json",
    }
    with urllib.request.urlopen(urllib.request.Request(url, body, signed, method=method)) as answer:
        return str(answer.read().decode())


@contextmanager
def s3_server() -> Iterator[Callable[[str], Bucket]]:
    """An S3 on this machine; gives what makes a bucket of a name in it."""
    # Half a second, which every test of the engine would pay for at the top.
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    gate = Gate(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, gate, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()

    def make(name: str) -> Bucket:
        address = f"127.0.0.1:{server.server_port}"
        _ask(f"http://{address}/{name}", "PUT")
        return Bucket(name, address, gate)

    yield make
    gate.reset()
    # What moto has, it has for all servers of this process.
    _ask(f"http://127.0.0.1:{server.server_port}/moto-api/reset", "POST")
    server.shutdown()
    thread.join()
    server.server_close()


class Machine(Killable):
    """A machine of a team: a checkout of the program and a home of Pulumi's of its own, and a bucket that all have."""

    def __init__(
        self, folder: Path, config: Mapping[str, str], program: str, bucket: Bucket, *, uses_plugin: bool = False
    ) -> None:
        folder.mkdir(parents=True)
        super().__init__(folder, config, program, uses_plugin=uses_plugin)
        self.uses(**bucket.environment)

    def uses(self, **environment: str) -> None:
        """Have more in the environment of all its commands."""
        self._environment.update(environment)

    def pull(self, other: Machine) -> None:
        """Get what the other has: the program, the files that it reads, the stack's settings."""
        shutil.copytree(other._project, self._project, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        for file in other._folder.glob("Pulumi*.yaml"):
            shutil.copy(file, self._folder)

    def fails(self, stack: str, *arguments: str, **environment: str) -> str:
        """Run a command that must fail; returns what it printed."""
        try:
            self.run(stack, *arguments, **environment)
        except AssertionError as error:
            collect_what_failed()
            return str(error)
        raise AssertionError(f"{arguments} did not fail")
