"""What the plugin serves: resource types, and functions that programs of every language call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from .. import slots
from ..cloud.credentials import Identity
from ..cloud.settings import Settings
from ..copy.resource import CopyResource
from ..errors import BadArguments, written_in
from ..lookup import image_shares, query
from ..lookup.search import Consumer, KeptValues
from ..record import Property
from ..resource.base import AnyResource
from ..resource.names import camel_case, token
from ..resource.operation import Operation
from ..resource.run import Run
from ..share.resource import ShareResource
from .configuration import Configuration
from .properties import WORDS

if TYPE_CHECKING:
    from ..cloud.ecs import Ecs


@dataclass(frozen=True)
class Asked:
    """What a function is asked.

    Attributes:
        run: The run that asks.
        configuration: The plugin's settings.
        operation: Shows the user what goes on.
        given: The inputs.
        is_preview: Whether a preview asks.
    """

    run: Run
    configuration: Configuration
    operation: Operation
    given: Mapping[str, Any]
    is_preview: bool


Answer: TypeAlias = Callable[[Asked], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Function:
    """A function.

    Attributes:
        name: Its name.
        doc: What it does.
        inputs: What it takes.
        outputs: What it returns.
        answer: Calls it; returns None while an input is not known.
    """

    name: str
    doc: str
    inputs: Sequence[Property]
    outputs: Sequence[Property]
    answer: Answer


class _Consumers(KeptValues[tuple[Settings, Identity], Consumer]):
    """Who has looked for images in a run."""


_WORDS: Final = replace(WORDS, name=lambda name: "ownerIds" if name == "owner_id" else camel_case(name))
"""Python takes one owner or several by one name; other languages have a list alone."""


def _shared_image(asked: Asked) -> Mapping[str, Any] | None:
    with written_in(_WORDS):
        return _find_shared_image(asked)


def _find_shared_image(asked: Asked) -> Mapping[str, Any] | None:
    given = dict(asked.given)
    if "owner_id" in given:
        problem = f"there is no ownerId: give {slots.prop('owner_id')}, a list of account IDs."
        raise BadArguments(slots.prop(query.FUNCTION), [problem])
    if "owner_ids" in given:
        given["owner_id"] = given.pop("owner_ids")
    settings = asked.configuration.settings
    asked_for, problems = query.parse_query(
        given, default_region=settings.region, trusted_owners=asked.configuration.trusted_owners
    )
    if problems:
        raise BadArguments(slots.prop(query.FUNCTION), [problem.text for problem in problems])
    if asked_for is None:
        return None
    identity = asked_for.identity
    consumer, _ = asked.run.part(_Consumers).get((settings, identity), lambda: Consumer(_ecs(asked, identity)))
    # What was asked before may be the very change that shares the image.
    found = asdict(consumer.find(asked_for, list_again=not asked.is_preview))
    return {**found, "tags": dict(found["tags"])}


def _ecs(asked: Asked, identity: Identity) -> Ecs:
    return asked.run.ecs(asked.configuration.settings, identity).for_operation(notify=asked.operation.warn)


def _image_shares(asked: Asked) -> Mapping[str, Any] | None:
    return image_shares.image_shares(asked.run, asked.configuration.settings, asked.operation, asked.given)


FUNCTIONS: Final = (
    Function("getSharedImage", query.DOC, query.INPUTS, query.OUTPUTS, cast(Answer, _shared_image)),
    Function(
        "getImageShares", image_shares.DOC, image_shares.INPUTS, image_shares.OUTPUTS, cast(Answer, _image_shares)
    ),
)


RESOURCES: Final[tuple[type[AnyResource], ...]] = (ShareResource, CopyResource)
RESOURCE_OF_TYPE: Final = {resource_type.plugin_type(): resource_type for resource_type in RESOURCES}
FUNCTION_OF_TOKEN: Final[dict[str, Function]] = {token(function.name): function for function in FUNCTIONS}
