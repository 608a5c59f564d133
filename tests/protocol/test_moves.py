"""Everyday moves between shares: one table, for both frontends, exclusive or not, in every order of the engine.

Only accounts that were dropped lose access, the preview names them, and the next preview is empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import pytest

from pulumi_alicloud_image_share.share.resource import ShareResource
from support import protocol
from support.mini_land import REGION, Land, running_land
from support.mini_program import How, Program
from support.protocol import configuration_of

pytestmark = pytest.mark.both_frontends

TWO, THREE, FOUR, FIVE = "1000000000000002", "1000000000000003", "1000000000000004", "1000000000000005"
TWELVE = tuple(str(2000000000000001 + n) for n in range(12))
HALF, OTHER_HALF = TWELVE[:6], TWELVE[6:]
ORDERS = {1: range(2), 2: range(12), 3: range(0, 720, 90)}
"""The orders in which the engine may check and change so many shares: of one and two all, of three some.

Exclusive shares go through one half of them, shares beside others through the other half."""
TEAM, UNIT = "shop:index:Team", "shop:index:Unit"


@pytest.fixture(scope="module")
def _world(_frontend: None) -> Iterator[Land]:
    with running_land() as land:
        yield land


@pytest.fixture
def land(_world: Land) -> Land:
    return _world.fresh()


@dataclass(frozen=True)
class Move:
    """Two programs, one after the other, and who has access then.

    Attributes:
        says: What moves.
        first: The program of before, for shares that are exclusive or not.
        then: The program after it.
        live: Image ("g", "h" or "i") to the accounts that have access to it at the end.
        exclusive: The settings of `exclusive` that the move makes sense with.
        replaces: The names of shares that the engine is asked to replace.
        plugin_refuses: How the plugin may refuse the preview, where no call tells it what the state has.
    """

    says: str
    first: Callable[[Land, bool], Program]
    then: Callable[[Land, bool], Program]
    live: Mapping[str, tuple[str, ...]]
    exclusive: tuple[bool, ...] = (True, False)
    replaces: tuple[str, ...] = ()
    plugin_refuses: str = ""


MOVES = [
    Move(
        "promote: stable takes the image that candidate had",
        lambda at, alone: [
            at.share(TWO, exclusive=alone),
            at.share(THREE, name="candidate", of=at.h, exclusive=alone),
        ],
        lambda at, alone: [
            at.share(TWO, of=at.h, exclusive=alone),
            at.share(THREE, name="candidate", of=at.i, exclusive=alone),
        ],
        {"g": (), "h": (TWO,), "i": (THREE,)},
    ),
    Move(
        "promote and edit",
        lambda at, alone: [
            at.share(TWO, THREE, exclusive=alone),
            at.share(THREE, FOUR, name="candidate", of=at.h, exclusive=alone),
        ],
        lambda at, alone: [
            at.share(TWO, FIVE, of=at.h, exclusive=alone),
            at.share(FOUR, name="candidate", of=at.i, exclusive=alone),
        ],
        {"g": (), "h": (TWO, FIVE), "i": (FOUR,)},
    ),
    Move(
        "swap the images of two shares",
        lambda at, alone: [at.share(TWO, exclusive=alone), at.share(THREE, name="silver", of=at.h, exclusive=alone)],
        lambda at, alone: [at.share(TWO, of=at.h, exclusive=alone), at.share(THREE, name="silver", exclusive=alone)],
        {"g": (THREE,), "h": (TWO,)},
    ),
    Move(
        "rotate a ring of three",
        lambda at, alone: [
            at.share(TWO, exclusive=alone),
            at.share(THREE, name="silver", of=at.h, exclusive=alone),
            at.share(FOUR, name="bronze", of=at.i, exclusive=alone),
        ],
        lambda at, alone: [
            at.share(TWO, of=at.h, exclusive=alone),
            at.share(THREE, name="silver", of=at.i, exclusive=alone),
            at.share(FOUR, name="bronze", exclusive=alone),
        ],
        {"g": (FOUR,), "h": (TWO,), "i": (THREE,)},
    ),
    Move(
        "split twelve accounts in two, the old share listed first",
        lambda at, alone: [at.share(*TWELVE, exclusive=alone, max_unshare_percent=30)],
        lambda at, _: [at.apart(*HALF, max_unshare_percent=30), at.apart(*OTHER_HALF, name="silver")],
        {"g": TWELVE},
    ),
    Move(
        "split twelve accounts in two, the new share listed first",
        lambda at, alone: [at.share(*TWELVE, exclusive=alone, max_unshare_percent=30)],
        lambda at, _: [at.apart(*OTHER_HALF, name="silver"), at.apart(*HALF, max_unshare_percent=30)],
        {"g": TWELVE},
    ),
    Move(
        "split twelve accounts in two, and rename",
        lambda at, alone: [at.share(*TWELVE, exclusive=alone, max_unshare_percent=30)],
        lambda at, _: [
            at.apart(*HALF, name="bronze", max_unshare_percent=30),
            at.apart(*OTHER_HALF, name="silver", max_unshare_percent=30),
        ],
        {"g": TWELVE},
    ),
    Move(
        "split twelve accounts in two, and rename with an alias",
        lambda at, alone: [at.share(*TWELVE, exclusive=alone, max_unshare_percent=30)],
        lambda at, _: [
            at.apart(*HALF, name="bronze", aliases=(at.share().urn,), max_unshare_percent=30),
            at.apart(*OTHER_HALF, name="silver", max_unshare_percent=30),
        ],
        {"g": TWELVE},
    ),
    Move(
        "merge two shares into one",
        lambda at, _: [at.apart(*HALF), at.apart(*OTHER_HALF, name="silver")],
        lambda at, alone: [at.share(*TWELVE, exclusive=alone)],
        {"g": TWELVE},
    ),
    Move(
        "merge two shares into a new one",
        lambda at, _: [at.apart(*HALF), at.apart(*OTHER_HALF, name="silver")],
        lambda at, alone: [at.share(*TWELVE, name="bronze", exclusive=alone)],
        {"g": TWELVE},
    ),
    Move(
        "merge two shares and drop one account",
        lambda at, _: [at.apart(TWO, THREE), at.apart(FOUR, name="silver")],
        lambda at, alone: [at.share(TWO, FOUR, exclusive=alone)],
        {"g": (TWO, FOUR)},
    ),
    Move(
        "rename without alias and add one",
        lambda at, alone: [at.share(TWO, THREE, exclusive=alone)],
        lambda at, alone: [at.share(TWO, THREE, FOUR, name="silver", exclusive=alone)],
        {"g": (TWO, THREE, FOUR)},
    ),
    Move(
        "rename without alias and drop one",
        lambda at, alone: [at.share(TWO, THREE, exclusive=alone)],
        lambda at, alone: [at.share(TWO, name="silver", exclusive=alone)],
        {"g": (TWO,)},
        plugin_refuses="already shared with 1 account that the program does not list",
    ),
    Move(
        "rename with an alias and edit",
        lambda at, alone: [at.share(TWO, THREE, exclusive=alone)],
        lambda at, alone: [at.share(TWO, FOUR, name="silver", aliases=(at.share().urn,), exclusive=alone)],
        {"g": (TWO, FOUR)},
    ),
    Move(
        "move into a component with an alias, and edit",
        lambda at, alone: [at.share(TWO, THREE, exclusive=alone)],
        lambda at, alone: [at.share(TWO, FOUR, parent=TEAM, aliases=(at.share().urn,), exclusive=alone)],
        {"g": (TWO, FOUR)},
    ),
    Move(
        "move out of a component with an alias, and edit",
        lambda at, alone: [at.share(TWO, THREE, parent=TEAM, exclusive=alone)],
        lambda at, alone: [at.share(TWO, FOUR, aliases=(at.share(parent=TEAM).urn,), exclusive=alone)],
        {"g": (TWO, FOUR)},
    ),
    Move(
        "move to another component with an alias and another image, and edit",
        lambda at, alone: [at.share(TWO, THREE, parent=TEAM, exclusive=alone)],
        lambda at, alone: [
            at.share(TWO, FOUR, of=at.h, parent=UNIT, aliases=(at.share(parent=TEAM).urn,), exclusive=alone)
        ],
        {"g": (), "h": (TWO, FOUR)},
    ),
    Move(
        "swap the images of two shares that are renamed with aliases",
        lambda at, alone: [at.share(TWO, exclusive=alone), at.share(THREE, name="silver", of=at.h, exclusive=alone)],
        lambda at, alone: [
            at.share(TWO, name="g2", of=at.h, aliases=(at.share().urn,), exclusive=alone),
            at.share(THREE, name="s2", aliases=(at.share(name="silver").urn,), exclusive=alone),
        ],
        {"g": (THREE,), "h": (TWO,)},
    ),
    Move(
        "replace one share and give an account of it to another",
        lambda at, _: [at.apart(TWO, THREE), at.apart(FOUR, name="silver")],
        lambda at, _: [at.apart(TWO), at.apart(THREE, FOUR, name="silver")],
        {"g": (TWO, THREE, FOUR)},
        exclusive=(False,),
        replaces=("golden",),
    ),
]
CASES = [(move, alone) for move in MOVES for alone in move.exclusive]


@pytest.mark.parametrize(
    ("move", "alone"), CASES, ids=[f"{move.says}, {'exclusive' if alone else 'beside others'}" for move, alone in CASES]
)
def test_a_move_takes_access_only_from_who_was_dropped(land: Land, move: Move, alone: bool) -> None:
    for order in ORDERS[len(move.then(land, alone))][alone::2]:
        _carry_out(land, move, alone, order)
        land.stack.destroy()
        assert _live(land) == {"g": (), "h": (), "i": ()}


def _carry_out(land: Land, move: Move, alone: bool, order: int) -> None:
    first, then = move.first(land, alone), move.then(land, alone)
    land.update(*first)
    had = _live(land)
    how = How(order=order, replaces=frozenset(share.urn for share in then if share.resource in move.replaces))
    if move.plugin_refuses and alone and protocol.frontend == "plugin":
        assert move.plugin_refuses in land.refused(*then, how=how)
        assert _live(land) == had
        return
    shown = land.stack.preview(then, how)
    assert land.stack.preview(then, how) == shown, "the same program previews the same twice"
    assert _live(land) == had, "a preview changes nothing"
    land.stack.up(then, how)
    assert land.stack.shown == shown
    for name, live in {"g": (), "h": (), "i": (), **move.live}.items():
        image: str = getattr(land, name)
        assert land.live(image) == sorted(live)
        in_state = [account for item in land.stack.managed if item.image_id == image for account in item.accounts]
        assert sorted(in_state) == sorted(live)
        assert set(had[name]) - set(live) <= shown.leaving[image], "the preview says who loses access"
    assert land.unchanged(*then)


def _live(land: Land) -> dict[str, tuple[str, ...]]:
    return {name: tuple(land.live(getattr(land, name))) for name in ("g", "h", "i")}


@pytest.mark.parametrize("alone", [True, False])
def test_another_image_changes_the_image_alone(land: Land, alone: bool) -> None:
    before = land.share(TWO, THREE, exclusive=alone)
    land.update(before)
    [old] = land.stack.resources
    share = land.share(TWO, THREE, of=land.h, exclusive=alone)
    provider = land.stack.provider_for(old.urn, old.pickled)
    provider.next_run()
    inputs = provider.check({**share.inputs, **land.stack.around(share, [share])}, old.inputs).inputs
    answer = provider.diff(old.id, old.outputs, inputs)
    assert list(answer.replaces) == ["image_id"]
    if protocol.frontend == "plugin":
        assert list(answer.diffs) == list(answer.detailedDiff) == ["imageId"]


def test_credentials_that_became_another_accounts_are_refused_before_any_change(land: Land) -> None:
    land.update(land.share(TWO, FOUR))
    data = land.ecs.account("data")
    its_image = land.ecs.console.create_image(REGION, "data")
    keys = {"alicloud:accessKey": data.access_key_id, "alicloud:secretKey": data.access_key_secret}
    how = How(configuration=configuration_of({**land.config, **keys}))
    said = land.refused(land.share(TWO, FOUR, of=its_image), how=how)
    assert f"image {its_image} belongs to account {data.id}, but the state has this share for image {land.g}" in said
    assert "with the credentials of account 1000000000000001" in said
    assert land.live() == [TWO, FOUR]
    assert land.live(its_image) == []


@pytest.mark.parametrize("order", range(2))
def test_a_stranger_keeps_the_old_image_of_an_exclusive_share(land: Land, order: int) -> None:
    land.update(land.share(TWO, THREE))
    land.ecs.console.share(REGION, land.g, FOUR)
    moved = land.share(TWO, of=land.h)
    leaving = land.update(moved, how=How(order=order))
    assert leaving == [TWO, THREE]
    assert (land.live(), land.live(land.h)) == ([FOUR], [TWO])
    assert land.unchanged(moved)


@pytest.mark.parametrize("order", range(2))
def test_refresh_rename_drop_and_an_account_that_the_console_unshared_in_one_run(land: Land, order: int) -> None:
    land.update(land.apart(TWO, THREE, FOUR))
    land.ecs.console.unshare(REGION, land.g, FOUR)
    renamed = land.apart(TWO, FOUR, name="silver")
    land.stack.up([renamed], How(order=order, refresh=True))
    assert land.live() == [TWO, FOUR]
    assert [(item.name, item.accounts) for item in land.stack.resources] == [("silver", {TWO, FOUR})]
    assert land.unchanged(renamed)


def split(land: Land) -> Program:
    return [land.apart(*HALF, max_unshare_percent=30), land.apart(*OTHER_HALF, name="silver")]


CONVERSIONS: Mapping[
    str, tuple[Callable[[Land], Program], Callable[[Land], Program], Mapping[str, tuple[str, ...]]]
] = {
    "edit": (lambda at: [at.share(TWO, THREE)], lambda at: [at.share(TWO, FOUR)], {"g": (TWO, FOUR)}),
    "another image": (lambda at: [at.share(TWO, THREE)], lambda at: [at.share(TWO, of=at.h)], {"h": (TWO,)}),
    "split": (lambda at: [at.share(*TWELVE)], split, {"g": TWELVE}),
    "swap": (
        lambda at: [at.share(TWO), at.share(THREE, name="silver", of=at.h)],
        lambda at: [at.share(TWO, of=at.h), at.share(THREE, name="silver")],
        {"g": (THREE,), "h": (TWO,)},
    ),
    "rename": (
        lambda at: [at.share(TWO, THREE)],
        lambda at: [at.share(TWO, FOUR, name="silver", aliases=(at.share().urn,))],
        {"g": (TWO, FOUR)},
    ),
}


@pytest.mark.dynamic_frontend
@pytest.mark.parametrize("name", CONVERSIONS)
def test_a_share_that_was_the_plugins_is_edited_in_the_same_update(land: Land, name: str) -> None:
    first, then, live = CONVERSIONS[name]
    program = [replace(share, aliases=tuple(map(of_the_plugin, (share.urn, *share.aliases)))) for share in then(land)]
    for order in range(2):
        land.stack.up(first(land))
        had = _live(land)
        land.stack.make_the_plugins()
        shown = land.stack.preview(program, How(order=order))
        assert _live(land) == had
        land.stack.up(program, How(order=order))
        assert land.stack.shown == shown
        assert _live(land) == {"g": (), "h": (), "i": (), **live}
        assert land.unchanged(*program)
        land.stack.destroy()
        assert _live(land) == {"g": (), "h": (), "i": ()}


def of_the_plugin(urn: str) -> str:
    return urn.replace(ShareResource.dynamic_type, ShareResource.plugin_type())
