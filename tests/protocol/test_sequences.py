"""Named sequences of commands on shares: who has access after each, in every order in which the engine may go.

Each sequence once unshared somebody whom nobody had dropped, refused what was right, or forgot who has access. The
engine is the small one of `support.mini_engine`, the provider the real process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from support import protocol
from support.mini_land import REGION, Land, running_land
from support.mini_program import Failed, How, Program, Share
from support.protocol import OTHER_PICKLE, configuration_of

pytestmark = pytest.mark.both_frontends

TWO, THREE, FOUR = "1000000000000002", "1000000000000003", "1000000000000004"
MANY = [str(2000000000000001 + n) for n in range(40)]
ORDERS = range(12)
"""All orders in which the engine may check two shares and change them."""


@pytest.fixture(scope="module")
def _world(_frontend: None) -> Iterator[Land]:
    with running_land() as land:
        yield land


@pytest.fixture
def land(_world: Land) -> Land:
    return _world.fresh()


@dataclass(frozen=True)
class Sequence:
    """Two programs, one after the other, and who has access to G then."""

    says: str
    first: Callable[[Land], Program]
    then: Callable[[Land], Program]
    live: list[str]
    taints: bool = False
    replaces: bool = False
    pickled: str = ""
    plugin_refuses: bool = False
    """Whether the plugin, which is not told what the state has of a share that is made anew, refuses it."""


def _renamed(land: Land, *accounts: str, alias: bool = False, **more: object) -> Share:
    old = land.share(*accounts)
    return land.share(*accounts, name="silver", aliases=(old.urn,) if alias else (), **more)


TEAM, UNIT = "shop:index:Team", "shop:index:Unit"
ONE_SHARE = [
    Sequence(
        "rename without alias",
        lambda land: [land.share(TWO, THREE)],
        lambda land: [_renamed(land, TWO, THREE)],
        [TWO, THREE],
    ),
    Sequence(
        "rename without alias and drop one",
        lambda land: [land.share(TWO, THREE)],
        lambda land: [_renamed(land, TWO)],
        [TWO],
        plugin_refuses=True,
    ),
    Sequence(
        "rename without alias and add one",
        lambda land: [land.share(TWO)],
        lambda land: [_renamed(land, TWO, FOUR)],
        [TWO, FOUR],
    ),
    Sequence(
        "rename with an alias and drop one",
        lambda land: [land.share(TWO, THREE)],
        lambda land: [_renamed(land, TWO, alias=True)],
        [TWO],
    ),
    Sequence(
        "move under a parent",
        lambda land: [land.share(TWO, THREE)],
        lambda land: [land.share(TWO, THREE, parent=TEAM)],
        [TWO, THREE],
    ),
    Sequence(
        "move under a parent and drop one",
        lambda land: [land.share(TWO, THREE)],
        lambda land: [land.share(TWO, parent=TEAM)],
        [TWO],
        plugin_refuses=True,
    ),
    Sequence(
        "alias of the parent, and drop one",
        lambda land: [land.share(TWO, THREE, parent=TEAM)],
        lambda land: [land.share(TWO, parent=UNIT, aliases=(land.share(parent=TEAM).urn,))],
        [TWO],
    ),
    Sequence(
        "taint", lambda land: [land.share(TWO, THREE)], lambda land: [land.share(TWO, THREE)], [TWO, THREE], taints=True
    ),
    Sequence(
        "taint and drop one",
        lambda land: [land.share(TWO, THREE)],
        lambda land: [land.share(TWO)],
        [TWO],
        taints=True,
        plugin_refuses=True,
    ),
    Sequence(
        "taint, delete before replace, and drop one",
        lambda land: [land.share(TWO, THREE)],
        lambda land: [land.share(TWO, delete_before_replace=True)],
        [TWO],
        taints=True,
        plugin_refuses=True,
    ),
    Sequence(
        "taint and rename with an alias and drop one",
        lambda land: [land.share(TWO, THREE)],
        lambda land: [_renamed(land, TWO, alias=True)],
        [TWO],
        taints=True,
        plugin_refuses=True,
    ),
    Sequence(
        "replace and drop one",
        lambda land: [land.share(TWO, THREE)],
        lambda land: [land.share(TWO)],
        [TWO],
        replaces=True,
        plugin_refuses=True,
    ),
    Sequence(
        "replace and add one",
        lambda land: [land.share(TWO)],
        lambda land: [land.share(TWO, FOUR)],
        [TWO, FOUR],
        replaces=True,
    ),
    Sequence(
        "rename under another pickle and drop one",
        lambda land: [land.share(TWO, THREE)],
        lambda land: [_renamed(land, TWO)],
        [TWO],
        pickled=OTHER_PICKLE,
        plugin_refuses=True,
    ),
    Sequence(
        "replace under another pickle",
        lambda land: [land.share(TWO, THREE)],
        lambda land: [land.share(TWO, THREE)],
        [TWO, THREE],
        replaces=True,
        pickled=OTHER_PICKLE,
    ),
    Sequence(
        "another image, deleted before",
        lambda land: [land.share(TWO, THREE)],
        lambda land: [land.share(TWO, THREE, of=land.h, delete_before_replace=True)],
        [],
    ),
]
TWO_SHARES = [
    Sequence(
        "move an account from one share to another",
        lambda land: [land.apart(TWO, THREE), land.apart(FOUR, name="silver")],
        lambda land: [land.apart(TWO), land.apart(THREE, FOUR, name="silver")],
        [TWO, THREE, FOUR],
    ),
    Sequence(
        "move an account to a share that goes to another image meanwhile",
        lambda land: [land.apart(TWO, THREE), land.apart(FOUR, name="silver")],
        lambda land: [land.apart(THREE, of=land.h), land.apart(TWO, FOUR, name="silver")],
        [TWO, FOUR],
    ),
    Sequence(
        "let one share take over from another that is dropped",
        lambda land: [land.apart(TWO, THREE), land.apart(FOUR, name="silver")],
        lambda land: [land.apart(THREE, FOUR, name="silver")],
        [THREE, FOUR],
    ),
    Sequence(
        "split a share in two",
        lambda land: [land.share(TWO, THREE)],
        lambda land: [land.apart(TWO), land.apart(THREE, name="silver")],
        [TWO, THREE],
    ),
    Sequence(
        "swap the names of two shares",
        lambda land: [land.apart(TWO), land.apart(THREE, name="silver")],
        lambda land: [land.apart(THREE), land.apart(TWO, name="silver")],
        [TWO, THREE],
    ),
    Sequence(
        "swap the images of two shares, each deleted before",
        lambda land: [land.share(TWO), land.share(THREE, name="silver", of=land.h)],
        lambda land: [
            land.share(TWO, of=land.h, delete_before_replace=True),
            land.share(TWO, THREE, name="silver", delete_before_replace=True),
        ],
        [TWO, THREE],
        plugin_refuses=True,
    ),
]


@pytest.mark.parametrize("sequence", ONE_SHARE, ids=lambda item: item.says)
def test_one_share(land: Land, sequence: Sequence) -> None:
    _run(land, sequence, 0)


@pytest.mark.parametrize("sequence", TWO_SHARES, ids=lambda item: item.says)
def test_two_shares_in_every_order(land: Land, sequence: Sequence) -> None:
    for order in ORDERS:
        _run(land, sequence, order)
        land.stack.destroy()
        assert land.live() == []


def _is_refused(land: Land, program: Program, how: How) -> bool:
    """Whether a preview refuses a program, for accounts that it does not know as the program's own of before."""
    try:
        land.stack.preview(program, how)
    except Failed as refused:
        return "already shared with 1 account that the program does not list" in str(refused)
    return False


