"""Options of a resource that must not be ignored, without an engine."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from pulumi_alicloud_image_share import BadArguments
from pulumi_alicloud_image_share.dynamic.facts import Facts, read_facts, write_facts
from pulumi_alicloud_image_share.dynamic.options import check_options, timeouts


class Explicit:
    """An explicit provider, as options hold one."""

    def __init__(self, package: str) -> None:
        self.package = package


def refused(**options: Any) -> str:
    with pytest.raises(BadArguments) as failure:
        check_options("ImageShare 'golden'", pulumi.ResourceOptions(**options), names_identity=False)
    assert isinstance(failure.value, pulumi.RunError)
    return str(failure.value)


def test_an_explicit_provider_of_another_package_is_refused() -> None:
    assert "the option provider (alicloud) is not used" in refused(provider=Explicit("alicloud"))
    assert "the option provider (alicloud) is not used" in refused(providers=[Explicit("alicloud")])
    assert "the option provider (alicloud, aws) is not" in refused(
        providers={"aws": Explicit("aws"), "alicloud": Explicit("alicloud")}
    )


def test_an_explicit_provider_of_dynamic_resources_is_refused_since_it_is_a_process_of_its_own() -> None:
    assert "a process of its own" in refused(provider=Explicit("pulumi-python"))


def test_a_parent_that_brings_such_a_provider_is_refused_too() -> None:
    class Parent:
        def get_provider(self, type_: str) -> object | None:
            return Explicit("pulumi-python") if type_.startswith("pulumi-python:") else None

    options = pulumi.ResourceOptions()
    options.parent = Parent()  # type: ignore[assignment]
    with pytest.raises(BadArguments, match="its parent has an explicit provider pulumi-python"):
        check_options("ImageShare 'golden'", options, names_identity=True)


@pytest.mark.parametrize("option", ["version", "plugin_download_url"])
def test_what_chooses_a_plugin_is_refused(option: str) -> None:
    assert f"the option {option} is given, but there is no plugin of ImageShare to choose" in refused(**{option: "1.2"})


def test_an_import_is_refused_with_the_way_to_take_an_image_over() -> None:
    assert "list the accounts that keep access" in refused(import_="cn-hangzhou:m-bp1golden00000000001")


def test_a_timeout_that_cannot_be_read_is_refused() -> None:
    assert "custom_timeouts has 'soon' for create: give a duration such as '30m'" in refused(
        custom_timeouts=pulumi.CustomTimeouts(create="soon")
    )


def test_no_options_and_ordinary_ones_are_fine() -> None:
    check_options("ImageShare 'golden'", None, names_identity=False)
    check_options("ImageShare 'golden'", pulumi.ResourceOptions(protect=True), names_identity=False)


@pytest.mark.parametrize(
    ("text", "seconds"), [("30m", 1800.0), ("1h30m", 5400.0), ("90s", 90.0), ("1.5h", 5400.0), ("500ms", 0.5)]
)
def test_timeouts_are_durations_as_pulumi_has_them(text: str, seconds: float) -> None:
    options = pulumi.ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create=text, delete="1m"))
    assert timeouts(options) == {"create": seconds, "delete": 60.0}


def test_timeouts_may_be_a_mapping() -> None:
    assert timeouts(pulumi.ResourceOptions(custom_timeouts={"update": "5m"})) == {"update": 300.0}  # type: ignore[arg-type]


def test_facts_are_read_back_as_they_were_written() -> None:
    facts = Facts(
        "urn:pulumi:dev::shop::t::golden", {"create": 60.0}, ("tags",), frozenset(["accounts"]), is_read_only=True
    )
    assert read_facts({"__resource": write_facts(facts)}) == facts
    assert read_facts({}) == Facts()
    assert write_facts(Facts()) == {}


@pytest.mark.parametrize(
    ("asked", "changed", "replaces"),
    [
        ("tags", 'tags["team"]', True),
        ("tags", "tags", True),
        ("tags", "tagset", False),
        ("assume_role", "assume_role.role_arn", True),
        ("assume_role.role_arn", "assume_role.role_arn", True),
        ("assume_role.role_arn", "assume_role.session_name", False),
        ("*", "max_accounts", True),
        ('accounts["1000000000000002"]', 'accounts["1000000000000002"]', True),
        ('accounts["1000000000000002"]', 'accounts["1000000000000003"]', False),
    ],
)
def test_a_change_replaces_where_the_program_asks_for_it(asked: str, changed: str, replaces: bool) -> None:
    assert Facts(replace_on_changes=(asked,)).replaces(changed) is replaces
