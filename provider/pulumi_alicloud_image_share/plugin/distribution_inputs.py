"""What a program of any language says of a distribution, as the package knows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import pulumi
from pulumi.output import contains_unknowns

from .. import slots
from ..distribution.description import INPUTS, NAME
from ..errors import BadArguments
from ..resource.names import camel_case
from ..slots import Words
from ..values import unknown_argument
from .account_inputs import ACCOUNT_IDS, ACCOUNTS
from .names import WORDS

ACCOUNTS_BY_REGION: Final = "accounts_by_region"
ACCOUNT_IDS_BY_REGION: Final = "account_ids_by_region"
LISTS: Final = (ACCOUNTS, ACCOUNT_IDS, ACCOUNTS_BY_REGION, ACCOUNT_IDS_BY_REGION)
"""The ways to list accounts: exactly one of them is given."""
_BY_REGION: Final = (ACCOUNTS_BY_REGION, ACCOUNT_IDS_BY_REGION, "kms_key_ids")
"""The inputs whose keys, regions, must be known."""
_NAMES: Final = {camel_case(name): name for name in (*(item.name for item in INPUTS if item.name != ACCOUNTS), *LISTS)}
"""The inputs as programs have them, to Python's names."""


@dataclass(frozen=True)
class Given:
    """What a program gives.

    Attributes:
        arguments: The arguments of the distribution, in Python's names.
        listed_by: How it lists accounts, one of `LISTS`.
        words: How errors of it are written.
    """

    arguments: Mapping[str, Any]
    listed_by: str
    words: Words


async def read_inputs(what: str, inputs: Mapping[str, Any]) -> Given:
    """Read the inputs of a distribution.

    Args:
        what: The distribution, for errors.
        inputs: The inputs as Pulumi's server of components has them: what is secret, or hangs on another resource, is
            an output.

    Raises:
        BadArguments: An input has another name, or accounts are listed in no way or in several.
    """
    present = {key: value for key, value in inputs.items() if value is not None}
    strange = [unknown_argument(NAME, key, list(_NAMES)).text for key in present if key not in _NAMES]
    given = {_NAMES[key]: value for key, value in present.items() if key in _NAMES}
    lists = [name for name in LISTS if name in given]
    if len(lists) != 1:
        which = f"{' and '.join(map(slots.prop, lists))} are given" if lists else "no account is given"
        strange.append(
            f"{which}: give exactly one of {', '.join(map(slots.prop, LISTS[:-1]))} and {slots.prop(LISTS[-1])}."
        )
    if strange:
        raise BadArguments(what, strange)
    words = replace(WORDS, hides_accounts=await _is_secret(given[lists[0]]))
    for name in _BY_REGION:
        if name in given:
            given[name] = await _by_region(given[name])
    accounts = given.pop(lists[0])
    return Given({"regions": None, **given, ACCOUNTS: accounts}, lists[0], words)


async def _by_region(value: Any) -> Any:
    """A mapping whose keys are known, though a value of it is secret or not known."""
    if not isinstance(value, pulumi.Output):
        return value
    whole = await value.future(with_unknowns=True)
    if not isinstance(whole, Mapping):
        if contains_unknowns(whole):
            return "one that is not known yet"
        return "one that is secret" if await value.is_secret() else whole
    is_secret = await value.is_secret()
    return {key: _entry(value, key, item, is_secret=is_secret) for key, item in whole.items()}


def _entry(whole: pulumi.Output[Any], key: str, item: Any, *, is_secret: bool) -> Any:
    if contains_unknowns(item):
        return whole.apply(lambda known: known[key])
    return pulumi.Output.secret(item) if is_secret else item


async def _is_secret(value: Any) -> bool:
    """Whether any part of a value is secret."""
    if isinstance(value, pulumi.Output):
        return await value.is_secret()
    return any([await _is_secret(item) for item in _items(value)])


def _items(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, list):
        yield from value
