"""Slots in sentences: each frontend writes its own names, and no mark of a slot is left in any text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_alicloud_image_share import errors, slots
from pulumi_alicloud_image_share.accounts import named, plainly_named
from pulumi_alicloud_image_share.cli.connection import WORDS as COMMAND_LINE
from pulumi_alicloud_image_share.plugin.properties import WORDS as PLUGIN
from pulumi_alicloud_image_share.values import Problem, parse_flag, shown, unknown_argument

PAYMENTS = "1000000000000002"
MARKS = "\ue000\ue001\ue002"


@pytest.mark.parametrize(
    ("slot", "python", "plugin", "command_line"),
    [
        (slots.prop("max_accounts"), "max_accounts", "maxAccounts", "max_accounts"),
        (slots.assigned("exclusive", False), "exclusive=False", "exclusive: false", "exclusive=False"),
        (slots.assigned("most_recent", True), "most_recent=True", "mostRecent: true", "most_recent=True"),
        (slots.literal(None), "None", "null", "None"),
        (shown(True), "True", "true", "True"),
        (shown("True"), "'True'", "'True'", "'True'"),
        (slots.setting("region"), "alicloud-image-share:region", "alicloud-image-share:region", "--region"),
        (slots.setting("region", "alicloud:region"), "alicloud:region", "alicloud:region", "--region"),
        (named(PAYMENTS, {PAYMENTS: "payments"}), *[f"payments ({PAYMENTS})"] * 3),
    ],
)
def test_each_frontend_writes_its_own_names(slot: str, python: str, plugin: str, command_line: str) -> None:
    sentence = f"set {slot} in max_accounts=False"
    for words, said in ((slots.PYTHON, python), (PLUGIN, plugin), (COMMAND_LINE, command_line)):
        assert slots.render(sentence, words) == f"set {said} in max_accounts=False"


def test_a_sentence_of_the_program_has_the_words_of_each_language() -> None:
    problems: list[Problem] = []
    parse_flag("allow_community", 1, False, problems)
    assert problems[0].sentence == "allow_community must be True or False, not 1."
    assert slots.render(problems[0].text, PLUGIN) == "allowCommunity must be true or false, not 1."
    problem = unknown_argument("ImageShare", "max_account", ["max_accounts", "region"])
    assert slots.render(problem.text, PLUGIN) == "ImageShare has no argument 'max_account': did you mean maxAccounts?"
    setting = unknown_argument("alicloud-image-share", "x", ["region"], "setting")
    assert setting.sentence == "alicloud-image-share has no setting 'x': the settings are region."


@pytest.mark.parametrize("words", [slots.PYTHON, PLUGIN])
def test_accounts_are_hidden_if_they_are_secret(words: slots.Words) -> None:
    secret = replace(words, hides_accounts=True)
    assert slots.render(f"without {named(PAYMENTS, {PAYMENTS: 'payments'})}.", secret) == "without [secret]."
    of_ecs = slots.with_accounts(
        f"the account {PAYMENTS} and 100000000000000 are invalid", [PAYMENTS, "100000000000000"]
    )
    assert slots.render(of_ecs, secret) == "the account [secret] and [secret] are invalid"
    assert slots.render(of_ecs, words) == f"the account {PAYMENTS} and 100000000000000 are invalid"
    assert plainly_named(PAYMENTS, {}) == PAYMENTS


def test_an_error_is_pythons_until_a_frontend_writes_it() -> None:
    cause = errors.ConfigError(f"set {slots.setting('region')}")
    error = errors.SharingFailed(f"Sharing with {named(PAYMENTS, {})} failed.", cause, [slots.prop("max_accounts")])
    python = f"Sharing with {PAYMENTS} failed.\nWhy: set alicloud-image-share:region\nmax_accounts"
    assert str(error) == python
    secret = replace(PLUGIN, hides_accounts=True)
    hidden = "Sharing with [secret] failed.\nWhy: set alicloud-image-share:region\nmaxAccounts"
    assert str(error.in_words(secret)) == hidden
    # What is written stays written: a frontend that writes it again shows nothing more.
    assert str(error.in_words(PLUGIN)) == hidden


@pytest.mark.parametrize("error", [errors.BadArguments, errors.RuleBroken, errors.NoSharedImage])
def test_sentences_that_a_program_reads_have_no_slots(error: type[errors.BadArguments]) -> None:
    assert error("what", [f"set {slots.prop('region')}."]).sentences == ("set region.",)


@given(st.text(alphabet=st.sampled_from([*MARKS, *"ab(,"])), st.booleans())
def test_no_mark_is_left_whatever_a_text_has_in_it(text: str, hides: bool) -> None:
    slot = slots.account(text)
    for sentence in (text, f"{text}{slot}{text}", slots.prop(text), slots.setting(text, text), shown(text)):
        said = slots.render(sentence, replace(PLUGIN, hides_accounts=hides))
        assert not set(MARKS) & set(said)


@given(st.text())
def test_no_text_of_a_program_can_open_a_slot(text: str) -> None:
    assert not set(MARKS) & set(shown(text))
    assert not set(MARKS) & set(shown({text: [text]}))
    assert not set(MARKS) & set(slots.cleaned(text))
