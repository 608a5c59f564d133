"""Whether the engine that started a provider is still there."""

from __future__ import annotations

import os
import socket

import pytest

from pulumi_alicloud_image_share.resource.run import watch_engine


def test_an_engine_is_there_as_long_as_it_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as engine:
        is_there = watch_engine(["pulumi.dynamic", f"127.0.0.1:{engine.getsockname()[1]}"])
        assert is_there()
        assert is_there()
    assert not is_there()


def test_an_engine_that_cannot_be_asked_counts_as_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_busy(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", too_busy)
    assert watch_engine(["pulumi.dynamic", "127.0.0.1:1"])()


@pytest.mark.parametrize("arguments", [["pulumi.dynamic"], ["pulumi.dynamic", "--verbose"], ["127.0.0.1:1"]])
def test_without_its_address_it_is_there_as_long_as_it_is_the_parent(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    is_there = watch_engine(arguments)
    assert is_there()
    monkeypatch.setattr(os, "getppid", lambda: 1)
    assert not is_there()
