"""Whose an image is: asks ECS as the account that uses it, each image once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..cloud.credentials import STACKS_OWN, Identity, find_credential
from ..cloud.model import Image
from ..cloud.settings import ALICLOUD, NAMESPACE, Settings, read_settings
from ..errors import ImageShareError
from ..values import UNKNOWN, Problem, parse_region
from .image_rules import UnknownOwner, image_told_by_id

if TYPE_CHECKING:
    from ..cloud.ecs import Ecs


@dataclass(frozen=True)
class Account:
    """As whom and where to look an image up.

    Attributes:
        config: The configuration of who uses the image: returns the value of a key such as "alicloud:region", None
            if it is not set.
        region: The ID of the image's region, None for that of the configuration.
        identity: A profile or a role that the user of the image names itself.
        namespaces: The namespaces of its settings in that configuration, in the order of precedence.
    """

    config: Callable[[str], Any]
    region: str | None = None
    identity: Identity = STACKS_OWN
    namespaces: tuple[str, ...] = (NAMESPACE, ALICLOUD)


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
        self._connected: dict[tuple[Settings, Identity], Ecs] = {}
        self._found: dict[tuple[Settings, Identity, str], Image | UnknownOwner] = {}

    def find(self, image_id: str, account: Account) -> Image | UnknownOwner:
        """Look an image up: one DescribeImages call if it is there, three if not, none if it was looked up before.

        Args:
            image_id: The image's ID. Of a public image it tells enough: no call.
            account: As whom and where.
        """
        public = image_told_by_id(image_id)
        if public:
            return public
        settings = read_settings(account.config, self._environment, account.namespaces)
        if account.region:
            settings = replace(settings, region=account.region)
        key = (settings, account.identity, image_id)
        if key not in self._found:
            self._found[key] = self._look_up(image_id, settings, account.identity)
        return self._found[key]

    def _look_up(self, image_id: str, settings: Settings, identity: Identity) -> Image | UnknownOwner:
        problems: list[Problem] = []
        region = parse_region(None, settings.region, problems, key=settings.key("region"))
        if region is UNKNOWN:
            return UnknownOwner(problems[0].sentence)
        try:
            found = self._ecs(settings, identity).image(region, image_id)
        except ImageShareError as error:
            return UnknownOwner(str(error))
        if found is None:
            return UnknownOwner(
                f"it does not exist in region {region}, or this account can't see it. Check the ID, the region and the "
                "credentials.",
                seen_nowhere=True,
            )
        return found

    def _ecs(self, settings: Settings, identity: Identity) -> Ecs:
        if (settings, identity) not in self._connected:
            credential = find_credential(settings, identity)
            # The SDK takes a second or two to import, which a stack whose images are all known need not spend.
            from ..cloud.ecs import Ecs

            self._connected[settings, identity] = Ecs(settings, credential, notify=self._notify)
        return self._connected[settings, identity].for_operation()
