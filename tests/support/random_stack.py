"""A stack of random programs: how it is deployed, refreshed, destroyed, and what must hold after each command."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from support import protocol
from support.cloud_in_other_hands import REGION, CloudInOtherHands, Knowledge
from support.mini_engine import MiniStack
from support.mini_program import Failed, Failure, How, Resource, Share, Shown
from support.promises import Outcome, check_each_change, kept_though_shown_leaving, lost_though_listed
from support.protocol import OTHER_PICKLE, Provider
from support.troubles import AS_USUAL, PEACE, Trouble, Way
from support.witness import Accounts

Known = Mapping[str, Accounts]
"""URN of a share of the program to the accounts that the state has of it for its image."""


class RandomStack:
    """One stack, its program, and what it can't know."""

    def __init__(self, provider: Provider, cloud: CloudInOtherHands, wrong_keys: Any) -> None:
        self._cloud = cloud
        self._wrong_keys = wrong_keys
        self.engine = MiniStack(provider, lambda: cloud.witness.is_dead)
        self.program: tuple[Share, ...] = ()
        self.knowledge = Knowledge()

    # The program.

    def chosen(self, which: int) -> list[Share]:
        """The share of this number, none where the program has none."""
        return [self.program[which % len(self.program)]] if self.program else []

    def edit(self, share: Share, **changes: Any) -> None:
        self.program = tuple(replace(item, **changes) if item == share else item for item in self.program)

    def drop(self, share: Share) -> None:
        self.program = tuple(item for item in self.program if item != share)

    def rename(self, share: Share, name: str, parent: str, *, alias: bool, **changes: Any) -> None:
        """Give a share another URN, unless another has it."""
        renamed = replace(share, resource=name, parent=parent, **changes)
        others = [item for item in self.program if item != share]
        if any(renamed.urn == item.urn for item in others):
            return
        kept = (share.urn, *share.aliases) if alias else ()
        self.edit(share, resource=name, parent=parent, **{"aliases": kept, **changes})

    def _drop_impossible_aliases(self) -> None:
        """The engine refuses an alias that another resource of the program has as its URN or as an alias."""
        taken = {share.urn for share in self.program}
        for share in self.program:
            kept = tuple(urn for urn in dict.fromkeys(share.aliases) if urn not in taken)
            taken |= set(kept)
            self.edit(share, aliases=kept)

    # Commands.

    def deploy(self, trouble: Trouble = PEACE, way: Way = AS_USUAL) -> None:
        """Preview in peace, then update in trouble."""
        self._drop_impossible_aliases()
        how, refreshes = self._how(way, self.program), way.refresh or self.knowledge.told_to_refresh
        shown = self._preview(how, way)
        known, before = self._known(), self._left_out(how)
        with self._watched(trouble, way) as failed:
            self.engine.up(self.program, replace(how, refresh=refreshes))
        if shown is None or refreshes or self._cloud.lost or self._cloud.shared:
            pass
        elif not failed:
            assert self.engine.shown == shown, "the update did what its preview did not show"
        elif trouble == PEACE and not way.ends_early and not way.wrong_keys:
            # No call says what the quota is, and where nobody gains access the preview looks at nothing.
            unforeseeable = ("QuotaExceed", "does not exist in region")
            assert any(text in str(failed[0]) for text in unforeseeable), (
                f"the preview saw nothing of this: {failed[0]}"
            )
        if not failed:
            self._check_success(how, known, refreshes=refreshes, trouble=trouble)
            assert all(item in self.engine.managed for item in before), "touched what it was to leave out"

    def refresh(self, trouble: Trouble = PEACE, way: Way = AS_USUAL) -> None:
        how, before = self._how(way), list(self.engine.resources)
        with self._watched(trouble, way) as failed:
            self.engine.refresh(how)
        assert self._cloud.witness.modified == []
        if failed:
            return
        gone = {item.image_id for item in before} - {item.image_id for item in self.engine.resources}
        assert not any(self._cloud.exists(image) for image in gone), "forgot what is still there"
        acted = self._cloud.lost or self._cloud.shared
        if way.option not in ("target", "exclude") and not acted and not trouble.lags:
            self._check_refreshed(trouble)
            self.knowledge.refreshed()

    def destroy(self, trouble: Trouble = PEACE, way: Way = AS_USUAL) -> None:
        how = self._how(way)
        with self._watched(trouble, way) as failed:
            self.engine.destroy(how)
        left = [item for item in self.engine.resources if not how.leaves_out(item.urn)]
        assert bool(failed) == bool(left)

    def converge(self) -> None:
        """In peace, `up` makes the cloud what the program says, and after it a preview is empty."""
        self._drop_impossible_aliases()
        self._up_with_remedies()
        self._check_empty_preview()
        with self._watched(PEACE, AS_USUAL) as failed:
            self.engine.refresh()
        assert not failed, failed
        self._check_refreshed(PEACE)
        self.knowledge.refreshed()
        self._up_with_remedies()
        live = self._cloud.live()
        for share in self.program:
            wanted = share.accounts.keys()
            assert live[share.image_id] == wanted if share.exclusive else live[share.image_id] >= wanted
        self._check_empty_preview()

    # How it is done, and what must hold.

    def _how(self, way: Way, program: tuple[Share, ...] = ()) -> How:
        urns = sorted({item.urn for item in (*self.engine.resources, *program)})
        chosen = frozenset(urns[place % len(urns)] for place in way.places) if urns else frozenset[str]()
        return How(
            targets=chosen if way.option == "target" else None,
            excludes=chosen if way.option == "exclude" else frozenset(),
            replaces=chosen if way.option == "replace" else frozenset(),
            continue_on_error=way.continue_on_error,
            order=way.order,
            stops_after=way.stops_after,
            pickled=OTHER_PICKLE if way.other_pickle else None,
            configuration=self._wrong_keys if way.wrong_keys else None,
        )

    def _left_out(self, how: How) -> list[Resource]:
        """What the state has that a command is to leave as it is."""
        found = [self.engine.find(share) for share in self.program if not how.leaves_out(share.urn)]
        return [item for item in self.engine.managed if how.leaves_out(item.urn) and item not in found]

    def _preview(self, how: How, way: Way) -> Shown | None:
        """What a preview shows, in whatever order; None where it fails."""
        shown = self._preview_once(how)
        if way.preview_order is not None:
            again = self._preview_once(replace(how, order=way.preview_order))
            assert again == shown, "the same program previews otherwise the second time"
        return shown

    def _preview_once(self, how: How) -> Shown | None:
        shown = None
        with self._watched(PEACE, AS_USUAL):
            shown = self.engine.preview(self.program, how)
        assert self._cloud.witness.modified == []
        return shown

    @contextmanager
    def _watched(self, trouble: Trouble, way: Way) -> Iterator[list[Failed]]:
        """Run a command in trouble, and look at what it did; says whether it failed."""
        cloud, witness = self._cloud, self._cloud.witness
        cloud.make(trouble)
        cloud.forget_acts()
        if trouble.just_before:
            cloud.act(trouble.just_before)

        def meanwhile() -> None:
            if trouble.meanwhile:
                cloud.act(trouble.meanwhile)

        before = cloud.live()
        had = [item for item in self.engine.resources if item.accounts and not item.is_deleted]
        at = trouble.at if trouble.meanwhile else 0
        acted_before = sum(map(len, (*cloud.lost.values(), *cloud.shared.values())))
        witness.begin(self.engine.change_of, at, meanwhile, trouble.dies_at)
        failed: list[Failed] = []
        try:
            yield failed
        except Failed as failure:
            failed.append(failure)
        finally:
            cloud.ecs.faults.clear()
        acted = sum(map(len, (*cloud.lost.values(), *cloud.shared.values()))) > acted_before
        self._check_outcome(failed, before, calm=not acted and not trouble.lags)
        if way.wrong_keys:
            assert witness.modified == []
            assert failed or not had or self.engine.resources, "forgot a share that another account can't see"

    def _check_outcome(self, failed: list[Failed], before: Mapping[str, Accounts], *, calm: bool) -> None:
        witness, engine = self._cloud.witness, self.engine
        failures = failed[0].failures if failed else ()
        live = self._cloud.live()
        acts = {"console_shared": self._cloud.shared, "console_lost": self._cloud.lost}
        outcome = Outcome(engine, failures, witness.modified, before, live, calm, witness.is_dead, **acts)
        check_each_change(outcome)
        others = [stack for stack in self._cloud.stacks if stack is not self.knowledge]
        for image in self._cloud.images:
            lost = before[image] - live[image]
            self._cloud.lose(others, image, lost)
            listed = lost_though_listed(outcome, image)
            if failed:
                # What an error names, or what nobody could say any more.
                self._cloud.lose([self.knowledge], image, lost)
            if not witness.is_dead and calm:
                excused = self._not_known(image) | self._listed_unseen(image)
                assert not (listed - excused), f"lost access, still in the state: {sorted(listed)}"
            self._cloud.lose([self.knowledge], image, listed)
        if not failed and calm:
            kept = kept_though_shown_leaving(outcome)
            assert not kept, f"said to be unshared, and has access: {sorted(kept)}"
        if "--refresh" in outcome.text:
            self.knowledge.told_to_refresh = True

    def _listed_unseen(self, image: str) -> Accounts:
        """Who is listed by shares that the plugin was not asked about in this command: it is told no more of the "
        "state."""
        if protocol.frontend == "dynamic":
            return Accounts()
        unseen = [item for item in self.engine.managed if item.urn not in self.engine.checked]
        return Accounts().union(*(item.accounts for item in unseen if item.image_id == image))

    def _not_known(self, image: str) -> Accounts:
        """Whom a deletion unshares although another share lists it, which no check of the run has told.

        So it is where a share is destroyed or deleted by `--target`, or after `--exclude`, and two list one account.
        """
        if self.engine.checked:
            return Accounts()
        deleted = [item for item in self.engine.changes if item.step == "delete" and item.image_id == image]
        return Accounts().union(*(item.had for item in deleted))

    def _known(self) -> Known:
        """The accounts that the state has of the program's shares, which an update need not look at."""
        found = {share.urn: self.engine.find(share) for share in self.program}
        return {
            share.urn: old.accounts
            for share in self.program
            if (old := found[share.urn]) is not None and old.image_id == share.image_id
        }

    def _check_success(self, how: How, known: Known, *, refreshes: bool, trouble: Trouble) -> None:
        """After a successful `up`, what the program lists has access.

        But for what others have taken away: while the command ran, or since the command last looked that found nothing
        to change.
        """
        everything = how.targets is None and not how.excludes
        if everything:
            assert sorted(item.urn for item in self.engine.resources) == sorted(item.urn for item in self.program)
            if refreshes and not trouble.lags and not self._cloud.lost and not self._cloud.shared:
                self.knowledge.refreshed()
        live = self._cloud.live()
        for share in self.program:
            if how.leaves_out(share.urn):
                continue
            mine = [item for item in self.engine.managed if item.urn == share.urn]
            assert [item.accounts for item in mine] == [share.accounts.keys()]
            missing = share.accounts.keys() - live[share.image_id]
            excused = set(self._cloud.lost[share.image_id])
            # An update that changes who has access sees what was done before it, unless the list still hides that.
            if trouble.lags or not self._changed(share.urn):
                excused |= self.knowledge.unseen[share.image_id] & known.get(share.urn, Accounts())
            assert missing <= excused, f"success without access for {sorted(missing)}"

    def _changed(self, urn: str) -> bool:
        """Whether the command changed who has access by this share, not only by what it replaced before."""
        mine = {
            number
            for number, change in enumerate(self.engine.changes)
            if change.urn == urn and change.step in ("create", "update")
        }
        return any(done.change in mine and (done.gained or done.lost) for done in self._cloud.witness.modified)

    def _check_refreshed(self, trouble: Trouble) -> None:
        """After a refresh the state says what is there."""
        live = self._cloud.live()
        for item in self.engine.managed:
            seen = live[item.image_id]
            assert item.accounts == seen if item.inputs["exclusive"] else item.accounts <= seen

    def _check_empty_preview(self) -> None:
        with self._watched(PEACE, AS_USUAL) as failed:
            assert self.engine.preview(self.program).steps == []
        assert not failed
        assert self._cloud.witness.calls == 0

    def _up_with_remedies(self) -> None:
        """Run `up` in peace until it succeeds, doing each time what its refusal asks for."""
        failures: list[Failed] = []
        for _ in range(12):
            refreshes, known = self.knowledge.told_to_refresh, self._known()
            how = How(refresh=refreshes)
            with self._watched(PEACE, AS_USUAL) as failed:
                self.engine.up(self.program, how)
            if not failed:
                self._check_success(how, known, refreshes=refreshes, trouble=PEACE)
                return
            failures += failed
            self._remedy(failed[0].failures[0])
        raise AssertionError(f"does not converge: {failures}")

    def _remedy(self, failure: Failure) -> None:
        text, ecs = failure.text, self._cloud.ecs
        share = next((item for item in self.program if item.urn == failure.urn), None)
        unlisted = re.search(r"that the program does not list: ([\d, ]+)", text)
        if "does not exist in region" in text or "The image is gone" in text:
            for image in self._cloud.images:
                if not self._cloud.exists(image):
                    ecs.console.create_image(REGION, image_id=image)
            return
        assert share is not None, f"failed in peace: {text}"
        beside = [item for item in self.program if item != share and item.image_id == share.image_id]
        if unlisted and beside:
            # Which share of the image is checked first decides which of their two faults is said.
            self._share_beside(share)
        elif unlisted:
            self.edit(share, accounts=dict.fromkeys([*share.accounts, *unlisted[1].split(", ")], ""))
        elif "listed by two ImageShares" in text:
            self._list_once(share)
        elif "is shared by two ImageShares" in text:
            self._share_beside(share)
        elif "over max_accounts" in text or "more than max_accounts" in text or "QuotaExceed.ShareImageUser" in text:
            self.edit(share, max_accounts=50)
            ecs.console.set_share_quota("owner", 50)
        elif "more than max_unshare_percent" in text:
            self.edit(share, max_unshare_percent=100)
        elif "deprecated" in text:
            ecs.console.undeprecate(REGION, share.image_id)
        else:
            raise AssertionError(f"failed in peace: {text}")

    def _share_beside(self, share: Share) -> None:
        """Let every share of the image be one beside others."""
        for item in self.program:
            self.edit(item, exclusive=item.exclusive and item.image_id != share.image_id)

    def _list_once(self, share: Share) -> None:
        """Take from a share what another lists, or the share out of the program where that is all."""
        others = [item for item in self.program if item != share and item.image_id == share.image_id]
        taken = {account for item in others for account in item.accounts}
        left = {account: name for account, name in share.accounts.items() if account not in taken}
        if left:
            self.edit(share, accounts=left)
        else:
            self.drop(share)