def _run(land: Land, sequence: Sequence, order: int) -> None:
    first, then = sequence.first(land), sequence.then(land)
    land.update(*first)
    had = land.live()
    if sequence.pickled:
        land.stack.import_state(sequence.pickled)
        land.update(*first)
        land.stack.refresh()
        land.update(*first)
    if sequence.taints:
        land.stack.taint(first[0].urn)
    replaces = frozenset(share.urn for share in then) if sequence.replaces else frozenset[str]()
    how = How(order=order, replaces=replaces)
    if sequence.plugin_refuses and protocol.frontend == "plugin" and _is_refused(land, then, how):
        assert land.live() == had
        return
    leaving = land.update(*then, how=how)
    assert land.live() == sequence.live
    assert set(had) - set(sequence.live) <= set(leaving)
    assert sorted({a for item in land.stack.managed if item.image_id == land.g for a in item.accounts}) == sequence.live
    assert land.unchanged(*then)


@pytest.mark.parametrize("order", ORDERS)
def test_an_account_that_moves_keeps_access_with_target_too_and_in_the_full_update(land: Land, order: int) -> None:
    giver, taker = land.apart(TWO, THREE), land.apart(FOUR, name="silver")
    land.update(giver, taker)
    giver, taker = land.apart(TWO), land.apart(THREE, FOUR, name="silver")
    land.update(giver, taker, how=How(targets=frozenset([taker.urn]), order=order))
    assert land.live() == [TWO, THREE, FOUR]
    # The giver was not checked and gives THREE up only now.
    land.update(giver, taker, how=How(order=order))
    assert land.live() == [TWO, THREE, FOUR]
    assert land.unchanged(giver, taker)


