"""`get_shared_image`, what a consumer's program calls to find the newest image that a trusted owner shares with it.

It runs in the program's own process, in previews too. Under Pulumi's mocks it asks the mocks and never the cloud.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import get_config, is_dry_run

from .. import slots
from ..cloud.credentials import find_credential
from ..cloud.identity import Identity
from ..cloud.settings import TRUSTED_OWNERS, Settings, read_settings
from ..dynamic.program_types import AssumeRole, Several
from ..errors import BadArguments
from ..lookup.matching import SharedImage
from ..lookup.query import FUNCTION, ImageQuery, parse_query
from ..lookup.search import Consumer, KeptValues
from ..values import UNKNOWN
from . import mocked_image
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
    with hide_traceback():
        return _find_now(
            {
                "owner_id": owner_id,
                "name": name,
                "family": family,
                "tags": tags,
                "architecture": architecture,
                "os_type": os_type,
                "most_recent": most_recent,
                "allow_community": allow_community,
                "region": region,
                "profile": profile,
                "assume_role": assume_role,
            }
        )


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
    with hide_traceback():
        return _find_later(
            {
                "owner_id": owner_id,
                "name": name,
                "family": family,
                "tags": tags,
                "architecture": architecture,
                "os_type": os_type,
                "most_recent": most_recent,
                "allow_community": allow_community,
                "region": region,
                "profile": profile,
                "assume_role": assume_role,
            }
        )


def _find_now(arguments: Mapping[str, Any]) -> SharedImage:
    given = {name: _with_lists(value) for name, value in arguments.items()}
    later = [name for name, value in given.items() if _is_later(value)]
    if later:
        why = f"{later[0]} is an Output: call get_shared_image_output, which takes Outputs."
        raise BadArguments(FUNCTION, [why])
    if mocked_image.is_mocked():
        return mocked_image.ask(cast(ImageQuery, _read(given)), given)
    return _find(_consumers_of_this_run(), given)


def _find_later(arguments: Mapping[str, Any]) -> SharedImageOutput:
    given = {name: _with_lists(value) for name, value in arguments.items()}
    _read({name: _known_now(value) for name, value in given.items()})
    consumers = _consumers_of_this_run()
    # What an Output waits for may be the very change that shares the image.
    list_again = _is_later(given) and not is_dry_run()

    async def find(known: dict[str, Any]) -> SharedImage:
        with hide_traceback():
            if mocked_image.is_mocked():
                return await mocked_image.ask_later(cast(ImageQuery, _read(known)), known)
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
    if mocked_image.is_mocked():
        region, owners = region or mocked_image.REGION, owners or mocked_image.OWNER_ID
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


def _is_later(value: Any) -> bool:
    """Whether a value, or a part of it, comes later."""
    if isinstance(value, Mapping):
        return any(map(_is_later, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_is_later, value))
    return isinstance(value, pulumi.Output) or inspect.isawaitable(value)


def _known_now(value: Any) -> Any:
    """The value with what comes later as unknown."""
    if isinstance(value, Mapping):
        return {key: _known_now(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_known_now(item) for item in value]
    return UNKNOWN if _is_later(value) else value


def _with_lists(value: Any) -> Any:
    """The value with any collection as a list or a dict: in others Pulumi finds no Outputs, and some end once read."""
    if isinstance(value, str | bytes | pulumi.Output) or inspect.isawaitable(value):
        return value
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, Iterable) else value
