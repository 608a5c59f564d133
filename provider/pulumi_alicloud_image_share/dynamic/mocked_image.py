"""`get_shared_image` in unit tests of programs: under `pulumi.runtime.set_mocks`, `Mocks.call` answers it.

No credentials are needed there, no configuration, and nothing is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Final

import pulumi
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

from ..errors import BadArguments, NoSharedImage
from ..lookup.matching import SharedImage
from ..lookup.query import FUNCTION, ImageQuery
from ..lookup.reasons import none_sentence
from ..resource.names import token
from ..values import unknown_argument

TOKEN: Final = token("getSharedImage")
"""The token that `Mocks.call` is asked with."""
REGION: Final = "cn-hangzhou"
OWNER_ID: Final = "1000000000000001"
"""What a test's configuration need not give: the region, and the account that is trusted."""

_ATTRIBUTES: Final = tuple(field.name for field in fields(SharedImage))


def is_mocked() -> bool:
    """Whether the program runs under `pulumi.runtime.set_mocks`."""
    return isinstance(get_monitor(), MockMonitor)


def ask(query: ImageQuery, arguments: Mapping[str, Any]) -> SharedImage:
    """The image that the mocks answer with.

    Args:
        query: What is asked for.
        arguments: The arguments as the program gives them.

    Raises:
        BadArguments: The mocks do not answer, or with an attribute that there is not.
        NoSharedImage: The answer has an empty `image_id`.
    """
    return read_answer(query, pulumi.runtime.invoke(TOKEN, _given(arguments)).value)


async def ask_later(query: ImageQuery, arguments: Mapping[str, Any]) -> SharedImage:
    """See `ask`: for a program whose event loop runs."""
    return read_answer(query, await pulumi.runtime.invoke_async(TOKEN, _given(arguments)))


def read_answer(query: ImageQuery, answer: Any) -> SharedImage:
    """The image of an answer: attributes of `SharedImage`, of which only `image_id` must be there."""
    given = answer if isinstance(answer, Mapping) else {}
    sentences = [
        unknown_argument("SharedImage", name, _ATTRIBUTES).sentence for name in given if name not in _ATTRIBUTES
    ]
    if not sentences and "image_id" not in given:
        sentences = [f"the mocks give no image: let Mocks.call return {{'image_id': 'm-...'}} for the token {TOKEN}."]
    if sentences:
        raise BadArguments(FUNCTION, sentences)
    if not given["image_id"]:
        raise NoSharedImage(none_sentence(query), ["the mocks answer with no image."])
    asked = SharedImage(
        image_id="",
        region=query.region,
        owner_id=query.owner_ids[0],
        name="" if query.name is None or "*" in query.name else query.name,
        family=query.family or "",
        architecture=query.architecture or "",
        os_type=query.os_type or "",
        tags=query.tags,
    )
    return replace(asked, **given)


def _given(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}
