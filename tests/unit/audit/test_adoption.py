"""What takes over unmanaged images: which, under which names, in programs that say what was seen and nothing else."""

from __future__ import annotations

import ast
import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pulumi_alicloud_image_share.audit.adoption import (
    adoption_data,
    adoptions,
    import_file_of_all,
    left_out,
    python_of_all,
    yaml_of_all,
)
from pulumi_alicloud_image_share.audit.adoption_text import adoption_text
from pulumi_alicloud_image_share.audit.model import Audit, AuditedImage, Manager, Unseen
from pulumi_alicloud_image_share.cloud.model import Image
from pulumi_alicloud_image_share.share.record import DEFAULT_MAX_ACCOUNTS
from pulumi_alicloud_image_share.share.resource import ShareResource
from support.adoption import HOSTILE

OWNER, PAYMENTS, DATA = "1000000000000001", "1000000000000002", "1000000000000003"
HANGZHOU, SHANGHAI = "cn-hangzhou", "cn-shanghai"
TYPE = "alicloud-image-share:index:ImageShare"
ID, OTHER_ID = "m-bp1golden00000000001", "m-bp1golden00000000002"


def image(
    name: str = "golden",
    *accounts: str,
    region: str = HANGZHOU,
    image_id: str = ID,
    groups: tuple[str, ...] = (),
    managers: tuple[Manager, ...] = (),
    is_seen: bool = True,
    **seen: Any,
) -> AuditedImage:
    of_ecs = {"owner_id": OWNER, "owner_alias": "self", "status": "Available", **seen}
    since = dict.fromkeys(accounts, "2024-05-01T02:03:04Z")
    return AuditedImage(Image(image_id, region, name=name, **of_ecs), since, groups, managers, is_seen)


def audit(*images: AuditedImage, **others: Any) -> Audit:
    given = {"account_id": OWNER, "regions": (HANGZHOU, SHANGHAI), "stacks": ("prod.json",), **others}
    return Audit(taken_at="2024-06-01T00:00:00Z", images=images, **given)


def manager(*accounts: str, exclusive: bool = False, is_secret: bool = False, name: str = "golden") -> Manager:
    known = None if is_secret else frozenset(accounts)
    return Manager("prod", f"urn:pulumi:prod::shop::{TYPE}::{name}", HANGZHOU, ID, known, exclusive=exclusive)


def names(*images: AuditedImage) -> list[str]:
    return [adoption.name for adoption in adoptions(audit(*images))]


def why(left: AuditedImage, **others: Any) -> str:
    """Why an image is left out, which it must be."""
    assert adoptions(audit(left, **others)) == ()
    [(found, sentence)] = left_out(audit(left, **others))
    assert found is left
    return sentence


def calls(program: str) -> list[dict[str, Any]]:
    """What a program in Python calls ImageShare with: its keywords, and the name as `name`."""
    found = [node for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Call)]
    shares = [node for node in found if ast.unparse(node.func) == "image_share.ImageShare"]
    given = [{word.arg or "": word.value for word in node.keywords if word.arg != "opts"} for node in shares]
    return [
        {"name": ast.literal_eval(node.args[0]), **{word: ast.literal_eval(value) for word, value in words.items()}}
        for node, words in zip(shares, given, strict=True)
    ]


