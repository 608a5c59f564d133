"""Who has access to an image, for programs that don't manage it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .. import slots
from ..cloud.credentials import IDENTITY_ARGUMENTS, Identity, parse_identity
from ..cloud.model import not_found_sentence
from ..cloud.settings import Settings
from ..errors import BadArguments, RuleBroken
from ..record import IDENTITY_PROPERTIES, Property
from ..resource.operation import Operation
from ..resource.run import Run
from ..values import UNKNOWN, Problem, parse_image_id, parse_region, unknown_argument

FUNCTION: Final = "get_image_shares"
DOC: Final = (
    "Who has access to a custom image of this account: for programs that don't manage that. Two calls of ECS, and "
    "one more for each 100 accounts."
)
INPUTS: Final = (
    Property("image_id", "text", "The ID of a custom image of this account.", is_required=True),
    Property("region", "text", "The ID of its region. Default: the configuration, then the environment."),
    *IDENTITY_PROPERTIES,
)
OUTPUTS: Final = (
    Property("image_id", "text", "The image's ID."),
    Property("region", "text", "The region's ID."),
    Property("owner_id", "text", "The account ID of its owner."),
    Property("account_ids", "list of text", "The IDs of the accounts that have access, sorted."),
    Property("shared_at", "map of text", "Account ID to the time since when it has access, ISO 8601 in UTC."),
    Property("share_groups", "list of text", "The share groups of a resource directory that have access, sorted."),
)
_ARGUMENTS: Final = ("image_id", "region", *IDENTITY_ARGUMENTS)


def image_shares(
    run: Run, settings: Settings, operation: Operation, given: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """Read who has access.

    Args:
        run: The run that asks.
        settings: The stack's configuration and the environment.
        operation: Shows the user what goes on.
        given: The inputs.

    Returns:
        The outputs, None while an input is not known.

    Raises:
        BadArguments: An input can't be used; nothing was called.
        RuleBroken: The image is not there, or not this account's.
        EcsError: ECS refused a call.
    """
    problems: list[Problem] = []
    image_id = parse_image_id(given.get("image_id"), problems)
    region = parse_region(given.get("region"), settings.region, problems)
    identity: Any = parse_identity(given, problems)
    problems += [unknown_argument(slots.prop(FUNCTION), name, _ARGUMENTS) for name in given if name not in _ARGUMENTS]
    if problems:
        raise BadArguments(slots.prop(FUNCTION), [problem.text for problem in problems])
    if image_id is UNKNOWN or region is UNKNOWN or not isinstance(identity, Identity):
        return None
    ecs = run.ecs(settings, identity).for_operation(notify=operation.warn)
    image = ecs.image(region, image_id)
    cannot = f"who has access to image {image_id} in {region} can't be told"
    if image is None:
        raise RuleBroken(cannot, [not_found_sentence(image_id, region)])
    if image.owner_alias != "self":
        raise RuleBroken(cannot, [f"it belongs to account {image.owner_id}: only its owner can be told."])
    live = ecs.sharing(region, image_id)
    return {
        "image_id": image_id,
        "region": region,
        "owner_id": image.owner_id,
        "account_ids": sorted(live.accounts),
        "shared_at": dict(sorted(live.accounts.items())),
        "share_groups": list(live.groups),
    }