@pytest.mark.parametrize("order", ORDERS)
def test_two_shares_may_not_list_one_account(land: Land, order: int) -> None:
    program = [land.apart(TWO, THREE), land.apart(THREE, name="silver")]
    said = land.refused(*program, how=How(order=order))
    assert f"{THREE} of image {land.g} is listed by two ImageShares of this program" in said
    assert "golden" in said
    assert "silver" in said
    assert land.live() == []


def test_two_exclusive_shares_may_not_share_one_image_even_alike(land: Land) -> None:
    assert "set exclusive=False on each" in land.refused(land.share(TWO), land.share(THREE, name="silver"))
    assert "listed by two ImageShares" in land.refused(land.share(TWO), land.share(TWO, name="silver"))


@pytest.mark.dynamic_frontend
@pytest.mark.parametrize("gives_up", ["golden", "silver"])
def test_what_two_shares_came_to_list_by_target_stays_while_either_lists_it(land: Land, gives_up: str) -> None:
    land.update(land.apart(TWO, THREE), land.apart(FOUR, name="silver"))
    moved = [land.apart(TWO), land.apart(THREE, FOUR, name="silver")]
    land.update(*moved, how=How(targets=frozenset([moved[1].urn])))
    then = {
        "golden": [land.apart(TWO), land.apart(THREE, FOUR, name="silver")],
        "silver": [land.apart(TWO, THREE), land.apart(FOUR, name="silver")],
    }[gives_up]
    land.update(*then, how=How(targets=frozenset(item.urn for item in then if item.resource == gives_up)))
    assert land.live() == [TWO, THREE, FOUR]
    land.update(*then)
    assert land.live() == [TWO, THREE, FOUR]


@pytest.mark.parametrize("order", ORDERS)
def test_who_left_one_share_by_another_image_keeps_what_the_other_lists(land: Land, order: int) -> None:
    """Both came to list THREE by --target; then one goes to another image, deleted before the other is checked."""
    land.update(land.apart(TWO, THREE), land.apart(FOUR, name="silver"))
    silver = land.apart(THREE, FOUR, name="silver")
    land.update(land.apart(TWO), silver, how=How(targets=frozenset([silver.urn])))
    golden = land.apart(TWO, of=land.h, delete_before_replace=True)
    land.update(golden, silver, how=How(order=order))
    assert land.live() == [THREE, FOUR]
    assert land.unchanged(golden, silver)


@pytest.mark.dynamic_frontend
def test_who_left_by_target_keeps_what_a_share_lists_that_is_not_checked(land: Land) -> None:
    land.update(land.apart(TWO, THREE), land.apart(FOUR, name="silver"))
    silver = land.apart(THREE, FOUR, name="silver")
    land.update(land.apart(TWO), silver, how=How(targets=frozenset([silver.urn])))
    golden = land.apart(TWO, of=land.h)
    land.update(golden, silver, how=How(targets=frozenset([golden.urn])))
    assert land.live() == [THREE, FOUR]


@pytest.mark.parametrize("image", ["G", "H"])
def test_three_of_forty_left_is_refused_with_another_image_too(land: Land, image: str) -> None:
    land.update(land.share(*MANY, max_unshare_percent=30))
    of = land.g if image == "G" else land.h
    said = land.refused(land.share(*MANY[:3], of=of, max_unshare_percent=30))
    assert "this would unshare 37 of 40 accounts (92.5 %), more than max_unshare_percent (30)" in said
    assert land.live() == MANY


@pytest.mark.dynamic_frontend
def test_three_of_forty_left_is_refused_after_a_taint_too(land: Land) -> None:
    land.update(land.share(*MANY))
    land.stack.taint(land.share().urn)
    assert "would unshare 37 of 40" in land.refused(land.share(*MANY[:3], max_unshare_percent=30))


def test_accounts_as_the_state_has_them_are_taken(land: Land) -> None:
    """Account ID to name, as every output has it."""
    named = replace(land.share(), accounts={TWO: "payments", THREE: "data"})
    land.update(named)
    assert land.stack.resources[0].inputs["accounts"] == {TWO: "payments", THREE: "data"}
    assert land.unchanged(replace(named, by_id=True))


@pytest.mark.dynamic_frontend
def test_a_stranger_is_refused_after_a_taint_and_its_own_are_not(land: Land) -> None:
    land.update(land.share(TWO, THREE))
    land.ecs.console.share(REGION, land.g, FOUR)
    land.stack.taint(land.share().urn)
    said = land.refused(land.share(TWO))
    assert f"already shared with 1 account that the program does not list: {FOUR}" in said


