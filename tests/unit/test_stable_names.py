"""Names that states and programs hold, which never change after the first release."""

from __future__ import annotations

from pulumi.dynamic.dynamic import serialize_provider

from pulumi_alicloud_image_share.dynamic import ImageCopyProvider, ImageShareProvider
from support.pickled_providers import PROVIDERS


def test_the_providers_are_pickled_as_every_state_has_them() -> None:
    written = {name: by_protocol[4] for name, by_protocol in PROVIDERS.items()}
    assert serialize_provider(ImageShareProvider()) == written["ImageShareProvider"]
    assert serialize_provider(ImageCopyProvider()) == written["ImageCopyProvider"]
