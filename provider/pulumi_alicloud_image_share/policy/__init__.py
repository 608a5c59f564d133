"""Policies for pulumi-policy: Pulumi's resources in, the guardrails' types out. Nothing is decided here.

A policy pack of them::

    from pulumi_policy import PolicyPack

    from pulumi_alicloud_image_share.policy import POLICIES

    PolicyPack("image-share", policies=POLICIES)
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import pulumi

try:
    from pulumi_policy import (
        EnforcementLevel,
        Policy,
        PolicyConfigSchema,
        PolicyResource,
        ReportViolation,
        ResourceValidationArgs,
        ResourceValidationPolicy,
        Severity,
        StackValidationArgs,
        StackValidationPolicy,
    )
    from pulumi_policy.proxy import UnknownValueError
except ModuleNotFoundError:
    raise ImportError(
        "pulumi_alicloud_image_share.policy needs pulumi-policy: run `pip install "
        "'pulumi-alicloud-image-share[policy]'` where the policy pack runs."
    ) from None

from ..arguments import UNKNOWN, Problem
from ..cloud.model import Image
from ..cloud.settings import TRUSTED_OWNERS
from .owners import ImageOwners
from .rules import (
    ImageUse,
    Permission,
    Share,
    Untold,
    Violation,
    account_faults,
    count_faults,
    image_fault,
    image_told_by_id,
    manager_faults,
    protect_fault,
)
from .settings import (
    ALLOWED_ACCOUNTS_SCHEMA,
    MAX_ACCOUNTS_SCHEMA,
    ONE_MANAGER_SCHEMA,
    PROTECTED_SHARES_SCHEMA,
    TRUSTED_IMAGES_SCHEMA,
    Schema,
    read_allowed_accounts,
    read_except_images,
    read_max_accounts,
    read_protected_stacks,
    read_trusted_images,
)

__all__ = [
    "POLICIES",
    "allowed_accounts",
    "max_accounts",
    "one_manager",
    "protected_shares",
    "trusted_images",
]

_IMAGE_SHARE: Final = "pulumi-python:dynamic/alicloud:ImageShare"
_IMAGE_SHARE_PERMISSION: Final = "alicloud:ecs/imageSharePermission:ImageSharePermission"
_LAUNCHES_NOW: Final = ("alicloud:ecs/instance:Instance", "alicloud:ecs/ecsInstanceSet:EcsInstanceSet")
_LAUNCHES_LATER: Final = (
    "alicloud:ecs/ecsLaunchTemplate:EcsLaunchTemplate",
    "alicloud:ecs/launchTemplate:LaunchTemplate",
    "alicloud:ess/scalingConfiguration:ScalingConfiguration",
)
# An ImageShare has made sure in its preview that the image is one of its account. An ImageSharePermission has not.
_OWN_IMAGES: Final = {
    _IMAGE_SHARE: "image_id",
    "pulumi-python:dynamic/alicloud:ImageCopy": "image_id",
    "alicloud:ecs/image:Image": "id",
    "alicloud:ecs/imageCopy:ImageCopy": "id",
    "alicloud:ecs/copyImage:CopyImage": "id",
    "alicloud:ecs/imageImport:ImageImport": "id",
}


# --- What each policy is asked


def _validate_allowed_accounts(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type != _IMAGE_SHARE:
        return
    problems: list[Problem] = []
    allowed = read_allowed_accounts(args.get_config(), problems)
    if _refused(problems, report):
        return
    if allowed is None:
        _warn_once(
            f"{allowed_accounts.name} has no allowlist and lets every account pass: list accounts in its "
            "configuration, or disable it."
        )
        return
    for sentence in account_faults(_share(args), allowed):
        report(sentence, None)


def _validate_protected_shares(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type != _IMAGE_SHARE:
        return
    problems: list[Problem] = []
    stacks = read_protected_stacks(args.get_config(), problems)
    if _refused(problems, report):
        return
    if sentence := protect_fault(_share(args), stacks):
        report(sentence, None)


def _validate_one_manager(args: StackValidationArgs, report: ReportViolation) -> None:
    problems: list[Problem] = []
    ignored = read_except_images(args.get_config(), problems)
    if not _refused(problems, report):
        _report_all(manager_faults(_shares(args), _permissions(args), ignored), report)


def _validate_max_accounts(args: StackValidationArgs, report: ReportViolation) -> None:
    problems: list[Problem] = []
    most = read_max_accounts(args.get_config(), problems)
    if not _refused(problems, report):
        _report_all(count_faults(_shares(args), _permissions(args), most), report)


def _validate_trusted_images(args: StackValidationArgs, report: ReportViolation) -> None:
    problems: list[Problem] = []
    trusted = read_trusted_images(args.get_config(), _stack_config(TRUSTED_OWNERS), problems)
    if _refused(problems, report):
        return
    own = {
        _value(resource.props, _OWN_IMAGES[resource.resource_type])
        for resource in args.resources
        if resource.resource_type in _OWN_IMAGES
    }
    owners = ImageOwners(os.environ, notify=pulumi.log.warn)
    for resource in args.resources:
        use = _image_use(resource)
        config = _config_of(resource)
        if use is None or config is None or (use.image_id and use.image_id in own):
            continue
        if fault := image_fault(use, _find(use, config, owners), trusted):
            _report_all([fault], report)


def _find(use: ImageUse, config: Callable[[str], Any], owners: ImageOwners) -> Image | Untold:
    if not isinstance(use.image_id, str):
        return Untold("it is named, and a name does not tell whose an image is. Give the image's ID (imageId) instead.")
    return image_told_by_id(use.image_id) or owners.find(use.image_id, config)


# --- From Pulumi's resources to the guardrails'


def _share(resource: ResourceValidationArgs | PolicyResource) -> Share:
    props = resource.props
    return Share(
        urn=resource.urn,
        image_id=_known(props, "image_id"),
        accounts=_known(props, "accounts"),
        exclusive=_known(props, "exclusive"),
        protect=resource.opts.protect,
    )


def _shares(args: StackValidationArgs) -> list[Share]:
    return [_share(resource) for resource in args.resources if resource.resource_type == _IMAGE_SHARE]


def _permissions(args: StackValidationArgs) -> list[Permission]:
    return [
        Permission(resource.urn, _known(resource.props, "imageId"), _known(resource.props, "accountId"))
        for resource in args.resources
        if resource.resource_type == _IMAGE_SHARE_PERMISSION
    ]


def _image_use(resource: PolicyResource) -> ImageUse | None:
    """What a resource makes instances from; None if nothing, or if the preview can't know it yet."""
    if resource.resource_type not in _LAUNCHES_NOW + _LAUNCHES_LATER:
        return None
    image_id, image_name = (_value(resource.props, name) or None for name in ("imageId", "imageName"))
    if UNKNOWN in (image_id, image_name) or (image_id is None and image_name is None):
        return None
    return ImageUse(resource.urn, image_id, image_name, resource.resource_type in _LAUNCHES_LATER)


