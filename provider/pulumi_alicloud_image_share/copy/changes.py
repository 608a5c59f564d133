"""Changes an image in place: its name, description, family and tags, in the fewest calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from ..cloud.model import Image
from ..errors import ImageShareError


class AttributeCalls(Protocol):
    """The calls of ECS that change an image in place; `ecs.Ecs` makes them."""

    def change_image(self, region: str, image_id: str, *, name: str, description: str, family: str) -> None:
        """Change what is not ""."""

    def tag_image(self, region: str, image_id: str, tags: Mapping[str, str]) -> None:
        """Set tags, at most 20."""

    def untag_image(self, region: str, image_id: str, keys: tuple[str, ...]) -> None:
        """Take tags away, at most 20."""


@dataclass(frozen=True)
class ImageAttributes:
    """What can be changed of an image in place. "" for a name, description or family that is not there."""

    name: str = ""
    description: str = ""
    family: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AttributeChange:
    """What to change of an image: what is not empty."""

    name: str = ""
    description: str = ""
    family: str = ""
    tag: Mapping[str, str] = field(default_factory=dict)
    untag: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != AttributeChange()

    def shows(self, image: Image) -> bool:
        """Whether the image is as this would make it."""
        return (
            self.name in ("", image.name)
            and self.description in ("", image.description)
            and self.family in ("", image.family)
            and self.tag.items() <= image.tags.items()
            and image.tags.keys().isdisjoint(self.untag)
        )

    def of(self, image: Image) -> Image:
        """The image as this makes it."""
        tags = {key: value for key, value in {**image.tags, **self.tag}.items() if key not in self.untag}
        return replace(
            image,
            name=self.name or image.name,
            description=self.description or image.description,
            family=self.family or image.family,
            tags=tags,
        )


@dataclass(frozen=True)
class Outcome:
    """What came of a change: what was changed, what was not, and why not."""

    done: tuple[str, ...]
    left: tuple[str, ...] = ()
    error: ImageShareError | None = None


def plan_change(have: ImageAttributes, want: ImageAttributes) -> AttributeChange:
    """From what an image has to what it should have. A name, description or family can't be taken away."""
    return AttributeChange(
        name=_new(have.name, want.name),
        description=_new(have.description, want.description),
        family=_new(have.family, want.family),
        tag={key: value for key, value in want.tags.items() if have.tags.get(key) != value},
        untag=tuple(sorted(have.tags.keys() - want.tags.keys())),
    )


def change_attributes(ecs: AttributeCalls, region: str, image_id: str, change: AttributeChange) -> Outcome:
    """Carry a change out: at most three calls, in an order that can be repeated."""
    steps = [step for step in _steps(ecs, region, image_id, change) if step[0]]
    done: list[str] = []
    for what, call in steps:
        try:
            call()
        except ImageShareError as error:
            return Outcome(tuple(done), tuple(what for what, _ in steps[len(done) :]), error)
        done.append(what)
    return Outcome(tuple(done))


def _steps(
    ecs: AttributeCalls, region: str, image_id: str, change: AttributeChange
) -> list[tuple[str, Callable[[], None]]]:
    new = {"name": change.name, "description": change.description, "family": change.family}
    # ECS allows 20 tags: those that go make room. The name comes last, since it says that a copy is finished.
    return [
        (_tags("taking away", change.untag), lambda: ecs.untag_image(region, image_id, change.untag)),
        (_tags("setting", tuple(sorted(change.tag))), lambda: ecs.tag_image(region, image_id, change.tag)),
        (_attributes(new), lambda: ecs.change_image(region, image_id, **new)),
    ]


def _attributes(new: Mapping[str, str]) -> str:
    changed = [name for name, value in new.items() if value]
    return f"setting {', '.join(changed)}" if changed else ""


def _new(had: str, wanted: str) -> str:
    return wanted if wanted != had else ""


def _tags(what: str, keys: tuple[str, ...]) -> str:
    return f"{what} the tag{'' if len(keys) == 1 else 's'} {', '.join(keys)}" if keys else ""
