"""What takes over the shared images that nobody manages, as a text for a terminal. Pure.

All that is neither a command nor a program is a comment, so that whatever is pasted does no harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from . import programs
from .adoption import (
    Adoption,
    adoptions,
    import_file_of_all,
    is_managed_whole,
    left_out,
    python_of_all,
    yaml_of_all,
)
from .model import Audit

# No line of the file that stands before it is this.
_END = "END"


def adoption_text(audit: Audit) -> str:
    """What to do, then each image's import and programs, then how to do all at once, then what is left out and why."""
    found = adoptions(audit)
    parts = [_head(audit, found), *map(_of_one, found)]
    if len(found) > 1:
        parts.append(_of_all(found))
    parts += _left_out(audit)
    return "\n".join(parts)


def _head(audit: Audit, found: Sequence[Adoption]) -> str:
    return "".join(_comments(_said_first(audit, found)))


def _said_first(audit: Audit, found: Sequence[Adoption]) -> Iterator[str]:
    owner = f"account {audit.account_id}" if audit.account_id else "this account"
    if found:
        images = "1 shared image" if len(found) == 1 else f"{len(found)} shared images"
        yield f"Take over {images} of {owner}: in the project of a stack that runs as this account,"
        yield "1. run the import: it changes the stack's state, and nothing in the cloud;"
        yield "2. put the program in, the YAML or the Python one;"
        yield "3. run `pulumi preview`: it shows no change, or what has changed since this audit."
        yield "From then on the program says who has access."
    else:
        yield f"No shared image of {owner} is left to take over."
    if not audit.stacks:
        yield "No state of a stack was given: what a stack manages already counts as managed by nobody."
    for unseen in audit.unseen:
        yield f"Not looked at: {unseen.what}: {unseen.why}"


def _of_one(adoption: Adoption) -> str:
    seen = adoption.image.image
    # Without the image's name: a shell that takes no comments would run what whoever named it wrote there.
    heads = _comments([f"{'-' * 8} {adoption.name}: {seen.image_id} in {seen.region}"])
    return "".join([*heads, "\n", adoption.import_command, "\n", *_programs(adoption.yaml, adoption.python)])


def _of_all(found: Sequence[Adoption]) -> str:
    parts = [
        *_comments([f"{'-' * 8} All {len(found)} at once"]),
        f"\ncat > {programs.IMPORT_FILE} <<'{_END}'\n{import_file_of_all(found)}{_END}\n",
        f"{programs.import_all_command()}\n",
        *_programs(yaml_of_all(found), python_of_all(found)),
    ]
    return "".join(parts)


def _programs(in_yaml: str, in_python: str) -> Iterable[str]:
    return ["\n# Pulumi.yaml\n", in_yaml, "\n# __main__.py\n", in_python]


def _left_out(audit: Audit) -> list[str]:
    found = left_out(audit)
    if not found:
        return []
    lines = [
        f"{image.image.image_id} in {image.image.region}: {sentence}"
        for image, sentence in found
        if not is_managed_whole(image)
    ]
    managed = len(found) - len(lines)
    if managed:
        lines.append(f"{managed} image{'' if managed == 1 else 's'} that a stack manages already.")
    return ["".join(_comments([f"{'-' * 8} Left out", *lines]))]


def _comments(lines: Iterable[str]) -> Iterator[str]:
    return (f"# {programs.comment(line)}\n" for line in lines)
