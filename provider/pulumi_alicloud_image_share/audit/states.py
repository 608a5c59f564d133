"""What the states of stacks say of images: which resource manages whose access, and which copies are kept. Pure.

A state is what `pulumi stack export` prints, or the checkpoint that a backend keeps. Both shapes are those of
https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go (UntypedDeployment, CheckpointV3).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..arguments import shown
from ..copies.kind import CopyKind
from ..distributions.history import IMAGE_IDS, PLUGIN_TYPE, TYPE
from ..errors import ConfigError
from ..kinds.names import in_python
from ..shares.kind import ShareKind
from .model import KeptCopy, Manager

_SHARE_TYPES: Final = (ShareKind.dynamic_type, ShareKind.plugin_type())
_COPY_TYPES: Final = (CopyKind.dynamic_type, CopyKind.plugin_type())
_DISTRIBUTION_TYPES: Final = (TYPE, PLUGIN_TYPE)
_PEER_SHARE: Final = "alicloud:ecs/imageSharePermission:ImageSharePermission"
_PEER_COPIES: Final = ("alicloud:ecs/imageCopy:ImageCopy", "alicloud:ecs/copyImage:CopyImage")
_NAMES: Final = ("image_id", "account_id", "region", "accounts", "exclusive", "owner_id", IMAGE_IDS)
# What marks a secret in a state, and its value where it was exported with --show-secrets.
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"


@dataclass(frozen=True)
class StackImages:
    """What the state of one stack says of images.

    Attributes:
        stack: The stack's name, "project/stack", or what the state was given as where it is empty.
        managers: The resources that manage who may use an image.
        copies: The copies that the stack made.
    """

    stack: str
    managers: tuple[Manager, ...] = ()
    copies: tuple[KeptCopy, ...] = ()


def read_stack(given_as: str, text: str) -> StackImages:
    """Read a state.

    Args:
        given_as: What the user calls it: the name of a file, say.
        text: What `pulumi stack export` prints, or a checkpoint of a backend.

    Raises:
        ConfigError: It is no state.
    """
    resources = _resources(given_as, text)
    stack = next((_stack_of(resource["urn"]) for resource in resources), given_as)
    newest = _newest_images(resources)
    managers: list[Manager] = []
    copies: list[KeptCopy] = []
    for resource in resources:
        # What a program only reads (`ImageShare.get`) it does not manage.
        if resource.get("external") or not resource.get("id"):
            continue
        kind, outputs = resource.get("type"), in_python(_NAMES, _plain(resource.get("outputs") or {}))
        if kind in _SHARE_TYPES:
            managers.append(_share(stack, resource, outputs))
        elif kind == _PEER_SHARE:
            managers.append(_peer_share(stack, resource, outputs))
        elif kind in (*_COPY_TYPES, *_PEER_COPIES):
            copies.append(_copy(stack, resource, outputs, newest))
    return StackImages(stack, tuple(managers), tuple(copies))


def _resources(given_as: str, text: str) -> list[Mapping[str, Any]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise _no_state(given_as, "it is not JSON") from None
    inside = document if isinstance(document, Mapping) else {}
    if isinstance(inside.get("checkpoint"), Mapping):
        # A stack that was never updated has no latest.
        inside = {"deployment": inside["checkpoint"].get("latest") or {}}
    deployment = inside.get("deployment")
    if not isinstance(deployment, Mapping):
        raise _no_state(given_as, "it has no deployment")
    resources = deployment.get("resources") or []
    if not isinstance(resources, Sequence) or not all(
        isinstance(resource, Mapping) and isinstance(resource.get("urn"), str) for resource in resources
    ):
        raise _no_state(given_as, "its resources have no URNs")
    return list(resources)


def _no_state(given_as: str, why: str) -> ConfigError:
    return ConfigError(
        f"{shown(given_as)} is not the state of a stack: {why}. Write one with "
        "`pulumi stack export --stack NAME --file FILE`."
    )


def _stack_of(urn: str) -> str:
    # urn:pulumi:<stack>::<project>::<types>::<name>
    stack, _, rest = urn.removeprefix("urn:pulumi:").partition("::")
    return f"{rest.partition('::')[0]}/{stack}"


def _share(stack: str, resource: Mapping[str, Any], outputs: Mapping[str, Any]) -> Manager:
    region, _, image_id = _text(resource["id"]).partition(":")
    accounts = outputs.get("accounts", {})
    is_known = isinstance(accounts, Mapping) and all(name is not _HIDDEN for name in accounts.values())
    return Manager(
        stack=stack,
        urn=resource["urn"],
        region=region,
        image_id=image_id,
        accounts=frozenset(map(str, accounts)) if is_known else None,
        names={str(account): str(name) for account, name in accounts.items() if name} if is_known else {},
        exclusive=outputs.get("exclusive", True) is not False,
        owner_id=_text(outputs.get("owner_id")),
    )


def _peer_share(stack: str, resource: Mapping[str, Any], outputs: Mapping[str, Any]) -> Manager:
    image_id, _, account = _text(resource["id"]).partition(":")
    return Manager(
        stack=stack,
        urn=resource["urn"],
        region=_text(outputs.get("region")),
        image_id=image_id,
        accounts=frozenset((account,)),
    )


def _copy(
    stack: str, resource: Mapping[str, Any], outputs: Mapping[str, Any], newest: Mapping[str, frozenset[str]]
) -> KeptCopy:
    region, _, image_id = _text(resource["id"]).rpartition(":")
    distribution = _text(resource.get("parent"))
    is_kept = distribution in newest and bool(newest[distribution]) and image_id not in newest[distribution]
    return KeptCopy(
        stack=stack,
        urn=resource["urn"],
        region=region or _text(outputs.get("region")),
        image_id=image_id,
        kept_by=distribution.rpartition("::")[2] if is_kept else "",
    )


def _newest_images(resources: Sequence[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """The URN of each distribution to the IDs of the images that it offers now."""
    found: dict[str, frozenset[str]] = {}
    for resource in resources:
        if resource.get("type") in _DISTRIBUTION_TYPES:
            images = in_python(_NAMES, _plain(resource.get("outputs") or {})).get(IMAGE_IDS)
            found[resource["urn"]] = frozenset(_ids(images))
    return found


def _ids(images: object) -> Iterator[str]:
    if isinstance(images, Mapping):
        yield from (image for image in images.values() if isinstance(image, str))


class _Hidden:
    """What stands for a secret that was exported without its value."""


_HIDDEN: Final = _Hidden()


def _plain(value: Any) -> Any:
    """A value of a state, with its secrets where they are in clear, and `_HIDDEN` where they are not."""
    if isinstance(value, Mapping):
        if value.get(_SIGNATURE) != _SECRET:
            return {key: _plain(item) for key, item in value.items()}
        try:
            return _plain(json.loads(value["plaintext"]))
        except (KeyError, TypeError, ValueError):
            return _HIDDEN
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
