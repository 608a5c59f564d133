"""Programs of stacks that are tested through both frontends: each resource is of the frontend that the test is for."""

from __future__ import annotations

from typing import Any

import pulumi

import pulumi_alicloud_image_share as dynamic

from . import plugin_resources as plugin
from . import protocol
from .plugin_protocol import in_pythons_words


def is_plugin() -> bool:
    """Whether the test goes through the plugin."""
    return protocol.frontend == "plugin"


def ImageDistribution(name: str, opts: pulumi.ResourceOptions | None = None, **arguments: Any) -> Any:  # noqa: N802
    """A distribution."""
    made = plugin.ImageDistribution if is_plugin() else dynamic.ImageDistribution
    return made(name, opts, **arguments)


def ImageShare(  # noqa: N802
    name: str, opts: pulumi.ResourceOptions | None = None, *, by_other: bool = False, **arguments: Any
) -> Any:
    """A share, of the other frontend if `by_other`."""
    if is_plugin() is by_other:
        return dynamic.ImageShare(name, opts, **arguments)
    given = {plugin.list_of(value) if key == "accounts" else key: value for key, value in arguments.items()}
    return plugin.ImageShare(name, opts, **given)


def ImageCopy(name: str, opts: pulumi.ResourceOptions | None = None, /, **arguments: Any) -> Any:  # noqa: N802
    """A copy."""
    made = plugin.ImageCopy if is_plugin() else dynamic.ImageCopy
    return made(name, opts, **arguments)


def type_of(name: str, *, by_other: bool = False) -> str:
    """The type of a resource in the state, that of the other frontend if `by_other`."""
    if is_plugin() is not by_other or name == "ImageDistribution":
        return f"alicloud-image-share:index:{name}"
    return f"pulumi-python:dynamic/alicloud-image-share:{name}"


def in_words(text: str) -> str:
    """What the engine printed, with the names that Python's programs know."""
    return in_pythons_words(of_the_plugin(text)) if is_plugin() else text


def of_the_plugin(text: str) -> str:
    """What the engine printed until it told the program of its end.

    Where a component fails, it tells the program before it ends it, now and then soon enough for a traceback.
    """
    return text.partition("error: python inline source runtime error: resource monitor shut down")[0]
