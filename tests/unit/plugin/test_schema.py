"""The schema that is checked in is the one that the descriptions make, and says what an SDK must know."""

from __future__ import annotations

import json
from importlib.metadata import version

import pytest

from pulumi_alicloud_image_share.plugin.catalogue import FUNCTIONS, RESOURCES
from pulumi_alicloud_image_share.plugin.schema import main, schema
from pulumi_alicloud_image_share.plugin.servicer import written_schema
from pulumi_alicloud_image_share.resource.base import AnyResource
from pulumi_alicloud_image_share.resource.names import camel_case

SCHEMA = schema(version("pulumi-alicloud-image-share"))


def test_the_one_that_is_checked_in_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(written_schema()) == SCHEMA
    main([SCHEMA["version"]])
    assert capsys.readouterr().out == written_schema()


@pytest.mark.parametrize("kind", RESOURCES, ids=lambda kind: kind.name)
def test_each_property_of_a_kind_is_described(kind: type[AnyResource]) -> None:
    resource = SCHEMA["resources"][kind.plugin_type()]
    assert resource["description"]
    for item in kind.properties:
        if item.is_output:
            assert resource["properties"][camel_case(item.name)]["description"].endswith(".")
        if item.is_input:
            assert resource["inputProperties"][camel_case(item.name)]["description"].endswith(".")


@pytest.mark.parametrize("kind", RESOURCES, ids=lambda kind: kind.name)
def test_a_resource_of_the_dynamic_type_is_the_same_resource(kind: type[AnyResource]) -> None:
    assert SCHEMA["resources"][kind.plugin_type()]["aliases"] == [{"type": kind.dynamic_type}]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_each_function_is_described(function: object) -> None:
    described = SCHEMA["functions"][f"alicloud-image-share:index:{function.name}"]  # type: ignore[attr-defined]
    texts = [part["description"] for way in ("inputs", "outputs") for part in described[way]["properties"].values()]
    assert all(text.endswith(".") for text in [described["description"], *texts])


def test_the_address_for_downloads_is_nobodys() -> None:
    assert SCHEMA["pluginDownloadURL"].endswith(".invalid")


def test_the_keys_of_an_account_are_secret_whoever_says_them() -> None:
    settings = SCHEMA["provider"]["inputProperties"]
    assert {name for name, setting in settings.items() if setting.get("secret")} == {
        "accessKey",
        "secretKey",
        "securityToken",
    }
