"""What takes over the shared images that nobody manages: names, programs, imports, and what can't be taken over. Pure.

An import writes into a stack's state who has access today, and changes nothing in the cloud. The programs say the same,
so that the next preview is empty.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..accounts import plainly_listed
from ..resource.names import resource_id
from ..share.record import DEFAULT_MAX_ACCOUNTS
from ..values import shown
from . import programs
from .model import Audit, AuditedImage

# A name in a program of YAML that means something else.
_RESERVED: Final = frozenset({"pulumi"})


@dataclass(frozen=True)
class Adoption:
    """An image that can be taken over, and all that it takes.

    Attributes:
        image: The image, and who has access.
        name: The resource's name in the program, and no other's of the audit.
        resource_id: What the import is told to import: ``<region>:<image ID>``.
        import_command: The import, for a shell.
        yaml: The part of Pulumi.yaml that has the resource and no other.
        python: The program in Python that has the resource and no other.
        share: What both programs say.
    """

    image: AuditedImage
    name: str
    resource_id: str
    import_command: str
    yaml: str
    python: str
    share: programs.Share


def adoptions(audit: Audit) -> tuple[Adoption, ...]:
    """All images that other accounts have access to and that no stack of the audit manages, in its order."""
    images = [image for image in audit.images if image.accounts and not _why_left_out(image, audit.names)]
    managers = {manager.resource for image in audit.images for manager in image.managers}
    names = _names(images, audit.resource_names | managers)
    return tuple(map(lambda image, name: _adoption(image, name, audit.names), images, names))


def left_out(audit: Audit) -> tuple[tuple[AuditedImage, str], ...]:
    """The images that somebody may have access to and that can't, or need not, be taken over, each with why."""
    why = ((image, _why_left_out(image, audit.names)) for image in audit.images)
    return tuple((image, sentence) for image, sentence in why if sentence)


def is_managed_whole(image: AuditedImage) -> bool:
    """Whether stacks of the audit manage everybody who has access to the image, so that nothing is left to adopt."""
    if any(manager.exclusive for manager in image.managers):
        return True
    return bool(image.managers) and image.is_seen and _rest(image) == set()


def yaml_of_all(found: Iterable[Adoption]) -> str:
    """The part of Pulumi.yaml that has all of them."""
    return programs.yaml_program(adoption.share for adoption in found)


def python_of_all(found: Iterable[Adoption]) -> str:
    """The program in Python that has all of them."""
    return programs.python_program(adoption.share for adoption in found)


def import_file_of_all(found: Iterable[Adoption]) -> str:
    """The file by which one `pulumi import --file` takes over all of them."""
    return programs.import_file((adoption.name, adoption.resource_id) for adoption in found)


def adoption_data(audit: Audit) -> dict[str, Any]:
    """All of it as data, which is itself a file for `pulumi import --file`: the import reads "resources" alone."""
    found = adoptions(audit)
    return {
        "resources": programs.import_entries((adoption.name, adoption.resource_id) for adoption in found),
        "programs": {"yaml": yaml_of_all(found), "python": python_of_all(found)} if found else {},
        "adoptions": [
            {
                "region": adoption.image.image.region,
                "imageId": adoption.image.image.image_id,
                "name": adoption.name,
                "importCommand": adoption.import_command,
                "yaml": adoption.yaml,
                "python": adoption.python,
            }
            for adoption in found
        ],
        "leftOut": [
            {"region": image.image.region, "imageId": image.image.image_id, "why": sentence}
            for image, sentence in left_out(audit)
        ],
    }


def _adoption(image: AuditedImage, name: str, names: Mapping[str, str]) -> Adoption:
    seen, count = image.image, len(image.accounts)
    share = programs.Share(
        name=name,
        region=seen.region,
        image_id=seen.image_id,
        accounts=[(account_id, names.get(account_id, "")) for account_id in sorted(image.accounts)],
        max_accounts=count if count > DEFAULT_MAX_ACCOUNTS else None,
        remarks=(f"{shown(seen.name)}, shared with {count} account{'' if count == 1 else 's'}.", *_cautions(image)),
    )
    id = resource_id(seen.region, seen.image_id)
    return Adoption(
        image=image,
        name=name,
        resource_id=id,
        import_command=programs.import_command(name, id),
        yaml=programs.yaml_program([share]),
        python=programs.python_program([share]),
        share=share,
    )