class TestWhatIsTakenOver:
    def test_an_image_that_other_accounts_have_and_no_stack_manages(self) -> None:
        shared = image("golden", DATA, PAYMENTS)
        [found] = adoptions(audit(image("unshared", image_id=OTHER_ID), shared))
        assert found.image is shared
        assert found.resource_id == f"{HANGZHOU}:{ID}"
        assert found.import_command == (f"pulumi import --yes --generate-code=false {TYPE} golden {HANGZHOU}:{ID}")
        assert yaml.safe_load(found.yaml) == {
            "resources": {
                "golden": {
                    "type": "alicloud-image-share:ImageShare",
                    "properties": {"region": HANGZHOU, "imageId": ID, "accountIds": [PAYMENTS, DATA]},
                    "options": {"protect": True},
                }
            }
        }
        assert calls(found.python) == [
            {"name": "golden", "region": HANGZHOU, "image_id": ID, "account_ids": [PAYMENTS, DATA]}
        ]

    def test_accounts_are_called_what_the_audit_calls_them_in_comments_alone(self) -> None:
        [found] = adoptions(audit(image("golden", PAYMENTS, DATA), names={PAYMENTS: "payments"}))
        assert f'        - "{PAYMENTS}" # payments\n        - "{DATA}"\n' in found.yaml
        assert f"        '{PAYMENTS}',  # payments\n        '{DATA}',\n" in found.python

    @pytest.mark.parametrize(("count", "limit"), [(DEFAULT_MAX_ACCOUNTS, None), (DEFAULT_MAX_ACCOUNTS + 1, 51)])
    def test_only_more_accounts_than_documented_need_a_limit(self, count: int, limit: int | None) -> None:
        many = [str(2000000000000001 + n) for n in range(count)]
        [found] = adoptions(audit(image("golden", *many)))
        properties = yaml.safe_load(found.yaml)["resources"]["golden"]["properties"]
        assert properties.get("maxAccounts") == calls(found.python)[0].get("max_accounts") == limit

    @pytest.mark.parametrize(
        ("what", "remark"),
        [
            ({"product_code": "cmjj1"}, "allowMarketplaceBased"),
            ({"status": "Deprecated"}, "# Deprecated: accounts can be added once it is Available."),
            ({"status": "UnAvailable"}, "'UnAvailable': who has access can be changed once it is Available."),
            ({"encrypted": True}, "# Encrypted: "),
            ({"groups": ("all",)}, "# Share groups have it too, which ImageShare does not manage: all."),
        ],
    )
    def test_what_will_stand_in_the_way_of_a_later_change_is_remarked(self, what: Any, remark: str) -> None:
        [found] = adoptions(audit(image("golden", PAYMENTS, **what)))
        assert remark in found.yaml
        assert remark in found.python
        assert yaml.safe_load(found.yaml)["resources"]["golden"]["properties"].keys() == {
            "region",
            "imageId",
            "accountIds",
        }

    def test_the_type_is_that_of_the_plugin(self) -> None:
        assert ShareResource.plugin_type() == TYPE


class TestWhatIsLeftOut:
    def test_what_nobody_else_has_needs_no_word(self) -> None:
        assert left_out(audit(image())) == adoptions(audit(image())) == ()

    def test_a_community_image(self) -> None:
        assert why(image(is_public=True)).startswith("a community image, which every account can use: unpublish it")
        assert why(image("golden", PAYMENTS, is_public=True)).startswith("a community image")

    def test_what_only_share_groups_have(self) -> None:
        expected = "only share groups have access, which ImageShare does not manage: all, team."
        assert why(image(groups=("all", "team"))) == expected

    def test_what_could_not_be_seen(self) -> None:
        assert why(image(is_seen=False)) == "who has access could not be seen: run the audit again."

    def test_what_an_exclusive_share_has_whoever_else_has_access(self) -> None:
        managed = image("golden", PAYMENTS, DATA, managers=(manager(PAYMENTS, exclusive=True),))
        assert why(managed) == "prod: golden manages it already."

    def test_what_shares_of_single_accounts_have_together(self) -> None:
        several = (manager(PAYMENTS), manager(DATA, name="other"))
        assert why(image("golden", PAYMENTS, DATA, managers=several)) == (
            "prod: golden, prod: other manage it already."
        )

    def test_an_import_would_take_the_accounts_of_others_so_the_rest_belongs_there(self) -> None:
        sentence = why(image("golden", PAYMENTS, DATA, managers=(manager(PAYMENTS),)), names={DATA: "data"})
        assert sentence == (
            "prod: golden manages only some of its accounts. An import would take over the accounts of others too: add "
            f"the rest there instead: data ({DATA})."
        )

    def test_what_has_secret_accounts_or_was_not_seen_beside_a_manager(self) -> None:
        secret = why(image("golden", PAYMENTS, managers=(manager(is_secret=True),)))
        assert secret.startswith("prod: golden manages accounts of it, which are secret. An import would")
        assert "could not be seen" in why(image(is_seen=False, managers=(manager(PAYMENTS),)))