def _config_of(resource: PolicyResource) -> Callable[[str], Any] | None:
    """The configuration of the provider that makes a resource; None if the preview can't know it yet."""
    provider = resource.provider
    if provider is None:
        return _stack_config
    settings = {f"alicloud:{name}": _value(provider.props, name) for name in provider.props}
    if UNKNOWN in settings.values():
        return None
    return lambda key: settings.get(key) if key.startswith("alicloud:") else _stack_config(key)


def _stack_config(key: str) -> Any:
    return pulumi.runtime.get_config(key)


def _known(props: Mapping[str, Any], name: str) -> Any:
    """A property, UNKNOWN if it is not there: where nothing was checked yet, what is to come is missing."""
    value = _value(props, name)
    return UNKNOWN if value is None else value


def _value(props: Mapping[str, Any], name: str) -> Any:
    """A property in plain Python, None if it is not there, UNKNOWN if the preview can't know all of it."""
    try:
        return _plain(props[name])
    except KeyError:
        return None
    except UnknownValueError:
        return UNKNOWN


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(value[key]) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value


# --- From the guardrails to Pulumi


def _refused(problems: Sequence[Problem], report: ReportViolation) -> bool:
    """Report what is wrong with a policy's own configuration; returns whether anything is."""
    for problem in problems:
        report(f"this policy is configured wrongly and judges nothing: {problem.sentence}", None)
    return bool(problems)


