"""`get_shared_image`, what a consumer's program calls to find the newest image that a trusted owner shares with it.

It runs in the program's own process, in previews too. In unit tests of programs, under `pulumi.runtime.set_mocks`,
`Mocks.call` answers it: no credentials and no configuration are needed there, and nothing is called.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, cast
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import get_config, is_dry_run
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

from .. import slots
from ..cloud.credentials import Identity, find_credential
from ..cloud.settings import TRUSTED_OWNERS, Settings, read_settings
from ..dynamic.program_types import AssumeRole, Several
from ..engine.wire import has_outputs
from ..errors import BadArguments, NoSharedImage
from ..lookup.matching import SharedImage, none_sentence
from ..lookup.query import ARGUMENTS, FUNCTION, ImageQuery, parse_query
from ..lookup.search import Consumer, KeptValues
from ..resource.names import token
from ..values import UNKNOWN, unknown_argument
from .program_errors import hide_traceback

if TYPE_CHECKING:
    from ..cloud.ecs import Ecs

    class SharedImageOutput(pulumi.Output[SharedImage]):
        """An output of a `SharedImage`, whose attributes are outputs too."""

        id: pulumi.Output[str]
        image_id: pulumi.Output[str]
        region: pulumi.Output[str]
        owner_id: pulumi.Output[str]
        name: pulumi.Output[str]
        family: pulumi.Output[str]
        description: pulumi.Output[str]
        created_at: pulumi.Output[str]
        size: pulumi.Output[int]
        encrypted: pulumi.Output[bool]
        architecture: pulumi.Output[str]
        os_type: pulumi.Output[str]
        tags: pulumi.Output[Mapping[str, str]]
        status: pulumi.Output[str]
        is_community: pulumi.Output[bool]
else:
    # Any output has the attributes of its value as outputs; only type checkers need to know which.
    SharedImageOutput = pulumi.Output

__all__ = ["SharedImage", "SharedImageOutput", "get_shared_image", "get_shared_image_output"]

T = TypeVar("T")


def get_shared_image(
    *,
    owner_id: str | Several[str] | None = None,
    name: str | None = None,
    family: str | None = None,
    tags: Mapping[str, str] | None = None,
    architecture: str | None = None,
    os_type: str | None = None,
    most_recent: bool | None = None,
    allow_community: bool | None = None,
    region: str | None = None,
    profile: str | None = None,
    assume_role: AssumeRole | None = None,
) -> SharedImage:
    """Find an image that a trusted account shares with this one.

    Only images that are really shared count: none of this account's own, no public and no Marketplace image, and only
    those of the accounts that `owner_id` or the configuration names. Anybody can share an image under any name.

    Args:
        owner_id: The account ID of the owner, or a list of them. Default: config `alicloud-image-share:trustedOwners`.
        name: The image's name; * stands for any characters.
        family: The image's family, as its owner calls it.
        tags: Tags that the image has, all of them. Whether ECS shows an owner's tags to other accounts is not
            documented: where it shows none, the error says so.
        architecture: "x86_64", "arm64" or "i386". Default: any.
        os_type: "linux" or "windows". Default: any.
        most_recent: Whether to take the newest of several images; if False, several are an error. Default: True.
        allow_community: Whether a community image of these owners will do too. Default: False.
        region: The region's ID. Default: config `alicloud-image-share:region`, then the environment.
        profile: The profile of the Alibaba Cloud CLI to look with. Default: the stack's own credentials.
        assume_role: A RAM role to assume first, as for `ImageShare`. Default: config `alicloud-image-share:assumeRole`.

    Returns:
        The image. It is Available.

    Raises:
        BadArguments: An argument can't be used; nothing was called.
        NoSharedImage: No image fits, or several do and `most_recent` is False; the text says why.
        ConfigError: There are no usable credentials.
        EcsError: ECS refused a call, or stayed unreachable.

    Example::

        import pulumi
        from pulumi_alicloud_image_share import get_shared_image

        image = get_shared_image(owner_id="1000000000000001", name="golden-*")
        pulumi.export("imageId", image.image_id)
    """
    given = locals()
    with hide_traceback():
        return _find_now({name: given[name] for name in ARGUMENTS})


def get_shared_image_output(
    *,
    owner_id: pulumi.Input[str | Several[pulumi.Input[str]]] | None = None,
    name: pulumi.Input[str] | None = None,
    family: pulumi.Input[str] | None = None,
    tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
    architecture: pulumi.Input[str] | None = None,
    os_type: pulumi.Input[str] | None = None,
    most_recent: pulumi.Input[bool] | None = None,
    allow_community: pulumi.Input[bool] | None = None,
    region: pulumi.Input[str] | None = None,
    profile: pulumi.Input[str] | None = None,
    assume_role: pulumi.Input[AssumeRole] | None = None,
) -> SharedImageOutput:
    """Find an image that a trusted account shares with this one, where an argument is an Output.

    Takes what `get_shared_image` takes. While an argument is not known in a preview, neither is the image; what is
    known of the arguments is checked all the same.

    Returns:
        An output of the image. Its attributes are outputs too.

    Raises:
        BadArguments: An argument can't be used; nothing was called.

    Example::

        import pulumi
        from pulumi_alicloud_image_share import get_shared_image_output

        images = pulumi.StackReference("organization/images/prod")
        image = get_shared_image_output(owner_id=images.get_output("ownerId"), name="golden-*")
        pulumi.export("imageId", image.image_id)
    """
    given = locals()
    with hide_traceback():
        return _find_later({name: given[name] for name in ARGUMENTS})


def _find_now(arguments: Mapping[str, Any]) -> SharedImage:
    given = {name: _with_lists(value) for name, value in arguments.items()}
    later = [name for name, value in given.items() if has_outputs(value)]
    if later:
        why = f"{later[0]} is an Output: call get_shared_image_output, which takes Outputs."
        raise BadArguments(FUNCTION, [why])
    if is_mocked():
        return ask_mocks(cast(ImageQuery, _read(given)), given)
    return _find(_consumers_of_this_run(), given)


def _find_later(arguments: Mapping[str, Any]) -> SharedImageOutput:
    given = {name: _with_lists(value) for name, value in arguments.items()}
    _read({name: _known_now(value) for name, value in given.items()})
    consumers = _consumers_of_this_run()
    # What an Output waits for may be the very change that shares the image.
    list_again = has_outputs(given) and not is_dry_run()

    async def find(known: dict[str, Any]) -> SharedImage:
        with hide_traceback():
            if is_mocked():
                return await ask_mocks_later(cast(ImageQuery, _read(known)), known)
            return await _beside_the_program(lambda: _find(consumers, known, list_again))

    return cast(SharedImageOutput, pulumi.Output.all(**given).apply(find))


def _find(consumers: _Consumers, given: Mapping[str, Any], list_again: bool = False) -> SharedImage:
    query = cast(ImageQuery, _read(given))
    settings = _settings()
    consumer, _ = consumers.get((settings, query.identity), lambda: Consumer(_open_ecs(settings, query.identity)))
    return consumer.find(query, list_again=list_again)


def _settings() -> Settings:
    return read_settings(get_config, os.environ)


def _read(given: Mapping[str, Any]) -> ImageQuery | None:
    """Read the arguments; None while any is not known."""
    region, owners = _settings().region, get_config(TRUSTED_OWNERS)
    if is_mocked():
        region, owners = region or MOCKED_REGION, owners or MOCKED_OWNER_ID
    query, problems = parse_query(given, default_region=region, trusted_owners=owners)
    if problems:
        raise BadArguments(slots.prop(FUNCTION), [problem.text for problem in problems])
    return query


def _open_ecs(settings: Settings, identity: Identity) -> Ecs:
    credential = find_credential(settings, identity)
    # The SDK takes a second or two to import, which a program that looks for nothing need not spend.
    from ..cloud.ecs import Ecs

    return Ecs(settings, credential, notify=lambda text: pulumi.log.warn(slots.render(text)))


_Consumers: TypeAlias = KeptValues[tuple[Settings, Identity], Consumer]
_runs: WeakKeyDictionary[asyncio.AbstractEventLoop, _Consumers] = WeakKeyDictionary()
_runs_lock = threading.Lock()


def _consumers_of_this_run() -> _Consumers:
    """Who has looked for images in this run. Each has an event loop, also where one process runs several programs."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return KeptValues()
    with _runs_lock:
        return _runs.setdefault(loop, KeptValues())