class TestNames:
    @pytest.mark.parametrize(
        ("called", "name"),
        [
            ("Golden_2024.05", "golden-2024-05"),
            ("--- golden ---", "golden"),
            ("2024-05-01", "image-2024-05-01"),
            ("Größe", "groe"),
            ("黄金", ID),
            ("", ID),
            ("pulumi", f"pulumi-{HANGZHOU}"),
            (HOSTILE, "on-pulumi-cwd-touch-pwned-touch-pwned-e"),
        ],
    )
    def test_a_resource_has_the_name_of_its_image_as_far_as_a_program_can(self, called: str, name: str) -> None:
        assert names(image(called, PAYMENTS)) == [name]

    def test_where_two_are_called_the_same_the_region_tells_them_apart(self) -> None:
        there = image("Golden", PAYMENTS, region=SHANGHAI)
        assert names(image("golden", PAYMENTS), there) == [f"golden-{HANGZHOU}", f"golden-{SHANGHAI}"]

    def test_where_the_region_is_the_same_too_the_image_id_does(self) -> None:
        three = [
            image("golden", PAYMENTS),
            image("golden", PAYMENTS, image_id=OTHER_ID),
            image("golden", PAYMENTS, region=SHANGHAI),
        ]
        assert names(*three) == [f"golden-{HANGZHOU}-{ID}", f"golden-{HANGZHOU}-{OTHER_ID}", f"golden-{SHANGHAI}"]

    def test_a_name_of_the_stacks_own_resources_is_not_given_again(self) -> None:
        managed = image("managed", PAYMENTS, image_id=OTHER_ID, managers=(manager(PAYMENTS, exclusive=True),))
        assert names(managed, image("golden", PAYMENTS)) == [f"golden-{HANGZHOU}"]

    @given(st.lists(st.tuples(st.sampled_from(["a", "A", "a-r", "a-r-m-1", "é", "a-r-M-2"]), st.sampled_from("rs"))))
    def test_no_two_have_the_same_and_the_order_does_not_matter(self, called: list[tuple[str, str]]) -> None:
        images = [image(name, PAYMENTS, region=region, image_id=f"m-{n}") for n, (name, region) in enumerate(called)]
        given_names = names(*images)
        assert len(set(given_names)) == len(images)
        assert names(*reversed(images)) == given_names[::-1]


class TestPrograms:
    @given(st.lists(st.text(), min_size=1, max_size=4), st.text())
    def test_no_name_of_an_image_or_an_account_changes_what_a_program_says(self, called: list[str], name: str) -> None:
        images = [image(text, PAYMENTS, image_id=f"m-bp1golden{n:08}") for n, text in enumerate(called)]
        found = adoptions(audit(*images, names={PAYMENTS: name}))
        program = yaml.safe_load(yaml_of_all(found))["resources"]
        said = calls(python_of_all(found))
        assert list(program) == [share["name"] for share in said] == [adoption.name for adoption in found]
        expected = [(HANGZHOU, each.image.image_id, [PAYMENTS]) for each in images]
        in_yaml = [share["properties"] for share in program.values()]
        assert [(each["region"], each["imageId"], each["accountIds"]) for each in in_yaml] == expected
        assert [(each["region"], each["image_id"], each["account_ids"]) for each in said] == expected
        assert all(re.fullmatch(r"[a-z][a-z0-9-]*", adoption.name) for adoption in found)
        for adoption in found:
            assert shlex.split(adoption.import_command)[-2:] == [adoption.name, adoption.resource_id]

    @pytest.mark.parametrize("name", ["on", "null", "y", "Yes", "e-1"])
    def test_a_name_that_is_a_value_of_yaml_stays_a_name(self, name: str) -> None:
        [found] = adoptions(audit(image(name, PAYMENTS)))
        assert list(yaml.safe_load(found.yaml)["resources"]) == [name.lower()]

    def test_an_id_that_would_be_an_expression_stays_text_in_yaml(self) -> None:
        [found] = adoptions(audit(image("golden", PAYMENTS, image_id="m-${pulumi.cwd}")))
        assert 'imageId: "m-$${pulumi.cwd}"' in found.yaml


