"""The five policies: what each is called, and what it asks of which rule. Nothing is decided here."""

from __future__ import annotations

import os

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from .. import slots
from ..cloud.settings import TRUSTED_OWNERS
from ..values import Problem
from .images import image_violations
from .owners import ImageOwners
from .reports import is_refused, report_all, warn_once
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
from .share_rules import account_faults, count_faults, distribution_fault, manager_faults, protect_fault
from .stack import DISTRIBUTION_TYPES, SHARE_TYPES, permissions_of, share_of, shares_of, stack_config


def _validate_allowed_accounts(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type not in SHARE_TYPES:
        return
    problems: list[Problem] = []
    allowed = read_allowed_accounts(args.get_config(), problems)
    if is_refused(problems, report):
        return
    if allowed is None:
        warn_once(
            f"{allowed_accounts.name} has no allowlist and lets every account pass: list accounts in its "
            "configuration, or disable it."
        )
        return
    for sentence in account_faults(share_of(args), allowed):
        report(sentence, None)


def _validate_protected_shares(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type not in SHARE_TYPES | DISTRIBUTION_TYPES:
        return
    problems: list[Problem] = []
    stacks = read_protected_stacks(args.get_config(), problems)
    if is_refused(problems, report):
        return
    if args.resource_type in DISTRIBUTION_TYPES:
        sentence = distribution_fault(args.urn, args.opts.protect, stacks)
    else:
        sentence = protect_fault(share_of(args), stacks)
    if sentence:
        report(sentence, None)


def _validate_one_manager(args: StackValidationArgs, report: ReportViolation) -> None:
    problems: list[Problem] = []
    ignored = read_except_images(args.get_config(), problems)
    if not is_refused(problems, report):
        report_all(manager_faults(shares_of(args), permissions_of(args), ignored), report)


def _validate_max_accounts(args: StackValidationArgs, report: ReportViolation) -> None:
    problems: list[Problem] = []
    most = read_max_accounts(args.get_config(), problems)
    if not is_refused(problems, report):
        report_all(count_faults(shares_of(args), permissions_of(args), most), report)


def _validate_trusted_images(args: StackValidationArgs, report: ReportViolation) -> None:
    problems: list[Problem] = []
    trusted = read_trusted_images(args.get_config(), stack_config(TRUSTED_OWNERS), problems)
    if not is_refused(problems, report):
        owners = ImageOwners(os.environ, notify=lambda text: pulumi.log.warn(slots.render(text)))
        report_all(image_violations(args, trusted, owners), report)


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
    description="The accounts of an image must have one manager: one exclusive ImageShare, or several that list "
    "different accounts and are not exclusive, or ImageSharePermissions.",
    validate=_validate_one_manager,
    enforcement_level=EnforcementLevel.MANDATORY,
    config_schema=_schema(ONE_MANAGER_SCHEMA),
    severity=Severity.HIGH,
    remediation_steps="List all accounts of the image in one ImageShare. Take an ImageSharePermission out of the state "
    "with `pulumi state delete` rather than destroying it, which would unshare its account.",
)
"""No image has an exclusive ImageShare beside another, two that list one account, or an ImageSharePermission too."""

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
    display_name="ImageShares and ImageDistributions of protected stacks have protect",
    description="An ImageShare or ImageDistribution of a protected stack must have the option protect.",
    validate=_validate_protected_shares,
    enforcement_level=EnforcementLevel.MANDATORY,
    config_schema=_schema(PROTECTED_SHARES_SCHEMA),
    severity=Severity.HIGH,
    remediation_steps="Set opts=pulumi.ResourceOptions(protect=True) on the ImageShare or ImageDistribution. An "
    "ImageDistribution rotates its images with it. Before a new image of a protected ImageShare, run `pulumi state "
    "unprotect` on its URN and leave protect in the program.",
)
"""ImageShares and ImageDistributions of protected stacks have `protect`."""

trusted_images = StackValidationPolicy(
    name="image-share-trusted-images",
    display_name="Instances run from own or trusted images",
    description="Instances, launch templates and scaling configurations may use only own images and those of trusted "
    "owners, and copies of such.",
    validate=_validate_trusted_images,
    enforcement_level=EnforcementLevel.MANDATORY,
    config_schema=_schema(TRUSTED_IMAGES_SCHEMA),
    severity=Severity.CRITICAL,
    remediation_steps="Use an image of the account's own, or one that a trusted owner shares with it. If the owner "
    "should be trusted, let those who keep the policies add it to trustedOwners of this policy.",
)
"""ECS instances and what launches them use only images of their own account or of trusted owners, or copies of such."""