@pytest.mark.parametrize("command", ["refresh", "destroy"])
def test_the_keys_of_another_account_forget_nothing(land: Land, command: str) -> None:
    land.update(land.share(TWO, THREE))
    other = land.ecs.account("data")
    keys = {"alicloud:accessKey": other.access_key_id, "alicloud:secretKey": other.access_key_secret}
    how = How(configuration=configuration_of({**land.config, **keys}))
    with pytest.raises(Failed, match="belongs to account 1000000000000001"):
        (land.stack.refresh if command == "refresh" else land.stack.destroy)(how)
    assert [item.accounts for item in land.stack.resources] == [{TWO, THREE}]
    assert land.live() == [TWO, THREE]


@pytest.mark.dynamic_frontend
def test_continue_on_error_retires_nobody_whom_the_failed_share_lists(land: Land) -> None:
    land.update(land.share(TWO, THREE))
    renamed = _renamed(land, TWO, FOUR)
    land.ecs.faults.add(kind="error", action="ModifyImageSharePermission", code="Forbidden.RAM", status=403, times=1)
    with pytest.raises(Failed, match=r"Forbidden\.RAM"):
        land.stack.up([renamed], How(continue_on_error=True))
    # The old one stays in the state, so that it says who has access.
    assert [item.accounts for item in land.stack.resources] == [{TWO, THREE}]
    assert land.live() == [TWO, THREE]
    land.update(renamed)
    assert land.live() == [TWO, FOUR]


@pytest.mark.dynamic_frontend
def test_what_an_interrupted_update_did_is_gone_on_with(land: Land) -> None:
    land.update(land.share(TWO, THREE))
    renamed = _renamed(land, TWO, FOUR)
    with pytest.raises(Failed, match="cancelled"):
        land.stack.up([renamed], How(stops_after=1))
    # THREE goes with the old share, whose deletion had not begun.
    assert land.live() == [TWO, THREE, FOUR]
    land.update(renamed)
    assert land.live() == [TWO, FOUR]


def test_a_destroy_that_fails_is_repeated(land: Land) -> None:
    land.update(land.share(*MANY[:12]))
    land.ecs.faults.add(kind="error", action="ModifyImageSharePermission", code="Forbidden.RAM", status=403, times=1)
    with pytest.raises(Failed, match="after 0 of 2 calls") as failed:
        land.stack.destroy()
    assert str(failed.value).count("Traceback") == (1 if protocol.frontend == "dynamic" else 0)
    assert land.live() == MANY[:12]
    land.stack.destroy()
    assert land.live() == []


@pytest.mark.dynamic_frontend
def test_who_failed_to_give_an_account_up_still_counts_as_listing_it(land: Land) -> None:
    """Two came to list THREE by --target; both drop it, the first fails, and the other goes on."""
    golden, silver = land.apart(TWO, THREE), land.apart(FOUR, name="silver")
    land.update(golden, silver)
    moved = [land.apart(TWO), land.apart(THREE, FOUR, name="silver")]
    land.update(*moved, how=How(targets=frozenset([silver.urn])))
    then = [land.apart(TWO), silver]
    land.ecs.faults.add(
        kind="error", action="DescribeImageSharePermission", code="Forbidden.RAM", status=403, after=2, times=1
    )
    with pytest.raises(Failed, match="Nothing was changed"):
        land.stack.up(then, How(continue_on_error=True))
    assert {item.name: item.accounts for item in land.stack.resources} == {"golden": {TWO, THREE}, "silver": {FOUR}}
    assert land.live() == [TWO, THREE, FOUR]
    land.update(*then)
    assert land.live() == [TWO, FOUR]


def test_what_is_left_to_be_deleted_takes_nothing_from_a_share_that_fails(land: Land) -> None:
    """A replacement whose deletion failed, then another image that is not there."""
    before = land.apart(TWO, THREE)
    land.update(before)
    land.stack.taint(before.urn)
    fault = {"kind": "error", "action": "ModifyImageSharePermission", "code": "Forbidden.RAM", "status": 403}
    land.ecs.faults.add(**fault, after=1, times=1)
    with pytest.raises(Failed, match=r"Forbidden\.RAM"):
        land.stack.up([land.apart(TWO)])
    assert len(land.stack.resources) == 2
    land.ecs.console.delete_image(REGION, land.h)
    with pytest.raises(Failed, match="does not exist"):
        land.stack.up([land.apart(TWO, of=land.h)], How(continue_on_error=True))
    assert TWO in land.live()
    assert TWO in {account for item in land.stack.managed for account in item.accounts}
    land.update(land.apart(TWO))
    assert land.live() == [TWO]
