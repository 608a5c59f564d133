"""Random programs against random faults and a console in other hands: what holds whatever happens.

The provider is the real process; the engine is the small one of `support.mini_engine`. IMAGE_SHARE_SOAK_EXAMPLES says
how many examples to run.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from ecs_emulator import Emulator
from support.mini_engine import Failed, MiniStack, Share
from support.moving_world import NewsClock
from support.protocol import Provider, running_provider

SOAK = "IMAGE_SHARE_SOAK_EXAMPLES" in os.environ
EXAMPLES = int(os.environ.get("IMAGE_SHARE_SOAK_EXAMPLES", "60"))
STEPS = 15

REGION = "cn-hangzhou"
POOL = [str(2000000000000001 + n) for n in range(12)]
MODIFY, LIST, IMAGES = "ModifyImageSharePermission", "DescribeImageSharePermission", "DescribeImages"
LAG, NEVER = 0.15, 3600.0

Accounts = frozenset[str]

accounts = st.one_of(st.sets(st.sampled_from(POOL), min_size=1, max_size=5), st.sets(st.sampled_from(POOL), min_size=9))
few_accounts = st.sets(st.sampled_from(POOL), min_size=1, max_size=4).map(sorted)
passing_faults = st.builds(
    dict,
    kind=st.sampled_from(
        ["throttle", "unavailable", "internal_error", "drop_before", "drop_after", "truncate", "garbage"]
    ),
    action=st.sampled_from([MODIFY, MODIFY, LIST, IMAGES]),
    after=st.integers(0, 2),
    times=st.just(1),
)
final_faults = st.one_of(
    st.builds(
        dict,
        kind=st.just("error"),
        code=st.just("Forbidden.RAM"),
        status=st.just(403),
        action=st.sampled_from([MODIFY, MODIFY, MODIFY, LIST]),
        after=st.integers(0, 2),
        times=st.sampled_from([1, 1, None]),
    ),
    st.builds(
        dict,
        kind=st.sampled_from(["drop_after", "garbage", "throttle"]),
        action=st.just(MODIFY),
        after=st.integers(0, 2),
    ),
)
faults = st.one_of(
    st.just([]),
    st.lists(passing_faults, min_size=1, max_size=2),
    st.lists(final_faults, min_size=1, max_size=1),
    st.lists(final_faults, min_size=1, max_size=1),
)
lies = st.one_of(
    st.just({}),
    st.just({}),
    st.just({"visibility_lag_s": LAG}),
    st.fixed_dictionaries(
        {},
        optional={
            "visibility_lag_s": st.sampled_from([LAG, NEVER]),
            "page_size_cap": st.sampled_from([1, 5, 10]),
            "list_twice": st.integers(1, 5),
            "total_count_offset": st.sampled_from([-20, -1, 1]),
        },
    ),
)


@dataclass(frozen=True)
class Act:
    """Somebody does this in the console."""

    place: int
    share: list[str]
    unshare: list[str]


acts = st.builds(Act, st.integers(0, 1), st.one_of(st.just([]), few_accounts), st.one_of(st.just([]), few_accounts))
maybe_acts = st.one_of(st.none(), st.none(), acts)


@dataclass(frozen=True)
class Trouble:
    """All that goes wrong while a command runs."""

    faults: list[dict[str, Any]] = field(default_factory=list)
    lies: dict[str, Any] = field(default_factory=dict)
    just_before: Act | None = None
    """What somebody does in the console after the preview; where reads lag, the command does not see it."""
    meanwhile: Act | None = None
    """What somebody does in the console in the middle of it, before call number `at`."""
    at: int = 0


troubles = st.one_of(
    st.just(Trouble()),
    st.builds(Trouble, faults, lies, maybe_acts, st.none()),
    st.builds(Trouble, faults, lies, st.none(), maybe_acts, st.integers(1, 8)),
)


@dataclass
class Modified:
    """What one ModifyImageSharePermission call did, as it truly was."""

    image: str
    add: Accounts
    gained: Accounts
    lost: Accounts
    count: int


class Witness:
    """Sees each call as ECS carries it out, and acts in the console in the middle of a command."""

    def __init__(self, ecs: Emulator) -> None:
        self._ecs = ecs
        self._answer = ecs.gateway.answer
        self.modified: list[Modified] = []
        self.calls = 0
        self._at, self._act = 0, lambda: None
        ecs.gateway.answer = self._see  # type: ignore[method-assign]

    def begin(self, at: int = 0, act: Callable[[], None] = lambda: None) -> None:
        """Forget what was seen; let `act` happen before call number `at`."""
        self.modified, self.calls = [], 0
        self._at, self._act = at, act

    def live(self, image: str) -> Accounts:
        """Who has access, as it truly is; nobody where the image is gone."""
        found = self._ecs.cloud.images.find(REGION, image)
        return frozenset(found.shares.current) if found else frozenset()

    def _see(self, admitted: Any) -> Any:
        self.calls += 1
        if self.calls == self._at:
            self._act()
        if admitted.name != MODIFY:
            return self._answer(admitted)
        params = admitted.params.raw
        image = params["ImageId"]
        add, remove = (
            [params[key] for key in params if key.startswith(kind)] for kind in ("AddAccount.", "RemoveAccount.")
        )
        assert len(add) <= 10, add
        assert len(remove) <= 10, remove
        before = self.live(image)
        reply = self._answer(admitted)
        after = self.live(image)
        self.modified.append(Modified(image, frozenset(add), after - before, before - after, len(after)))
        return reply


class World(RuleBasedStateMachine):
    """Two stacks, each with a program that shares one of two images, and a console."""

    examples = 0

    def __init__(self, ecs: Emulator, provider: Provider, witness: Witness) -> None:
        super().__init__()
        self.ecs, self.witness = ecs, witness
        World.examples += 1
        ecs.reset()
        ecs.console.set_share_quota("owner", 12)
        self.images = [ecs.golden_image_id, ecs.image("golden-next").id]
        self.stacks = [MiniStack(provider), MiniStack(provider)]
        self.programs: list[Share] = []
        # What each stack can't know without a refresh, by image: accounts that others took access from, or of which
        # an error said that they may have lost it.
        self.unseen: list[defaultdict[str, set[str]]] = [defaultdict(set), defaultdict(set)]
        self.told_to_refresh = [False, False]
        self.lost_meanwhile: defaultdict[str, set[str]] = defaultdict(set)

    @initialize(first=accounts, second=accounts, exclusive=st.booleans(), apart=st.booleans())
    def write(self, first: set[str], second: set[str], exclusive: bool, apart: bool) -> None:
        """Write two programs: one exclusive share each of its own image, or two that share one."""
        self.programs = [
            Share(self.images[0], dict.fromkeys(first, ""), exclusive, max_accounts=20),
            Share(self.images[apart], dict.fromkeys(second, ""), exclusive and apart, max_accounts=20),
        ]
        self._deploy(0, Trouble())
        self._deploy(1, Trouble())

    # What people do to the programs.

    @rule(who=st.integers(0, 1), comes=few_accounts, goes=few_accounts, trouble=troubles)
    def change_accounts(self, who: int, comes: list[str], goes: list[str], trouble: Trouble) -> None:
        listed = {id: name for id, name in self.programs[who].accounts.items() if id not in goes}
        name = "" if not listed or "" in listed.values() else "new-{}"
        self._edit(who, accounts={**listed, **{id: listed.get(id, name.format(id)) for id in comes}})
        self._deploy(who, trouble)

    @rule(who=st.integers(0, 1), wanted=accounts, trouble=troubles)
    def list_others(self, who: int, wanted: set[str], trouble: Trouble) -> None:
        self._edit(who, accounts=dict.fromkeys(wanted, ""))
        self._deploy(who, trouble)

    @rule(who=st.integers(0, 1), prefix=st.sampled_from(["team", "unit", ""]), trouble=troubles)
    def rename_accounts(self, who: int, prefix: str, trouble: Trouble) -> None:
        self._edit(who, accounts={id: prefix and f"{prefix}-{id}" for id in self.programs[who].accounts})
        self._deploy(who, trouble)

    @rule(who=st.integers(0, 1), image=st.integers(0, 1), trouble=troubles)
    def replace_the_image(self, who: int, image: int, trouble: Trouble) -> None:
        self._edit(who, image_id=self.images[image])
        self._deploy(who, trouble)

    @rule(who=st.integers(0, 1), trouble=troubles)
    def rename_the_resource(self, who: int, trouble: Trouble) -> None:
        self._edit(who, resource="silver" if self.programs[who].resource == "golden" else "golden")
        self._deploy(who, trouble)

    @rule(
        who=st.integers(0, 1),
        exclusive=st.booleans(),
        limit=st.sampled_from([6, 12, 20]),
        percent=st.sampled_from([30, 100]),
        trouble=troubles,
    )
    def change_limits(self, who: int, exclusive: bool, limit: int, percent: int, trouble: Trouble) -> None:
        self._edit(who, exclusive=exclusive, max_accounts=limit, max_unshare_percent=percent)
        self._deploy(who, trouble)

    # What people do with the stacks.

    @rule(who=st.integers(0, 1), trouble=troubles)
    def deploy(self, who: int, trouble: Trouble) -> None:
        self._deploy(who, trouble)

    @rule(who=st.integers(0, 1), trouble=troubles)
    def refresh(self, who: int, trouble: Trouble) -> None:
        with self._watched(who, trouble) as seen:
            self.stacks[who].refresh()
        assert self.witness.modified == []
        if not seen:
            self._refreshed(who)

    @rule(who=st.integers(0, 1), trouble=troubles)
    def destroy(self, who: int, trouble: Trouble) -> None:
        stack = self.stacks[who]
        if not stack.resources:
            self._deploy(who, Trouble())
        with self._watched(who, trouble) as failed:
            stack.destroy()
        assert bool(failed) == bool(stack.resources)

    @rule(who=st.integers(0, 1))
    def bring_to_order(self, who: int) -> None:
        self._converge(who)

    # What others do to the cloud.

    @rule(act=acts)
    def act_in_the_console(self, act: Act) -> None:
        self._act(act)

    @rule(quota=st.sampled_from([6, 12, 30]))
    def change_the_quota(self, quota: int) -> None:
        self.ecs.console.set_share_quota("owner", quota)

    @rule(place=st.integers(0, 1), delete=st.booleans())
    def delete_or_deprecate_an_image_or_bring_it_back(self, place: int, delete: bool) -> None:
        image = self.ecs.cloud.images.find(REGION, self.images[place])
        if image is None:
            self.ecs.console.create_image(REGION, image_id=self.images[place])
        elif image.status == "Deprecated":
            self.ecs.console.undeprecate(REGION, image.id)
        elif delete:
            self._lose(range(2), image.id, self.witness.live(image.id))
            self.ecs.console.delete_image(REGION, image.id)
        elif not image.shares.current:
            self.ecs.console.deprecate(REGION, image.id)

    def teardown(self) -> None:
        if self.programs:
            self._converge(0)
            self._converge(1)

    # How it is done, and what must hold.

    def _edit(self, who: int, **changes: Any) -> None:
        self.programs[who] = replace(self.programs[who], **changes)

    def _act(self, act: Act) -> None:
        """Do as ECS allows."""
        found = self.ecs.cloud.images.find(REGION, self.images[act.place])
        if found is None:
            return
        before = frozenset(found.shares.current)
        room = self.ecs.cloud.accounts.get("owner").share_quota - len(before)
        new = [account for account in act.share if account not in before][: max(0, room)]
        if found.status == "Available":
            self.ecs.console.share(REGION, found.id, *new)
        self.ecs.console.unshare(REGION, found.id, *act.unshare)
        lost = before - self.witness.live(found.id)
        self._lose(range(2), found.id, lost)
        self.lost_meanwhile[found.id] |= lost

    def _lose(self, stacks: Iterable[int], image: str, lost: Iterable[str]) -> None:
        for who in stacks:
            self.unseen[who][image] |= set(lost)

    def _refreshed(self, who: int) -> None:
        self.unseen[who].clear()
        self.told_to_refresh[who] = False

    def _make(self, trouble: Trouble) -> None:
        # What was done before shows by now; what lags is what happens from here on.
        self.ecs.cloud.clock.advance(2 * NEVER)
        for name, value in trouble.lies.items():
            setattr(self.ecs.faults, name, value)
        for fault in trouble.faults:
            self.ecs.faults.add(**fault)

    @contextmanager
    def _watched(self, who: int, trouble: Trouble) -> Iterator[list[Failed]]:
        """Run a command of a stack in trouble, and look at what it did; says whether it failed."""
        self._make(trouble)
        if trouble.just_before:
            self._act(trouble.just_before)
        self.lost_meanwhile.clear()
        acted = False

        def meanwhile() -> None:
            nonlocal acted
            acted = True
            if trouble.meanwhile:
                self._act(trouble.meanwhile)

        before = {image: self.witness.live(image) for image in self.images}
        self.witness.begin(trouble.at if trouble.meanwhile else 0, meanwhile)
        failed: list[Failed] = []
        try:
            yield failed
        except Failed as failure:
            failed.append(failure)
        finally:
            self.ecs.faults.clear()
        self._check_what_was_done(who, failed, before, calm=not acted and "visibility_lag_s" not in trouble.lies)

    def _check_what_was_done(self, who: int, failed: list[Failed], before: dict[str, Accounts], *, calm: bool) -> None:
        shown, text = self.stacks[who].shown, str(failed[0]) if failed else ""
        named = set(re.findall(r"^  - .*?(\d{16})\)?$", text, re.MULTILINE))
        added: dict[str, set[str]] = defaultdict(set)
        for done in self.witness.modified:
            taken_back = added[done.image] if failed else set()
            unshown = done.lost - shown.leaving[done.image] - taken_back
            assert not unshown, f"unshared, and shown by no preview: {sorted(unshown)}"
            added[done.image] |= done.add
            if calm and done.gained - before[done.image]:
                assert done.count <= self.programs[who].max_accounts, "over the limit"
        for image in self.images:
            gained, lost = self._net(image)
            self._lose({1 - who}, image, lost)
            if failed and failed[0].step in ("create", "update", "delete"):
                # A replacement may have done what comes before its delete.
                done_before = self.programs[who].accounts.keys() if failed[0].step == "delete" else set()
                assert gained - done_before <= named, f"left shared, not named: {text}"
                # What ECS accepted and is slow to show stays unshared.
                stays_unshared = shown.leaving[image] if "it does not show" in text else set()
                # Who got access here and in the console at one moment may lose it when this is taken back.
                twice = set() if calm else added[image]
                assert lost <= named | stays_unshared | twice, f"left unshared, not named: {text}"
                self._lose({who}, image, lost)
        if "--refresh" in text:
            self.told_to_refresh[who] = True

    def _net(self, image: str) -> tuple[set[str], set[str]]:
        """Who gained and who lost access by the calls of the command, taken together, but for what others undid."""
        gained: set[str] = set()
        lost: set[str] = set()
        for done in self.witness.modified:
            if done.image == image:
                gained, lost = (gained | (done.gained - lost)) - done.lost, (lost | (done.lost - gained)) - done.gained
        live = self.witness.live(image)
        return gained & live, lost - live

    def _deploy(self, who: int, trouble: Trouble) -> None:
        """Preview in peace, then update in trouble."""
        stack, program = self.stacks[who], self.programs[who]
        shown = None
        with self._watched(who, Trouble()):
            shown = stack.preview(program)
        assert self.witness.modified == []
        refresh, known = self.told_to_refresh[who], self._known(who)
        with self._watched(who, trouble) as failed:
            stack.up(program, refresh=refresh)
        if shown is not None and not refresh:
            assert {image: gone for image, gone in stack.shown.leaving.items() if gone} == {
                image: gone for image, gone in shown.leaving.items() if gone
            } or failed
        if not failed:
            self._check_success(who, known, refreshed=refresh, lagging="visibility_lag_s" in trouble.lies)

    def _known(self, who: int) -> Accounts:
        """The accounts that the state has of the program's share, which an update need not look at."""
        name, image = self.programs[who].resource, self.programs[who].image_id
        found = [item for item in self.stacks[who].resources if (item.name, item.image_id) == (name, image)]
        return frozenset[str]().union(*(item.accounts for item in found if not item.replaced))

    def _check_success(self, who: int, known: Accounts, *, refreshed: bool, lagging: bool) -> None:
        """After a successful `up`, what the program lists has access.

        But for what others have taken away: while the command ran, or since the command last looked that found nothing
        to change.
        """
        stack, program = self.stacks[who], self.programs[who]
        assert [item.name for item in stack.resources] == [program.resource]
        assert stack.resources[0].accounts == program.accounts.keys()
        if refreshed:
            self._refreshed(who)
        missing = program.accounts.keys() - self.witness.live(program.image_id)
        excused = set(self.lost_meanwhile[program.image_id])
        # An update that changes who has access sees what was done before it, unless the list still hides that.
        changed = stack.shown.steps == ["update"] and any(done.gained or done.lost for done in self.witness.modified)
        if lagging or not changed:
            excused |= self.unseen[who][program.image_id] & known
        assert missing <= excused, f"success without access for {sorted(missing)}"

    def _converge(self, who: int) -> None:
        """In peace, `up` makes the cloud what the program says, and after it a preview is empty."""
        self._up_with_remedies(who)
        self._check_empty_preview(who)
        with self._watched(who, Trouble()) as failed:
            self.stacks[who].refresh()
        assert not failed, failed
        self._refreshed(who)
        self._up_with_remedies(who)
        program = self.programs[who]
        live, wanted = self.witness.live(program.image_id), program.accounts.keys()
        assert live == wanted if program.exclusive else live >= wanted
        self._check_empty_preview(who)

    def _check_empty_preview(self, who: int) -> None:
        with self._watched(who, Trouble()) as failed:
            assert self.stacks[who].preview(self.programs[who]).steps == []
        assert not failed
        assert self.witness.calls == 0

    def _up_with_remedies(self, who: int) -> None:
        """Run `up` in peace until it succeeds, doing each time what its refusal asks for."""
        failures: list[Failed] = []
        for _ in range(6):
            refresh, known = self.told_to_refresh[who], self._known(who)
            with self._watched(who, Trouble()) as failed:
                self.stacks[who].up(self.programs[who], refresh=refresh)
            if not failed:
                self._check_success(who, known, refreshed=refresh, lagging=False)
                return
            failures += failed
            self._remedy(who, str(failed[0]))
        raise AssertionError(f"does not converge: {failures}")

    def _remedy(self, who: int, text: str) -> None:
        program = self.programs[who]
        unlisted = re.search(r"that the program does not list: ([\d, ]+)", text)
        known = True
        if unlisted:
            listed = [*program.accounts, *unlisted[1].split(", ")]
            self._edit(who, accounts=dict.fromkeys(listed, ""))
        elif "over max_accounts" in text or "more than max_accounts" in text or "QuotaExceed.ShareImageUser" in text:
            self._edit(who, max_accounts=50)
            self.ecs.console.set_share_quota("owner", 50)
        elif "more than max_unshare_percent" in text:
            self._edit(who, max_unshare_percent=100)
        elif "deprecated" in text:
            self.ecs.console.undeprecate(REGION, program.image_id)
        elif "does not exist in region" in text:
            for image in self.images:
                if not self.ecs.cloud.images.find(REGION, image):
                    self.ecs.console.create_image(REGION, image_id=image)
        else:
            known = False
        assert known, f"failed in peace: {text}"


def test_random_programs_hold_what_is_promised_against_random_faults(
    ecs_config: dict[str, str], figures: Callable[[str, int], None]
) -> None:
    with Emulator(clock=NewsClock()) as ecs:
        config = {
            **ecs_config,
            "alicloud:endpoints": f'[{{"ecs": "{ecs.endpoint}", "sts": "{ecs.endpoint}"}}]',
            "image-share:retrySeconds": "0.1",
            "image-share:visibleSeconds": "0.2",
        }
        witness = Witness(ecs)
        with running_provider(config, {}) as provider:
            World.examples = 0
            run_state_machine_as_test(
                lambda: World(ecs, provider, witness),
                settings=hypothesis.settings(
                    max_examples=EXAMPLES,
                    stateful_step_count=STEPS,
                    deadline=None,
                    # The same programs in every run of the suite; a soak looks for new ones.
                    derandomize=not SOAK,
                    print_blob=True,
                    report_multiple_bugs=False,
                    suppress_health_check=list(hypothesis.HealthCheck),
                ),
            )
    figures("random programs against faults", World.examples)
