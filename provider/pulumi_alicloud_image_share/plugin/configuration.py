"""The plugin's settings: what a stack says under `alicloud-image-share:`, or an explicit provider says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .. import slots
from ..cloud.settings import (
    NAMESPACE,
    TRUSTED_OWNERS,
    UNSUPPORTED,
    Settings,
    parse_trusted_owners,
    read_settings,
    setting_key,
)
from ..record import PropertyType
from ..values import UNKNOWN, shown, unknown_argument


@dataclass(frozen=True)
class Setting:
    """A setting.

    Attributes:
        name: Its name.
        type: What its value is.
        doc: What it says, and its default.
        is_secret: Whether it is a secret whatever the program says.
    """

    name: str
    type: PropertyType
    doc: str
    is_secret: bool = False


SETTINGS: Final = (
    Setting(
        "region",
        "text",
        "The ID of the region of images for which a program names none, such as `cn-hangzhou`. Default: the "
        "environment (`ALIBABA_CLOUD_REGION`, `ALIBABA_CLOUD_REGION_ID`, `ALICLOUD_REGION`).",
    ),
    Setting("accessKey", "text", "The ID of an AccessKey. Default: the environment, then the profile.", is_secret=True),
    Setting("secretKey", "text", "The AccessKey's secret.", is_secret=True),
    Setting("securityToken", "text", "The token of a temporary AccessKey.", is_secret=True),
    Setting("profile", "text", "The profile of the Alibaba Cloud CLI to take credentials from."),
    Setting("assumeRole", "role", "A RAM role to assume first, unless a resource names another."),
    Setting("endpoints", "endpoints", "Where ECS and STS are called, each as `host` or `host:port`."),
    Setting("protocol", "text", "`HTTPS` or `HTTP`. Default: `HTTPS`."),
    Setting(
        "retrySeconds",
        "number",
        "How long calls are repeated while ECS is throttling, unreachable or broken, in seconds. Default: 300.",
    ),
    Setting(
        "visibleSeconds",
        "number",
        "How long a change may take to show in what ECS lists, in seconds. Default: 120.",
    ),
    Setting("copySeconds", "number", "How long the copy of an image may take, in seconds. Default: 14400."),
    Setting("trustedOwners", "list of text", "The account IDs whose shared images `getSharedImage` takes by default."),
)

SECRET_SETTINGS: Final = frozenset(setting.name for setting in SETTINGS if setting.is_secret)


@dataclass(frozen=True)
class Configuration:
    """What the plugin was configured with.

    Attributes:
        settings: The settings that resources know.
        trusted_owners: The accounts whose images may be used, as given.
    """

    settings: Settings
    trusted_owners: Any = None


def read_configuration(given: Mapping[str, Any], environment: Mapping[str, str]) -> Configuration:
    """Read what a stack or an explicit provider says.

    Args:
        given: Setting to value, `UNKNOWN` where a preview can't know it yet.
        environment: The environment variables.
    """
    known = {setting_key(name): value for name, value in given.items() if value is not UNKNOWN}
    return Configuration(read_settings(known.get, environment), known.get(TRUSTED_OWNERS))


def faults_of(given: Mapping[str, Any], environment: Mapping[str, str]) -> list[str]:
    """A sentence for each setting that can't be used."""
    names = [setting.name for setting in SETTINGS]
    strange = [
        unknown_argument(NAMESPACE, name, names, "setting").text
        for name in given
        if name not in (*names, *UNSUPPORTED, "version", "pluginDownloadURL")
    ]
    known = {name: value for name, value in given.items() if value is not UNKNOWN}
    malformed = [
        f"{slots.setting(setting.name)} must be {_FORMS[setting.type]}"
        f"{'' if setting.is_secret else f', not {shown(known[setting.name])}'}."
        for setting in SETTINGS
        if setting.name in known and not _has_form(known[setting.name], setting.type)
    ]
    _, owners = parse_trusted_owners(known.get("trustedOwners"))
    unusable = () if malformed else read_configuration(given, environment).settings.faults
    return [*strange, *malformed, *owners, *unusable]


_FORMS: Final[Mapping[str, str]] = {"text": "a string", "number": "a number"}


def _has_form(value: Any, form: PropertyType) -> bool:
    """Whether a setting is what it must be; a stack's configuration has numbers as text. Others are read elsewhere."""
    if form == "text":
        return isinstance(value, str)
    return form != "number" or (isinstance(value, str | int | float) and not isinstance(value, bool))
