"""Whose an image is: asks ECS as the account that uses it, each image once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..arguments import UNKNOWN, Problem, parse_region
from ..cloud.credentials import find_credential
from ..cloud.model import Image
from ..cloud.settings import Settings, read_settings
from ..errors import ImageShareError
from .rules import Untold

if TYPE_CHECKING:
    from ..cloud.ecs import Ecs


class ImageOwners:
    """Looks images up, for one look at a stack."""

    def __init__(self, environment: Mapping[str, str], notify: Callable[[str], None] = lambda _: None) -> None:
        """Nothing is called yet.

        Args:
            environment: The environment variables, for what the configuration does not say.
            notify: Tells the user that a look-up has been waiting for ECS.
        """
        self._environment = environment
        self._notify = notify
        self._doors: dict[Settings, Ecs] = {}
        self._found: dict[tuple[Settings, str], Image | Untold] = {}

    def find(self, image_id: str, config: Callable[[str], Any]) -> Image | Untold:
        """Look an image up: one DescribeImages call if it is there, three if not, none if it was looked up before.

        Args:
            image_id: The image's ID.
            config: The configuration of who uses it: returns the value of a key such as "alicloud:region", None where
                it is not set.
        """
        settings = read_settings(config, self._environment)
        key = (settings, image_id)
        if key not in self._found:
            self._found[key] = self._ask(image_id, settings)
        return self._found[key]

    def _ask(self, image_id: str, settings: Settings) -> Image | Untold:
        problems: list[Problem] = []
        region = parse_region(None, settings.region, problems)
        if region is UNKNOWN:
            return Untold(problems[0].sentence)
        try:
            found = self._door(settings).image(region, image_id)
        except ImageShareError as error:
            return Untold(str(error))
        if found is None:
            return Untold(
                f"it does not exist in region {region}, or this account can't see it. Check the ID, the region and the "
                "credentials.",
                seen_nowhere=True,
            )
        return found

    def _door(self, settings: Settings) -> Ecs:
        if settings not in self._doors:
            # The SDK takes a second or two to import, which a stack whose images are all known need not spend.
            from ..cloud.ecs import Ecs

            self._doors[settings] = Ecs(settings, find_credential(settings), notify=self._notify)
        return self._doors[settings].for_operation()
