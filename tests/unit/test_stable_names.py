"""Names that states and programs hold, which never change after the first release.

A test that fails here says that a change would break every stack of a user. docs/architecture.md, "What stays stable".
"""

from __future__ import annotations

import pytest
from pulumi.dynamic.dynamic import serialize_provider

from pulumi_alicloud_image_share.copy.resource import CopyResource
from pulumi_alicloud_image_share.distribution.request import TYPE
from pulumi_alicloud_image_share.dynamic import ImageCopyProvider, ImageShareProvider
from pulumi_alicloud_image_share.dynamic.facts import Facts, write_facts
from pulumi_alicloud_image_share.plugin.catalogue import FUNCTION_OF_TOKEN
from pulumi_alicloud_image_share.plugin.configuration import SETTINGS
from pulumi_alicloud_image_share.plugin.schema import schema
from pulumi_alicloud_image_share.resource.base import AnyResource
from pulumi_alicloud_image_share.resource.names import RESOURCE
from pulumi_alicloud_image_share.share.resource import ShareResource
from support.pages import page
from support.pickled_providers import PROVIDERS

SECTION = page("docs/architecture.md").partition("## What stays stable")[2].partition("\n## ")[0]

TYPES = {
    "pulumi-python:dynamic/alicloud-image-share:ImageShare": ShareResource.dynamic_type,
    "pulumi-python:dynamic/alicloud-image-share:ImageCopy": CopyResource.dynamic_type,
    "alicloud-image-share:index:ImageShare": ShareResource.plugin_type(),
    "alicloud-image-share:index:ImageCopy": CopyResource.plugin_type(),
    "alicloud-image-share:index:ImageDistribution": TYPE,
}
FIELDS = {
    ShareResource: {
        *("image_id", "region", "accounts", "account_ids", "shared_at", "owner_id", "exclusive"),
        *("max_accounts", "max_unshare_percent", "allow_marketplace_based", "profile", "assume_role"),
    },
    CopyResource: {
        *("image_id", "region", "owner_id", "source_image_id", "source_region", "name", "description", "family"),
        *("encrypted", "kms_key_id", "tags", "created_at", "size", "force_delete", "profile", "assume_role"),
    },
}


@pytest.mark.parametrize("provider", [ImageShareProvider, ImageCopyProvider])
def test_the_providers_are_pickled_as_every_state_has_them(provider: type) -> None:
    assert serialize_provider(provider()) == PROVIDERS[provider.__name__][4]
    assert f"`{provider.__module__}.{provider.__name__}`" in SECTION


@pytest.mark.parametrize("type_", TYPES)
def test_types_are_what_every_state_has(type_: str) -> None:
    assert TYPES[type_] == type_
    assert f"`{type_}`" in SECTION


def test_the_plugin_serves_these_tokens_and_takes_over_dynamic_resources() -> None:
    of_plugin = {type_ for type_ in TYPES if type_.startswith("alicloud-image-share:")}
    resources = schema("0.0.0")["resources"]
    assert resources.keys() == of_plugin
    aliases = {alias["type"] for resource in resources.values() for alias in resource.get("aliases", ())}
    assert aliases == TYPES.keys() - of_plugin
    functions = {"alicloud-image-share:index:getSharedImage", "alicloud-image-share:index:getImageShares"}
    assert FUNCTION_OF_TOKEN.keys() == functions
    assert all(f"`{function}`" in SECTION for function in functions)


@pytest.mark.parametrize("kind", FIELDS)
def test_every_state_has_these_fields(kind: type[AnyResource]) -> None:
    """A later version may add fields, which a state of this one lacks, and takes none away."""
    assert {item.name for item in kind.properties} == FIELDS[kind]


def test_states_of_dynamic_resources_have_these_hidden_fields() -> None:
    facts = Facts("urn", {"create": 1.0}, ("image_id",), frozenset({"accounts"}), is_read_only=True)
    assert RESOURCE == "__resource"
    assert write_facts(facts).keys() == {"urn", "timeouts", "replace_on_changes", "secrets", "is_read_only"}


def test_configurations_have_these_settings() -> None:
    assert {setting.name for setting in SETTINGS} == {
        *("region", "accessKey", "secretKey", "securityToken", "profile", "assumeRole", "endpoints", "protocol"),
        *("retrySeconds", "visibleSeconds", "copySeconds", "trustedOwners"),
    }
    assert "`alicloud-image-share:`" in SECTION
