"""The cloud that random programs share, with a console in other hands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ecs_emulator import Emulator
from support.troubles import NEVER, Act, Trouble
from support.witness import Accounts, Witness

REGION = "cn-hangzhou"


@dataclass
class Knowledge:
    """What a stack can't know without a refresh."""

    unseen: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Image ID to the accounts that others took access from, or of which an error said that they may have lost it."""
    told_to_refresh: bool = False

    def refreshed(self) -> None:
        self.unseen.clear()
        self.told_to_refresh = False


class CloudInOtherHands:
    """Two images, and people who share and unshare them in the console."""

    def __init__(self, ecs: Emulator, witness: Witness) -> None:
        self.ecs = ecs
        self.witness = witness
        self.images = [ecs.golden_image_id, ecs.image("golden-next").id]
        self.stacks: list[Knowledge] = []
        # What was done in the console since `forget_acts`.
        self.lost: defaultdict[str, set[str]] = defaultdict(set)
        self.shared: defaultdict[str, set[str]] = defaultdict(set)

    def forget_acts(self) -> None:
        self.lost.clear()
        self.shared.clear()

    def live(self) -> dict[str, Accounts]:
        """Image ID to who has access."""
        return {image: self.witness.live(image) for image in self.images}

    def exists(self, image: str) -> bool:
        return self.ecs.cloud.images.find(REGION, image) is not None

    def make(self, trouble: Trouble) -> None:
        """Let lies and faults be in force."""
        # What was done before shows by now; what lags is what happens from here on.
        self.ecs.cloud.clock.advance(2 * NEVER)
        for name, value in trouble.lies.items():
            setattr(self.ecs.faults, name, value)
        for fault in trouble.faults:
            self.ecs.faults.add(**fault)

    def act(self, act: Act) -> None:
        """Do in the console as ECS allows."""
        found = self.ecs.cloud.images.find(REGION, self.images[act.place])
        if found is None:
            return
        before = frozenset(found.shares.current)
        room = self.ecs.cloud.accounts.get("owner").share_quota - len(before)
        new = [account for account in act.share if account not in before][: max(0, room)]
        if found.status == "Available":
            self.ecs.console.share(REGION, found.id, *new)
            self.shared[found.id] |= set(new)
        self.ecs.console.unshare(REGION, found.id, *act.unshare)
        self.lose(self.stacks, found.id, before - self.witness.live(found.id))
        self.lost[found.id] |= set(act.unshare)

    def delete_or_deprecate_or_bring_back(self, place: int, *, delete: bool) -> None:
        image = self.ecs.cloud.images.find(REGION, self.images[place])
        if image is None:
            self.ecs.console.create_image(REGION, image_id=self.images[place])
        elif image.status == "Deprecated":
            self.ecs.console.undeprecate(REGION, image.id)
        elif delete:
            self.lose(self.stacks, image.id, self.witness.live(image.id))
            self.ecs.console.delete_image(REGION, image.id)
        elif not image.shares.current:
            self.ecs.console.deprecate(REGION, image.id)

    def lose(self, stacks: Iterable[Knowledge], image: str, lost: Iterable[str]) -> None:
        """Let these stacks not know that accounts have lost access."""
        for stack in stacks:
            stack.unseen[image] |= set(lost)
