"""What the states of stacks say of images: which resource manages whose access, and which copies are kept. Pure.

A state is what `pulumi stack export` prints, or the checkpoint that a backend keeps. Both shapes are those of
https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go (UntypedDeployment, CheckpointV3).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ..copy.resource import CopyResource
from ..distribution.request import IMAGES, TYPE
from ..errors import ConfigError
from ..resource.names import in_python
from ..share.resource import ShareResource
from ..values import shown
from .model import KeptCopy, Manager

_SHARE_TYPES: Final = (ShareResource.dynamic_type, ShareResource.plugin_type())
_COPY_TYPES: Final = (CopyResource.dynamic_type, CopyResource.plugin_type())
_PEER_SHARE: Final = "alicloud:ecs/imageSharePermission:ImageSharePermission"
_NAMES: Final = (
    *("image_id", "account_id", "region", "accounts", "exclusive", "owner_id", "source_image_id"),
    IMAGES,
)
# What marks a secret in a state, and its value where it was exported with --show-secrets.
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
# What the engine writes for an output that it does not know.
_NOT_KNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_IMAGE_ID: Final = re.compile(r"\bm-[0-9A-Za-z]{6,64}\b")
_IS_SECRET: Final = "They are secret in the state: export it with `pulumi stack export --show-secrets` to compare them."
_IS_UNFINISHED: Final = (
    "The state does not have them, since its last update did not come to an end: run `pulumi up` there."
)


_IS_UNDER_WAY: Final = (
    "A run is changing them, or was killed while it did: wait for it, or mend the stack first (`pulumi cancel`, then "
    "`pulumi preview --refresh`, which names who would lose access, and `pulumi up --refresh`)."
)


@dataclass(frozen=True)
class StackImages:
    """What the state of one stack says of images.

    Attributes:
        stack: The stack's name, "project/stack", or what the state was given as where it is empty.
        managers: The resources that manage who may use an image.
        copies: The copies that the stack made.
        unfinished: The names of copies that a run is making or changing, or that one that was killed left so.
        image_ids: The IDs of all images that stand anywhere in the state.
        resource_names: The names of all its resources.
    """

    stack: str
    managers: tuple[Manager, ...] = ()
    copies: tuple[KeptCopy, ...] = ()
    unfinished: tuple[str, ...] = ()
    image_ids: frozenset[str] = frozenset()
    resource_names: frozenset[str] = frozenset()


def read_stack(given_as: str, text: str) -> StackImages:
    """Read a state.

    Args:
        given_as: What the user calls it: the name of a file, say.
        text: What `pulumi stack export` prints, or a checkpoint of a backend.

    Raises:
        ConfigError: It is no state.
    """
    resources, pending = _resources(given_as, text)
    stack = next((_stack_of(resource["urn"]) for resource in (*resources, *pending)), given_as)
    histories = _histories(resources)
    managers: list[Manager] = []
    copies: list[KeptCopy] = []
    for resource in resources:
        # What a program only reads (`ImageShare.get`), or gives up and leaves as it is, it does not manage.
        is_retained = resource.get("delete") and resource.get("retainOnDelete")
        if resource.get("external") or is_retained or not resource.get("id"):
            continue
        resource_type, outputs = resource.get("type"), in_python(_NAMES, _plain(resource.get("outputs") or {}))
        if resource_type in _SHARE_TYPES:
            managers.append(_share(stack, resource, outputs))
        elif resource_type == _PEER_SHARE:
            managers.append(_peer_share(stack, resource, outputs))
        elif resource_type in _COPY_TYPES:
            copies.append(_copy(stack, resource, outputs, histories))
    under_way = {resource["urn"] for resource in pending}
    managers = [_unfinished(manager) if manager.urn in under_way else manager for manager in managers]
    known = {manager.urn for manager in managers}
    managers += [
        _coming(stack, resource)
        for resource in pending
        if resource.get("type") in _SHARE_TYPES and resource["urn"] not in known
    ]
    return StackImages(
        stack,
        tuple(managers),
        tuple(copies),
        tuple(resource["urn"].rpartition("::")[2] for resource in pending if resource.get("type") in _COPY_TYPES),
        frozenset(_IMAGE_ID.findall(text)),
        frozenset(resource["urn"].rpartition("::")[2] for resource in resources),
    )


def only_one_of_each(given: Sequence[tuple[str, StackImages]]) -> list[StackImages]:
    """The stacks, each once.

    Args:
        given: What each was given as, and what its state says.

    Raises:
        ConfigError: Two states of one name differ. Nobody can tell if one is older, or of another backend.
    """
    found: dict[str, tuple[str, StackImages]] = {}
    for given_as, images in given:
        first_as, first = found.setdefault(images.stack, (given_as, images))
        if first != images:
            raise ConfigError(
                f"{shown(first_as)} and {shown(given_as)} are both states of {images.stack}, and differ: give the "
                "newer one alone, or, where they are of two backends, audit with one after the other."
            )
    return [images for _, images in found.values()]


def _resources(given_as: str, text: str) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """The resources of a state, and those that operations are under way with, as far as it knows."""
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
    operations = deployment.get("pending_operations") or []
    pending: list[Any] = [each.get("resource") if isinstance(each, Mapping) else None for each in operations]
    if not isinstance(resources, list) or not all(map(_is_resource, (*resources, *pending))):
        raise _no_state(given_as, "its resources have no URNs")
    return resources, pending


def _is_resource(resource: object) -> bool:
    return (
        isinstance(resource, Mapping)
        and isinstance(resource.get("urn"), str)
        and isinstance(resource.get("outputs") or {}, Mapping)
    )


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
    accounts, exclusive = outputs.get("accounts"), outputs.get("exclusive", True)
    why_unknown = _IS_UNDER_WAY if resource.get("pendingReplacement") else _why_unknown(accounts, exclusive)
    known: Mapping[Any, Any] = {} if why_unknown or not isinstance(accounts, Mapping) else accounts
    return Manager(
        stack=stack,
        urn=resource["urn"],
        region=region,
        image_id=image_id,
        accounts=None if why_unknown else frozenset(map(str, known)),
        names={str(account): str(name) for account, name in known.items() if name},
        exclusive=exclusive is not False and exclusive is not _HIDDEN,
        owner_id=_text(outputs.get("owner_id")),
        why_unknown=why_unknown,
        is_leaving=bool(resource.get("delete")),
    )


def _unfinished(manager: Manager) -> Manager:
    """A share that an operation is under way with: who has access is between the old and the new."""
    return replace(manager, accounts=None, names={}, why_unknown=_IS_UNDER_WAY)


def _coming(stack: str, resource: Mapping[str, Any]) -> Manager:
    """A share that is being made: the state has nothing of it but what it is to be."""
    inputs = in_python(_NAMES, _plain(resource.get("inputs") or {}))
    return Manager(
        stack=stack,
        urn=resource["urn"],
        region=_text(inputs.get("region")),
        image_id=_text(inputs.get("image_id")),
        accounts=None,
        why_unknown=_IS_UNDER_WAY,
    )


def _why_unknown(accounts: object, exclusive: object) -> str:
    """Why it is not known what a share has, "" where it is."""
    if not isinstance(accounts, Mapping):
        return _IS_SECRET if accounts is _HIDDEN else _IS_UNFINISHED
    hidden = any(value is _HIDDEN for value in accounts.values()) or exclusive is _HIDDEN
    return _IS_SECRET if hidden else ""


def _peer_share(stack: str, resource: Mapping[str, Any], outputs: Mapping[str, Any]) -> Manager:
    image_id, _, account = _text(resource["id"]).partition(":")
    return Manager(
        stack=stack,
        urn=resource["urn"],
        region=_text(outputs.get("region")),
        image_id=image_id,
        accounts=frozenset((account,)),
        is_leaving=bool(resource.get("delete")),
    )


def _copy(
    stack: str, resource: Mapping[str, Any], outputs: Mapping[str, Any], histories: Mapping[str, Sequence[str]]
) -> KeptCopy:
    region, _, image_id = _text(resource["id"]).rpartition(":")
    distribution = _text(resource.get("parent"))
    earlier = histories.get(distribution, ())[1:]
    return KeptCopy(
        stack=stack,
        urn=resource["urn"],
        region=region or _text(outputs.get("region")),
        image_id=image_id,
        kept_by=distribution.rpartition("::")[2] if outputs.get("source_image_id") in earlier else "",
    )


def _histories(resources: Sequence[Mapping[str, Any]]) -> dict[str, Sequence[str]]:
    """The URN of each distribution to the IDs of the images that it has, the newest first."""
    found: dict[str, Sequence[str]] = {}
    for resource in resources:
        if resource.get("type") == TYPE:
            history = in_python(_NAMES, _plain(resource.get("outputs") or {})).get(IMAGES)
            found[resource["urn"]] = history if isinstance(history, list) else ()
    return found


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
    return None if value == _NOT_KNOWN else value


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
