"""Pulumi's options that the dynamic frontend honours itself, or refuses before the resource is registered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import pulumi

from ..errors import BadArguments
from ..ignored_changes import ignored_path_sentences
from .program_errors import for_the_terminal

_ALICLOUD: Final = "alicloud"
_PYTHON: Final = "pulumi-python"
_ANY_OF_PYTHON: Final = "pulumi-python:dynamic/alicloud-image-share:ImageShare"
_ANY_OF_ALICLOUD: Final = "alicloud:ecs/image:Image"
# As Pulumi's pages have it: Go's durations, such as "1h30m".
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)")
_SECONDS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


_IMPORT: Final = (
    "the option import_ is given, which Pulumi cannot apply to dynamic resources "
    "(https://github.com/pulumi/pulumi/issues/16175): leave it out. A share takes over an image that is shared already "
    "without it: list the accounts that keep access. The plugin of this package can import."
)


class SuccessorOptions(pulumi.ResourceOptions):
    """Options of a share of a distribution: if it is new, it takes over from a share of another image."""

    def __init__(self, opts: pulumi.ResourceOptions) -> None:
        """Take over options."""
        super().__init__()
        self.__dict__.update(opts.__dict__)


def check_options(
    what: str, opts: pulumi.ResourceOptions | None, *, names_identity: bool, accounts: Any = None
) -> None:
    """Refuse options that would be ignored silently, or would take access from a listed account.

    Args:
        what: The resource, for errors: "ImageShare 'golden'".
        opts: Its options.
        names_identity: Whether it has an argument `profile` or `assume_role`.
        accounts: The argument `accounts` of a share, None for another resource.

    Raises:
        BadArguments: An option is refused. The resource is not registered.
    """
    if opts is None:
        return
    sentences = [
        *_provider_sentences(opts, names_identity=names_identity),
        *(
            f"the option {name} is given, but there is no plugin of {what.split()[0]} to choose: leave it out."
            for name in ("version", "plugin_download_url")
            if getattr(opts, name, None)
        ),
        *_timeout_sentences(opts),
        *_deletion_sentences(opts),
        *([_IMPORT] if opts.import_ else []),
        *(ignored_path_sentences(opts.ignore_changes or (), _known_ids(accounts)) if accounts is not None else ()),
    ]
    if sentences:
        raise for_the_terminal(BadArguments(what, sentences))


def timeouts(opts: pulumi.ResourceOptions | None) -> dict[str, float]:
    """The custom timeouts: "create", "update", "delete" to seconds, where they are given and can be read."""
    given = {name: _seconds(text) for name, text in _given_timeouts(opts).items()}
    return {name: seconds for name, seconds in given.items() if seconds is not None}


def replace_on_changes(opts: pulumi.ResourceOptions | None) -> list[str]:
    """The properties whose changes replace the resource."""
    return list((opts.replace_on_changes if opts else None) or ())


def _provider_sentences(opts: pulumi.ResourceOptions, *, names_identity: bool) -> list[str]:
    given = _given_providers(opts)
    if _PYTHON in given:
        return [
            "an explicit provider pulumi-python is given, which would put this resource into a process of its own, "
            "apart from the others that share the image: leave the option out."
        ]
    instead = (
        "is not used: region, credentials and endpoints come from the stack's configuration "
        "`alicloud-image-share:...`, or from the arguments region, profile and assume_role"
    )
    if given:
        return [f"the option provider ({', '.join(sorted(given))}) {instead}. Leave the option out."]
    parent = opts.parent
    if parent is not None and parent.get_provider(_ANY_OF_PYTHON) is not None:
        return [
            "its parent has an explicit provider pulumi-python, which would put this resource into a process of its "
            "own, apart from the others that share the image: give another parent."
        ]
    if parent is not None and not names_identity and parent.get_provider(_ANY_OF_ALICLOUD) is not None:
        return [
            f"its parent has an explicit provider of alicloud, which {instead}. Give profile or assume_role, or "
            "another parent."
        ]
    return []


def _given_providers(opts: pulumi.ResourceOptions) -> set[str]:
    providers: Any = opts.providers or []
    several = list(providers.values()) if isinstance(providers, Mapping) else list(providers)
    every = [*several, *([opts.provider] if opts.provider else [])]
    return {str(provider.package) for provider in every}


def _deletion_sentences(opts: pulumi.ResourceOptions) -> list[str]:
    if opts.deleted_with is None:
        return []
    return [
        "the option deleted_with is given: the engine would drop this resource from the state without a call, so "
        "accounts would keep access, and a copy that is shared can't be deleted. Leave the option out: a destroy "
        "unshares an image before it deletes it."
    ]


def _known_ids(accounts: Any) -> dict[str, str]:
    """The names of accounts that are plain text, as are their account IDs."""
    entries = accounts.items() if isinstance(accounts, Mapping) else ()
    return {name: item for name, item in entries if isinstance(name, str) and isinstance(item, str)}


def _given_timeouts(opts: pulumi.ResourceOptions | None) -> dict[str, str]:
    custom = opts.custom_timeouts if opts else None
    if custom is None:
        return {}
    names = ("create", "update", "delete")
    found = {name: custom.get(name) if isinstance(custom, Mapping) else getattr(custom, name) for name in names}
    return {name: str(text) for name, text in found.items() if text}


def _timeout_sentences(opts: pulumi.ResourceOptions) -> list[str]:
    return [
        f"custom_timeouts has {text!r} for {name}: give a duration such as '30m' or '1h30m'."
        for name, text in _given_timeouts(opts).items()
        if _seconds(text) is None
    ]


def _seconds(text: str) -> float | None:
    if not _DURATION.fullmatch(text):
        return None
    return sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))
