"""Names, sentences and values, as programs of every language have them, and back."""

from __future__ import annotations

import pytest
from google.protobuf import struct_pb2
from hypothesis import given
from hypothesis import strategies as st

from pulumi_alicloud_image_share.copy.resource import CopyResource
from pulumi_alicloud_image_share.engine.wire import secret_value
from pulumi_alicloud_image_share.plugin.catalogue import RESOURCES
from pulumi_alicloud_image_share.plugin.properties import (
    for_program,
    path_for_program,
    read_struct,
    write_struct,
)
from pulumi_alicloud_image_share.resource.names import camel_case, snake_case
from pulumi_alicloud_image_share.share.resource import ShareResource
from pulumi_alicloud_image_share.values import UNKNOWN

ROLE = {"role_arn": "acs:ram::1000000000000001:role/sharer", "session_seconds": 900}
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=9),
    lambda items: st.lists(items, max_size=3) | st.dictionaries(st.text(max_size=5), items, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("kind", RESOURCES, ids=lambda kind: kind.name)
def test_names_go_there_and_back(kind: type[ShareResource]) -> None:
    values = {item.name: item.name for item in kind.properties if item.name != "assume_role"} | {"assume_role": ROLE}
    assert kind.in_python(for_program(values)) == values
    assert kind.in_python(values) == values
    assert all(snake_case(camel_case(item.name)) == item.name for item in kind.properties)


def test_what_a_kind_does_not_have_keeps_its_name() -> None:
    assert CopyResource.in_python({"acccounts": 1, "__own": 2}) == {"acccounts": 1}


@pytest.mark.parametrize(
    ("path", "said"), [("image_id", "imageId"), ('accounts["1000000000000002"]', 'accounts["1000000000000002"]')]
)
def test_a_path_has_the_words_of_the_program(path: str, said: str) -> None:
    assert path_for_program(path) == said


@given(st.dictionaries(st.text(max_size=5), plain, max_size=4))
def test_values_go_there_and_back(values: dict[str, object]) -> None:
    known = {name: value for name, value in values.items() if value is not None}
    assert read_struct(write_struct(values)).plain == known


def test_unknown_and_secret_values_are_kept_so() -> None:
    written = write_struct({"a": UNKNOWN, "b": {"c": UNKNOWN}, "d": [1, "2"]}, {"d"})
    read = read_struct(struct_pb2.Struct.FromString(written.SerializeToString()))
    assert read.plain == {"a": UNKNOWN, "b": {"c": UNKNOWN}, "d": [1, "2"]}
    assert read.secrets == {"d"}
    nested = read_struct(write_struct({"accounts": {"x": secret_value("1")}, "region": "r"}))
    assert nested.plain == {"accounts": {"x": "1"}, "region": "r"}
    assert nested.secrets == {"accounts"}