class TestAllAtOnce:
    IMAGES = (image("golden", PAYMENTS), image("golden", DATA, region=SHANGHAI))

    def test_one_file_imports_all(self) -> None:
        found = adoptions(audit(*self.IMAGES))
        assert json.loads(import_file_of_all(found)) == {
            "resources": [
                {"type": TYPE, "name": f"golden-{HANGZHOU}", "id": f"{HANGZHOU}:{ID}"},
                {"type": TYPE, "name": f"golden-{SHANGHAI}", "id": f"{SHANGHAI}:{ID}"},
            ]
        }

    def test_the_data_is_such_a_file_and_has_the_programs_and_what_is_left_out(self) -> None:
        found = audit(*self.IMAGES, image("ours", is_public=True, image_id=OTHER_ID))
        data = json.loads(json.dumps(adoption_data(found)))
        assert data["resources"] == json.loads(import_file_of_all(adoptions(found)))["resources"]
        assert data["programs"]["yaml"] == yaml_of_all(adoptions(found))
        assert data["programs"]["python"] == python_of_all(adoptions(found))
        assert [each["name"] for each in data["adoptions"]] == [f"golden-{HANGZHOU}", f"golden-{SHANGHAI}"]
        assert [each["imageId"] for each in data["leftOut"]] == [OTHER_ID]

    def test_of_nothing_there_is_no_program(self) -> None:
        assert adoption_data(audit()) == {"resources": [], "programs": {}, "adoptions": [], "leftOut": []}


class TestText:
    def test_it_has_each_images_command_and_programs_and_at_the_end_those_of_all(self) -> None:
        found = audit(*TestAllAtOnce.IMAGES)
        text = adoption_text(found)
        for adoption in adoptions(found):
            for part in (adoption.import_command, adoption.yaml, adoption.python):
                assert f"\n{part}" in text
        for part in (import_file_of_all, yaml_of_all, python_of_all):
            assert part(adoptions(found)) in text
        assert text.startswith(f"# Take over 2 shared images of account {OWNER}: ")

    def test_of_one_image_nothing_is_said_twice(self) -> None:
        text = adoption_text(audit(image("golden", PAYMENTS)))
        assert text.count("pulumi import ") == text.count(f'"{PAYMENTS}"') == 1

    def test_what_is_pasted_does_only_what_the_commands_do(self, tmp_path: Path) -> None:
        """All of it, by a shell in which `pulumi` only tells what it is called with."""
        found = audit(
            *(image(HOSTILE, PAYMENTS, region=region) for region in (HANGZHOU, SHANGHAI)), names={DATA: HOSTILE}
        )
        text = adoption_text(found)
        outside = re.sub(r"# (Pulumi\.yaml|__main__\.py)\n.*?(?=\n# -----|\Z)", "", text, flags=re.DOTALL)
        script = f'pulumi() {{ printf "%s\\n" "$*"; }}\n{outside}'
        done = subprocess.run(["bash", "-euc", script], cwd=tmp_path, capture_output=True, text=True, check=True)
        singles = [shlex.join(shlex.split(adoption.import_command)[1:]) for adoption in adoptions(found)]
        assert done.stdout.splitlines() == [*singles, "import --yes --generate-code=false --file adopt.json"]
        assert [file.name for file in tmp_path.iterdir()] == ["adopt.json"]
        assert (tmp_path / "adopt.json").read_text() == import_file_of_all(adoptions(found))

    def test_it_ends_with_what_is_left_out_and_why(self) -> None:
        text = adoption_text(audit(image("ours", is_public=True)))
        assert text.startswith(f"# No shared image of account {OWNER} is left to take over.\n")
        assert text.splitlines()[-1].startswith(f"# {ID} in {HANGZHOU}: a community image")

    def test_what_is_managed_already_is_only_counted(self) -> None:
        managed = [image("a", PAYMENTS, managers=(manager(PAYMENTS, exclusive=True),)) for _ in range(2)]
        partly = image("b", PAYMENTS, DATA, managers=(manager(PAYMENTS),))
        lines = adoption_text(audit(*managed, partly)).splitlines()
        assert lines[-1] == "# 2 images that a stack manages already."
        assert "manages only some of its accounts" in lines[-2]
        assert lines[-3] == "# -------- Left out"

    def test_it_says_what_it_could_not_know(self) -> None:
        text = adoption_text(audit(stacks=(), unseen=(Unseen(SHANGHAI, "Forbidden\nby RAM"),), account_id=""))
        assert "No state of a stack was given" in text
        assert f"# Not looked at: {SHANGHAI}: Forbidden\\nby RAM\n" in text
        assert "of this account" in text
