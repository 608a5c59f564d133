"""A program may have any number of resources."""

from __future__ import annotations

import sys

from pulumi.dynamic.dynamic import serialize_provider

from pulumi_alicloud_image_share.dynamic import ImageShareProvider
from pulumi_alicloud_image_share.dynamic.registration import pickler_left_as_it_was


def test_more_resources_than_python_has_levels_are_registered() -> None:
    seen = set()
    for _ in range(sys.getrecursionlimit() + 100):
        with pickler_left_as_it_was():
            seen.add(serialize_provider(ImageShareProvider()))
    assert len(seen) == 1
