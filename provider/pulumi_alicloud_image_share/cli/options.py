"""The options that several commands have: their form, their help, and what they are put under in it."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated, Final

import typer

from ..audit.model import Kind

_CALLS: Final = "How to call ECS"
_STATES: Final = "What stacks manage"
_REPORT: Final = "The report"


class AuditFormat(enum.StrEnum):
    """The forms of an audit."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


class AccessFormat(enum.StrEnum):
    """The forms of what is said of one image."""

    TABLE = "table"
    JSON = "json"


FindingKind = enum.StrEnum("FindingKind", {kind.name: kind.value for kind in Kind})  # type: ignore[misc]
"""The findings, as options name them."""

Image = Annotated[str, typer.Argument(metavar="IMAGE", help="The ID of an own image: m-..., or REGION:m-....")]
State = Annotated[
    str,
    typer.Argument(metavar="STATE", help="A file that `pulumi stack export` wrote; - for the standard input."),
]
Region = Annotated[
    str | None,
    typer.Option(
        "--region",
        "-r",
        metavar="REGION",
        help="The ID of the image's region. Default: the variable ALIBABA_CLOUD_REGION.",
        rich_help_panel=_CALLS,
    ),
]
Regions = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        "-r",
        metavar="REGION",
        help="The ID of a region; may be given several times. Default: the variable ALIBABA_CLOUD_REGION.",
        rich_help_panel=_CALLS,
    ),
]
AllRegions = Annotated[
    bool, typer.Option("--all-regions", help="Look at all regions that ECS has.", rich_help_panel=_CALLS)
]
Profile = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="The profile of the Alibaba Cloud CLI whose account owns the images. Default: the credentials of the "
        "environment.",
        rich_help_panel=_CALLS,
    ),
]
AssumeRole = Annotated[
    str | None, typer.Option(metavar="ARN", help="The RAM role to assume first.", rich_help_panel=_CALLS)
]
Endpoints = Annotated[
    list[str] | None,
    typer.Option(
        "--endpoint",
        metavar="PRODUCT=HOST",
        help="Where ecs or sts is called, if not at the region's own address; may be given twice.",
        rich_help_panel=_CALLS,
    ),
]
Protocol = Annotated[str | None, typer.Option(metavar="HTTP|HTTPS", help="Default: HTTPS.", rich_help_panel=_CALLS)]
RetrySeconds = Annotated[
    float | None,
    typer.Option(
        metavar="SECONDS",
        help="How long a call is repeated while ECS is throttling, unreachable or broken. Default: 300.",
        rich_help_panel=_CALLS,
    ),
]
SharedOnly = Annotated[
    bool,
    typer.Option(
        "--shared-only",
        help="Ask who has access only to images that ECS lists as shared: a call fewer for each other image. Those "
        "that share groups alone have may be missed.",
        rich_help_panel=_CALLS,
    ),
]
Allow = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="The accounts that may have images: YAML or JSON, a list of account IDs or a mapping of names to account "
        "IDs. Any other account is a finding.",
        rich_help_panel=_REPORT,
    ),
]
States = Annotated[
    list[str] | None,
    typer.Option(
        "--state",
        metavar="FILE",
        help="A file that `pulumi stack export` wrote, or - for the standard input; may be given several times.",
        rich_help_panel=_STATES,
    ),
]
Stacks = Annotated[
    list[str] | None,
    typer.Option(
        "--stack",
        metavar="NAME",
        help="A stack to export with `pulumi`, from the backend that it is logged in to; may be given several times.",
        rich_help_panel=_STATES,
    ),
]
ShowSecrets = Annotated[
    bool,
    typer.Option("--show-secrets", help="Decrypt what is secret in the states of --stack.", rich_help_panel=_STATES),
]
Adopt = Annotated[
    bool,
    typer.Option(
        "--adopt",
        help="Print, instead of the report, programs and import commands that take over what no stack manages (with "
        "--format json: as data).",
        rich_help_panel=_STATES,
    ),
]
Format = Annotated[AuditFormat, typer.Option("--format", "-f", help="The form of the report.", rich_help_panel=_REPORT)]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write the report to a file instead of the standard output.",
        rich_help_panel=_REPORT,
    ),
]
Ignore = Annotated[
    list[FindingKind] | None,
    typer.Option(
        metavar="KIND",
        help=f"Leave findings of a kind out; may be given several times: {', '.join(kind.value for kind in Kind)}.",
        rich_help_panel=_REPORT,
    ),
]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Exit with 1 also for what is only worth knowing.", rich_help_panel=_REPORT),
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="Show no progress, and no summary beside a report.", rich_help_panel=_REPORT),
]
Policy = Annotated[
    bool,
    typer.Option("--policy", help="Print the RAM policy that this command needs, and call nobody."),
]
OneFormat = Annotated[AccessFormat, typer.Option("--format", "-f", help="The form of the answer.")]
