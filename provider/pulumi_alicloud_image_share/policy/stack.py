"""A stack as pulumi-policy hands it over, in the types that the rules judge. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import pulumi
from pulumi_policy import PolicyResource, ResourceValidationArgs, StackValidationArgs
from pulumi_policy.proxy import UnknownValueError

from ..cloud.settings import ALICLOUD, NAMESPACE, setting_key
from ..distribution.request import TYPE
from ..resource.base import AnyResource
from ..resource.names import camel_case
from ..share.resource import ShareResource
from ..values import UNKNOWN
from .share_rules import Permission, Share

SHARE_TYPES: Final = frozenset({ShareResource.dynamic_type, ShareResource.plugin_type()})
"""The types of this package's shares, whichever frontend makes them."""
DISTRIBUTION_TYPES: Final = frozenset({TYPE})
"""The types of this package's distributions, whichever frontend makes them."""
_PERMISSION_TYPE: Final = "alicloud:ecs/imageSharePermission:ImageSharePermission"


def record_of(resource_type: type[AnyResource], resource: ResourceValidationArgs | PolicyResource) -> Any:
    """The record of a resource of this package, whichever frontend makes it.

    What is not there is UNKNOWN, unless a record leaves it out: if nothing was checked yet, what is to come is missing.
    """
    found = resource_type.in_python({name: value(resource.props, name) for name in resource.props})
    absent = {item.name: None if item.is_optional else UNKNOWN for item in resource_type.properties}
    return resource_type.record.restore(absent | {name: each for name, each in found.items() if each is not None})


def share_of(resource: ResourceValidationArgs | PolicyResource) -> Share:
    """An ImageShare."""
    found = record_of(ShareResource, resource)
    return Share(
        urn=resource.urn,
        image_id=found.image_id,
        accounts=found.value("accounts"),
        exclusive=found.exclusive,
        protect=resource.opts.protect,
        is_distributed=any(f"{type_}$" in resource.urn for type_ in DISTRIBUTION_TYPES),
    )


def shares_of(args: StackValidationArgs) -> list[Share]:
    """The ImageShares of the stack."""
    return [share_of(resource) for resource in args.resources if resource.resource_type in SHARE_TYPES]


def permissions_of(args: StackValidationArgs) -> list[Permission]:
    """The ImageSharePermissions of the stack."""
    return [
        Permission(resource.urn, known(resource.props, "imageId"), known(resource.props, "accountId"))
        for resource in args.resources
        if resource.resource_type == _PERMISSION_TYPE
    ]


def config_of(resource: PolicyResource) -> Callable[[str], Any] | None:
    """The configuration of the provider of pulumi-alicloud that makes a resource; None if it is not known yet."""
    provider = resource.provider
    if provider is None:
        return stack_config
    settings = {f"{ALICLOUD}:{name}": value(provider.props, name) for name in provider.props}
    if UNKNOWN in settings.values():
        return None
    return lambda key: settings.get(key) if key.startswith(f"{ALICLOUD}:") else stack_config(key)


def plugin_config_of(resource: PolicyResource) -> Callable[[str], Any] | None:
    """The configuration of the plugin that makes a resource, by the stack's own keys; None as for `config_of`."""
    provider = resource.provider
    if provider is None:
        return lambda key: stack_config(key) if key.startswith(f"{NAMESPACE}:") else None
    settings = {setting_key(name): value(provider.props, name) for name in provider.props}
    return None if UNKNOWN in settings.values() else settings.get


def stack_config(key: str) -> Any:
    """The stack's own configuration, None where it is not set."""
    return pulumi.runtime.get_config(key)


def made_by(resource: PolicyResource, name: str) -> str:
    """The URN of the one resource that a property comes from, "" where that is none or several."""
    names = {name, camel_case(name)}
    urns = {other.urn for each in names for other in resource.property_dependencies.get(each, ())}
    return urns.pop() if len(urns) == 1 else ""


def known(props: Mapping[str, Any], name: str) -> Any:
    """A property, UNKNOWN if it is not there: where nothing was checked yet, what is to come is missing."""
    found = value(props, name)
    return UNKNOWN if found is None else found


def value(props: Mapping[str, Any], name: str) -> Any:
    """A property in plain Python, None if it is not there, UNKNOWN if the preview can't know all of it."""
    try:
        return _plain(props[name])
    except KeyError:
        return None
    except UnknownValueError:
        return UNKNOWN


def _plain(found: Any) -> Any:
    if isinstance(found, Mapping):
        return {key: _plain(found[key]) for key in found}
    if isinstance(found, Sequence) and not isinstance(found, str):
        return [_plain(item) for item in found]
    return found
