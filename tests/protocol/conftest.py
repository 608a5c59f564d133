"""A provider process that talks to the emulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pulumi_alicloud_image_share.dynamic import ImageCopyProvider
from support.protocol import COPY_URN, Provider, running_provider


@pytest.fixture
def provider(ecs_config: dict[str, str]) -> Iterator[Provider]:
    """The real provider process, configured as the owner of the golden image."""
    with running_provider(ecs_config, {}) as running:
        yield running


@pytest.fixture
def copier(provider: Provider) -> Provider:
    """The same process, for copies."""
    return provider.of(COPY_URN, ImageCopyProvider())