def _cautions(image: AuditedImage) -> list[str]:
    """What does not stand in the way of an import, and will in that of a later change."""
    seen, found = image.image, []
    if seen.product_code:
        found.append("Based on a Marketplace image: to add accounts, allow it (allowMarketplaceBased).")
    if seen.encrypted:
        found.append("Encrypted: accounts can be added where that is with a key of your own, and not the service key.")
    if seen.status == "Deprecated":
        found.append("Deprecated: accounts can be added once it is Available.")
    elif seen.status != "Available":
        found.append(f"Its status is {shown(seen.status)}: who has access can be changed once it is Available.")
    if image.groups:
        found.append(f"Share groups have it too, which ImageShare does not manage: {', '.join(image.groups)}.")
    return found


def _why_left_out(image: AuditedImage, names: Mapping[str, str]) -> str:
    """Why there is nothing to take over, "" where there is, or where nobody else has access."""
    if image.managers:
        return _managed(image, names)
    if image.leaving:
        return f"an update of {image.leaving[0].label} was to unshare it: end that first, with `pulumi up`."
    if not image.is_seen:
        return "who has access could not be seen: run the audit again."
    if image.image.is_public:
        return (
            "a community image, which every account can use: unpublish it first; then share it with the accounts that "
            "need it."
        )
    if image.groups and not image.accounts:
        return f"only share groups have access, which ImageShare does not manage: {', '.join(image.groups)}."
    return ""


def _managed(image: AuditedImage, names: Mapping[str, str]) -> str:
    labels = ", ".join(manager.label for manager in image.managers)
    verb = "manages" if len(image.managers) == 1 else "manage"
    if is_managed_whole(image):
        return f"{labels} {verb} it already."
    if not image.is_seen:
        return f"{labels} {verb} accounts of it, and who else has access could not be seen: run the audit again."
    others = "An import would take over the accounts of others too: add the rest there instead"
    rest = _rest(image)
    if rest is None:
        return f"{labels} {verb} accounts of it, which are secret. {others}, if there is any."
    return f"{labels} {verb} only some of its accounts. {others}: {plainly_listed(rest, names)}."


def _rest(image: AuditedImage) -> set[str] | None:
    """The accounts that have access and that none of its managers has, None where that is secret."""
    rest = set(image.accounts)
    for manager in image.managers:
        if manager.accounts is None:
            return None
        rest -= manager.accounts
    return rest


def _names(images: Sequence[AuditedImage], taken: Collection[str]) -> list[str]:
    """A name for each: the image's; where several have it, with the region; where that is not enough, with the ID."""
    refused = _RESERVED.union(taken)
    ways = [_ways_to_name(image) for image in images]
    chosen = [0] * len(ways)
    while True:
        names = [way[choice] for way, choice in zip(ways, chosen, strict=True)]
        counts = Counter(names)
        again = [
            position
            for position, name in enumerate(names)
            if (counts[name] > 1 or name in refused) and chosen[position] + 1 < len(ways[position])
        ]
        if not again:
            return names
        for position in again:
            chosen[position] += 1


def _ways_to_name(image: AuditedImage) -> list[str]:
    seen = image.image
    short = _plain(seen.name) or _plain(seen.image_id)
    # Without a letter at its head it might be a number to YAML.
    short = short if short[:1].isalpha() else f"image-{short}"
    with_region = f"{short}-{_plain(seen.region)}"
    with_id = f"{with_region}-{_plain(seen.image_id)}"
    digest = hashlib.sha256(resource_id(seen.region, seen.image_id).encode()).hexdigest()
    return [short, with_region, with_id, f"{with_id}-{digest[:12]}"]


def _plain(text: str) -> str:
    """The text in lower-case letters, digits and dashes, as far as there are any in it."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")
