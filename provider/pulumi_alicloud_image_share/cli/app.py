"""The commands of `image-share`: options in, a report out, and an exit code. Everything else is elsewhere."""

from __future__ import annotations

import importlib.metadata
import io
import json
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ..audit.adoption import adoption_data
from ..audit.adoption_text import adoption_text
from ..audit.audit import Question, take_audit
from ..audit.differences import compare
from ..audit.model import Audit, AuditedImage, Kind, Unseen
from ..audit.reading import look_at_one
from ..errors import Cancelled, ConfigError, ImageShareError
from ..values import Problem, parse_image_id, shown
from . import exits, options
from .connection import Options, connected, in_options, one_region, regions_of, settings_of
from .csv_report import csv_report
from .html_report import html_report
from .inputs import read_allowlist, read_states
from .json_report import access_data, difference_data, json_report
from .options import AccessFormat, AuditFormat
from .progress import steps_on
from .ram_policy import ram_policy
from .table_report import print_access, print_audit, print_difference, print_summary, report_console
from .writing import check_writable, write_whole

app = typer.Typer(
    name="image-share",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def run() -> None:
    """Run the command that the arguments name, and exit."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Names may have signs that the encoding of a terminal lacks.
            stream.reconfigure(errors="backslashreplace")
    app()


def _print_version(wanted: bool) -> None:
    if wanted:
        print(importlib.metadata.version("pulumi-alicloud-image-share"))
        raise typer.Exit(exits.CLEAN)


@app.callback()
def image_share(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """See who can launch the custom ECS images of your account, and what manages that. It reads, and changes nothing.

    It exits with 0 where nothing is wrong, 1 where something is, 2 where it could not look.
    """


@app.command()
def audit(
    region: options.Regions = None,
    all_regions: options.AllRegions = False,
    profile: options.Profile = None,
    assume_role: options.AssumeRole = None,
    endpoint: options.Endpoints = None,
    protocol: options.Protocol = None,
    retry_seconds: options.RetrySeconds = None,
    shared_only: options.SharedOnly = False,
    state: options.States = None,
    stack: options.Stacks = None,
    show_secrets: options.ShowSecrets = False,
    adopt: options.Adopt = False,
    allow: options.Allow = None,
    ignore: options.Ignore = None,
    strict: options.Strict = False,
    format: options.Format = AuditFormat.TABLE,
    output: options.Output = None,
    quiet: options.Quiet = False,
    policy: options.Policy = False,
) -> None:
    """Show every own image, who can launch it since when, which stack manages that, and what is wrong.

    It exits with 0 where nothing is wrong, 1 where something is, 2 where it could not look at all of it.

    For example: image-share audit --all-regions --allow accounts.yaml --stack prod --format html --output images.html
    """
    if policy:
        print(ram_policy())
        return
    how = Options(profile, assume_role, endpoint or (), protocol, retry_seconds)
    with _errors_told():
        if adopt and format not in (AuditFormat.TABLE, AuditFormat.JSON):
            raise ConfigError("--adopt prints text, or data with --format json: it has no other form.")
        if show_secrets and not stack:
            raise ConfigError(
                "--show-secrets is about --stack: `pulumi stack export --show-secrets` does it for a --state."
            )
        if output:
            check_writable(output)
        settings = settings_of(how, region or ())
        stacks = read_states(state or (), stack or (), show_secrets=show_secrets)
        allowed = read_allowlist(allow) if allow else None
        ignored = frozenset(Kind(kind.value) for kind in ignore or ())
        with (
            steps_on(_messages(quiet)) as steps,
            connected(settings, lambda text: steps.say(in_options(text))) as ecs,
        ):
            question = Question(
                regions_of(region or (), all_regions, settings, ecs), stacks, allowed, ignored, shared_only
            )
            found = _in_options(take_audit(ecs, question, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", steps))
        _report(found, format, output, adopt=adopt, quiet=quiet)
    raise typer.Exit(_exit_code(found, strict=strict))


@app.command()
def who(
    image: options.Image,
    region: options.Region = None,
    profile: options.Profile = None,
    assume_role: options.AssumeRole = None,
    endpoint: options.Endpoints = None,
    protocol: options.Protocol = None,
    retry_seconds: options.RetrySeconds = None,
    format: options.OneFormat = AccessFormat.TABLE,
) -> None:
    """Show who can launch one image, and since when.

    It exits with 0, or with 2 where it could not look.

    For example: image-share who m-bp1golden00000000001 --region cn-hangzhou
    """
    with _errors_told():
        image_region, image_id = _split(image, region)
        how = Options(profile, assume_role, endpoint or (), protocol, retry_seconds)
        seen = _look(how, image_region, image_id)
        if format is AccessFormat.JSON:
            print(json.dumps(access_data(seen), indent=2, ensure_ascii=False))
        else:
            print_access(report_console(), seen)


@app.command()
def diff(
    state: options.State,
    image: options.Image,
    region: options.Region = None,
    profile: options.Profile = None,
    assume_role: options.AssumeRole = None,
    endpoint: options.Endpoints = None,
    protocol: options.Protocol = None,
    retry_seconds: options.RetrySeconds = None,
    format: options.OneFormat = AccessFormat.TABLE,
) -> None:
    """Compare who can launch one image with what the state of a stack has.

    It exits with 0 where they are the same, 1 where they differ, 2 where it could not look.

    For example: pulumi stack export --stack prod | image-share diff - m-bp1golden00000000001
    """
    with _errors_told():
        image_region, image_id = _split(image, region)
        [stack] = read_states([state], ())
        managers = [m for m in stack.managers if m.image_id == image_id]
        if not managers:
            raise ConfigError(f"the state of {stack.stack} has no resource that shares image {image_id}.")
        if unknown := [manager for manager in managers if manager.accounts is None]:
            raise ConfigError(f"the accounts of {unknown[0].label} can't be compared. {unknown[0].why_unknown}")
        how = Options(profile, assume_role, endpoint or (), protocol, retry_seconds)
        seen = _look(how, image_region or managers[0].region, image_id)
        found = compare(seen, managers)
        if format is AccessFormat.JSON:
            print(json.dumps(difference_data(found), indent=2, ensure_ascii=False))
        else:
            print_difference(report_console(), found)
    raise typer.Exit(exits.FOUND if found.differs else exits.CLEAN)


def _look(how: Options, region: str, image_id: str) -> AuditedImage:
    """Look at one image, of that region or that of the environment."""
    settings = settings_of(how, [region] if region else [])
    with connected(settings, _say) as ecs:
        return look_at_one(ecs, one_region(settings), image_id)


def _in_options(found: Audit) -> Audit:
    """The audit with what the command line calls settings in what could not be looked at."""
    return replace(found, unseen=tuple(Unseen(unseen.what, in_options(unseen.why)) for unseen in found.unseen))


def _report(found: Audit, format: AuditFormat, output: Path | None, *, adopt: bool, quiet: bool) -> None:
    if format is AuditFormat.TABLE and not adopt and output is None:
        print_audit(report_console(), found)
        return
    text = _text_of(found, format, adopt=adopt)
    if output:
        write_whole(output, text)
    else:
        sys.stdout.write(text)
    if not quiet:
        print_summary(Console(stderr=True, highlight=False, markup=False), found)


def _text_of(found: Audit, format: AuditFormat, *, adopt: bool) -> str:
    if adopt:
        if format is AuditFormat.JSON:
            return json.dumps(adoption_data(found), indent=2, ensure_ascii=False) + "\n"
        return adoption_text(found).rstrip("\n") + "\n"
    if format is AuditFormat.TABLE:
        console = report_console(to_text=True)
        with console.capture() as captured:
            print_audit(console, found)
        return captured.get()
    form = {AuditFormat.JSON: json_report, AuditFormat.CSV: csv_report, AuditFormat.HTML: html_report}[format]
    return form(found)


def _exit_code(found: Audit, *, strict: bool) -> int:
    if found.unseen:
        return exits.COULD_NOT_LOOK
    return exits.FOUND if found.problems or (strict and found.notes) else exits.CLEAN


def _split(image: str, option: str | None) -> tuple[str, str]:
    """The region, "" for none, and the ID in the text for an image.

    Args:
        image: The text.
        option: The region of --region.

    Raises:
        ConfigError: It is no image's, or of another region than the option says.
    """
    region, _, image_id = image.rpartition(":")
    if region and option and region != option:
        raise ConfigError(f"{shown(image)} is in {region}, and --region is {option}: give one of them.")
    region = region or option or ""
    problems: list[Problem] = []
    parse_image_id(image_id, problems, "IMAGE")
    if problems:
        raise ConfigError(problems[0].sentence)
    return region, image_id


def _messages(quiet: bool) -> Console:
    return Console(stderr=True, quiet=quiet, highlight=False, markup=False)


def _say(text: str) -> None:
    print(in_options(text), file=sys.stderr)


@contextmanager
def _errors_told() -> Iterator[None]:
    """End the command with what went wrong on the standard error, and with a code that is none of a finding."""
    try:
        yield
        sys.stdout.flush()
    except Cancelled:
        print("error: interrupted before all was looked at. Nothing was written.", file=sys.stderr)
        raise typer.Exit(exits.CANCELLED) from None
    except ImageShareError as error:
        print(f"error: {in_options(error.text)}", file=sys.stderr)
        raise typer.Exit(exits.COULD_NOT_LOOK) from None
    except OSError as error:
        # Python would try to write the rest once more at its end.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, it lives as long as the process
        if not isinstance(error, BrokenPipeError):
            print(f"error: the report can't be written: {error.strerror or error}.", file=sys.stderr)
        raise typer.Exit(exits.COULD_NOT_LOOK) from None
    except typer.Exit:
        raise
    except Exception:
        traceback.print_exc()
        print("error: this is a fault of image-share itself: please report it with the lines above.", file=sys.stderr)
        raise typer.Exit(exits.COULD_NOT_LOOK) from None