def _report_all(violations: Sequence[Violation], report: ReportViolation) -> None:
    for violation in violations:
        if violation.warns_only:
            _warn_once(violation.sentence)
        else:
            report(violation.sentence, violation.urn)


@cache
def _warn_once(sentence: str) -> None:
    pulumi.log.warn(sentence)


def _schema(properties: Schema) -> PolicyConfigSchema:
    return PolicyConfigSchema({name: dict(schema) for name, schema in properties.items()})


allowed_accounts = ResourceValidationPolicy(
    name="image-share-allowed-accounts",
    display_name="Images are shared with allowed accounts only",
    description="An image may be shared only with the accounts that this policy lists.",
    validate=_validate_allowed_accounts,
    enforcement_level=EnforcementLevel.MANDATORY,
    config_schema=_schema(ALLOWED_ACCOUNTS_SCHEMA),
    severity=Severity.HIGH,
    remediation_steps="Remove the account from accounts of the ImageShare. If it should have the image, let those who "
    "keep the policies add it to accounts of this policy.",
)
"""Every account of an ImageShare is on an allowlist, by ID or name."""

one_manager = StackValidationPolicy(
    name="image-share-one-manager",
    display_name="One manager for the accounts of an image",
    description="The accounts of an image must have one manager: one exclusive ImageShare, or several that are not, or "
    "ImageSharePermissions.",
    validate=_validate_one_manager,
    enforcement_level=EnforcementLevel.MANDATORY,
    config_schema=_schema(ONE_MANAGER_SCHEMA),
    severity=Severity.HIGH,
    remediation_steps="List all accounts of the image in one ImageShare. Take an ImageSharePermission out of the state "
    "with `pulumi state delete` rather than destroying it, which would unshare its account.",
)
"""No image is managed by an exclusive ImageShare and another one, nor by an ImageShare and an ImageSharePermission."""

max_accounts = StackValidationPolicy(
    name="image-share-max-accounts",
    display_name="A limit to the accounts of an image",
    description="An image may be shared only with so many accounts, over all that shares it in the stack.",
    validate=_validate_max_accounts,
    enforcement_level=EnforcementLevel.MANDATORY,
    config_schema=_schema(MAX_ACCOUNTS_SCHEMA),
    severity=Severity.MEDIUM,
    remediation_steps="Remove accounts that no longer need the image, or let those who keep the policies raise "
    "maxAccounts of this policy, and raise ECS's quota in Quota Center.",
)
"""At most so many accounts an image, over all that shares it in the stack."""

protected_shares = ResourceValidationPolicy(
    name="image-share-protected",
    display_name="ImageShares of protected stacks have protect",
    description="An ImageShare of a protected stack must have the option protect.",
    validate=_validate_protected_shares,
    enforcement_level=EnforcementLevel.MANDATORY,
    config_schema=_schema(PROTECTED_SHARES_SCHEMA),
    severity=Severity.HIGH,
    remediation_steps="Set opts=pulumi.ResourceOptions(protect=True) on the ImageShare.",
)
"""ImageShares of protected stacks have `protect`."""

trusted_images = StackValidationPolicy(
    name="image-share-trusted-images",
    display_name="Instances run from own or trusted images",
    description="Instances, launch templates and scaling configurations may use only own images and those of trusted "
    "owners.",
    validate=_validate_trusted_images,
    enforcement_level=EnforcementLevel.MANDATORY,
    config_schema=_schema(TRUSTED_IMAGES_SCHEMA),
    severity=Severity.CRITICAL,
    remediation_steps="Use an image of the account's own, or one that a trusted owner shares with it. If the owner "
    "should be trusted, let those who keep the policies add it to trustedOwners of this policy.",
)
"""ECS instances and what launches them use only images of their own account or of trusted owners."""

POLICIES: Final[list[Policy]] = [allowed_accounts, one_manager, max_accounts, protected_shares, trusted_images]
"""All policies of this package, for a policy pack."""