async def _beside_the_program(work: Callable[[], T]) -> T:
    """Do work that waits for ECS in a thread, so that the program's resources go on meanwhile."""
    return await asyncio.get_running_loop().run_in_executor(None, contextvars.copy_context().run, work)


def _known_now(value: Any) -> Any:
    """The value with what comes later as unknown."""
    if isinstance(value, Mapping):
        return {key: _known_now(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_known_now(item) for item in value]
    return UNKNOWN if has_outputs(value) else value


def _with_lists(value: Any) -> Any:
    """The value with any collection as a list or a dict: in others Pulumi finds no Outputs, and some end once read."""
    if isinstance(value, str | bytes | pulumi.Output) or inspect.isawaitable(value):
        return value
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, Iterable) else value


TOKEN: Final = token("getSharedImage")
"""The token that `Mocks.call` is asked with."""
MOCKED_REGION: Final = "cn-hangzhou"
MOCKED_OWNER_ID: Final = "1000000000000001"
"""What a test's configuration need not give: the region, and the account that is trusted."""

_ATTRIBUTES: Final = tuple(field.name for field in fields(SharedImage))


def is_mocked() -> bool:
    """Whether the program runs under `pulumi.runtime.set_mocks`."""
    return isinstance(get_monitor(), MockMonitor)


def ask_mocks(query: ImageQuery, arguments: Mapping[str, Any]) -> SharedImage:
    """The image that the mocks answer with.

    Args:
        query: What is asked for.
        arguments: The arguments as the program gives them.

    Raises:
        BadArguments: The mocks do not answer, or with an attribute that there is not.
        NoSharedImage: The answer has an empty `image_id`.
    """
    return read_answer(query, pulumi.runtime.invoke(TOKEN, _without_none(arguments)).value)


async def ask_mocks_later(query: ImageQuery, arguments: Mapping[str, Any]) -> SharedImage:
    """See `ask_mocks`: for a program whose event loop runs."""
    return read_answer(query, await pulumi.runtime.invoke_async(TOKEN, _without_none(arguments)))


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


def _without_none(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}
