"""What every command must keep, whatever happens: the rules of shares, judged from what ECS was truly asked to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from support import protocol
from support.mini_engine import MiniStack
from support.mini_program import Change, Failure
from support.witness import Accounts, Modified


@dataclass
class Outcome:
    """A command that is over.

    Attributes:
        stack: The stack whose command it was.
        failures: What failed.
        modified: What ECS was asked to do.
        before: Image ID to who had access before.
        live: Image ID to who has access now.
        calm: Whether nobody else acted meanwhile and lists were not late.
        is_dead: Whether the provider was killed in it.
        console_shared: Image ID to whom somebody shared with in the console meanwhile.
        console_lost: Image ID to whom somebody unshared from in the console, meanwhile or just before.
    """

    stack: MiniStack
    failures: Sequence[Failure]
    modified: Sequence[Modified]
    before: Mapping[str, Accounts]
    live: Mapping[str, Accounts]
    calm: bool
    is_dead: bool
    console_shared: Mapping[str, set[str]] = field(default_factory=dict)
    console_lost: Mapping[str, set[str]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All that the user reads of failures."""
        return "\n".join(failure.text for failure in self.failures)


def net(modified: Iterable[Modified], image: str, live: Accounts) -> tuple[Accounts, Accounts]:
    """Who gained and who lost access by these calls, taken together, but for what others undid."""
    gained, lost = Accounts(), Accounts()
    for done in modified:
        if done.image == image:
            gained, lost = (gained | (done.gained - lost)) - done.lost, (lost | (done.lost - gained)) - done.gained
    return gained & live, lost - live


def check_each_change(outcome: Outcome) -> None:
    """Nobody loses access unshown, nobody gains it unlisted, and what a failure leaves is named."""
    for failure in outcome.failures:
        is_ours = protocol.frontend == "plugin" or "\npulumi_alicloud_image_share." in failure.text
        is_ours = is_ours and failure.text.count("Traceback") == (protocol.frontend == "dynamic")
        assert failure.step in ("check", "run") or is_ours, f"not an error of the package: {failure.text}"
    for number, change in enumerate(outcome.stack.changes):
        calls = [done for done in outcome.modified if done.change == number]
        mine = [item for item in outcome.failures if (item.step, item.urn) == (change.step, change.urn)]
        _check_calls(outcome, change, calls, failed=bool(mine))
        if mine:
            _check_what_is_left(outcome, change, calls, mine[0].text)


def _check_calls(outcome: Outcome, change: Change, calls: Sequence[Modified], *, failed: bool) -> None:
    shown = outcome.stack.shown.leaving[change.image_id]
    added, lost = set[str](), set[str]()
    for done in calls:
        assert done.image == change.image_id
        unshown = done.lost - shown - (added if failed else set())
        assert not unshown, f"unshared, and shown by no preview: {sorted(unshown)}"
        unlisted = done.gained - change.wanted - (lost if failed else set())
        assert not unlisted, f"shared, and listed by no resource: {sorted(unlisted)}"
        added |= done.add
        lost |= done.lost
        share = outcome.stack.checked.get(change.urn)
        if share and outcome.calm and done.gained - outcome.before[done.image]:
            assert done.count <= share.max_accounts, "over the limit"


def _check_what_is_left(outcome: Outcome, change: Change, calls: Sequence[Modified], text: str) -> None:
    image = change.image_id
    gained, lost = net(calls, image, outcome.live[image])
    entries = [item.accounts for item in outcome.stack.resources if item.image_id == image and not item.is_deleted]
    told = named(text).union(*entries)
    if outcome.calm:
        assert gained <= told, f"left shared, neither named nor in the state: {text}"
    # Who had access before, and lost it in the console at that very moment, may have got it back, also where lists are
    # late and still show that it had it.
    gained -= outcome.before[image] | (set() if outcome.calm else outcome.console_lost.get(image, set()))
    assert gained <= told, f"left shared, not named: {text}"
    added = Accounts().union(*(done.add for done in calls))
    # Who got access here and in the console at one moment may lose it when this is taken back: not whom the state has.
    twice = Accounts() if outcome.calm else added - change.had
    excused = named(text) | stays_unshared(outcome, image, text) | twice
    assert lost <= excused, f"left unshared, not named: {text}"


def named(text: str) -> Accounts:
    """The accounts that an error names as left with or without access."""
    return frozenset(re.findall(r"^  - .*?(\d{16})\)?$", text, re.MULTILINE))


def stays_unshared(outcome: Outcome, image: str, text: str) -> Accounts:
    """What ECS accepted and is slow to show stays unshared."""
    return frozenset(outcome.stack.shown.leaving[image]) if "it does not show" in text else Accounts()


def lost_though_listed(outcome: Outcome, image: str) -> Accounts:
    """Who lost access though the state still lists it: nobody, unless an error says so."""
    _, lost = net(outcome.modified, image, outcome.live[image])
    in_state = Accounts().union(*(item.accounts for item in outcome.stack.managed if item.image_id == image))
    return (lost & in_state) - named(outcome.text) - stays_unshared(outcome, image, outcome.text)


def kept_though_shown_leaving(outcome: Outcome) -> Accounts:
    """Who kept access after a success though the command said that it would lose it, and no resource lists it."""
    kept = Accounts()
    for change in outcome.stack.changes:
        image = change.image_id
        listed = Accounts().union(*(item.accounts for item in outcome.stack.managed if item.image_id == image))
        console = outcome.console_shared.get(image, set())
        kept |= ((change.had - change.wanted) & outcome.live[image]) - listed - console
    return kept
