"""The page of an audit, as text: what is in it, and what can't be."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest

from pulumi_alicloud_image_share.audit.model import Audit, AuditedImage, Kind, Unseen
from pulumi_alicloud_image_share.cli.html_report import FEW, html_report, visible
from support.audits import OWNER, a_finding, a_manager, an_account, an_audit, an_image

HOSTILE = "</style></script><script>alert('1')</script>\"' onload=x {{ 7 * 7 }}"
AROUND_NOTHING = frozenset({"meta", "col", "br", "input"})
NEED_NO_END = frozenset({"td"})


class Elements(HTMLParser):
    """The elements of a page: each start tag with its attributes, and those that were not ended."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.starts: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.starts.append((tag, dict(attrs)))
        if tag not in AROUND_NOTHING | NEED_NO_END:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in NEED_NO_END:
            assert self.open.pop() == tag


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL)))


def test_an_audit_makes_the_same_page_each_time() -> None:
    assert html_report(an_audit(30, 12)) == html_report(an_audit(30, 12))


@pytest.mark.parametrize(("images", "accounts"), [(8, 6), (30, 40)])
def test_every_finding_is_in_it_problems_first(images: int, accounts: int) -> None:
    audit = an_audit(images, accounts)
    html = html_report(audit)
    places = [html.index(f'<div class="say" dir="auto">{finding.sentence}') for finding in audit.findings]
    assert places == sorted(places)
    assert html.index('id="problems"') < places[0] < html.index('id="notes"') < places[-1] < html.index('id="who"')
    assert [finding.is_note for finding in audit.findings] == sorted(finding.is_note for finding in audit.findings)


def test_a_finding_leads_to_the_row_of_its_image_and_names_its_kind_and_region() -> None:
    image = an_image(5)
    audit = replace(an_audit(8), findings=(a_finding(Kind.DRIFT, image, an_account(1)),))
    item = re.search(r'<ol class="list".*?<li>(.*?)</li>', html_report(audit), re.DOTALL)
    assert item is not None
    anchor = re.search(r'href="#(i\d+)"', item[1])
    assert anchor is not None
    row = re.search(rf'<tr id="{anchor[1]}".*?</tr>', html_report(audit), re.DOTALL)
    assert row is not None
    assert image.image_id in row[0]
    assert "drift" in row[0]
    assert {"drift", image.name, image.image_id, image.region} <= set(re.split(r"\s{2,}|\n", text_of(item[1])))


def test_accounts_that_the_sentence_of_a_finding_leaves_out_are_named() -> None:
    finding = replace(a_finding(Kind.DRIFT, an_image(1), an_account(1)), sentence="Somebody has access.")
    audit = replace(an_audit(8), findings=(finding,))
    assert f"Somebody has access.\nAccounts: data ({an_account(1)})" in unescape(html_report(audit))


def test_what_could_not_be_looked_at_comes_before_all_else() -> None:
    html = html_report(replace(an_audit(8), unseen=(Unseen("region cn-beijing", "Forbidden.RAM: not you.\nAsk."),)))
    assert "Not everything could be looked at" in html
    assert "Forbidden.RAM: not you.\nAsk." in html
    assert html.index("This audit vouches for nothing") < html.index('class="sums"') < html.index('id="problems"')
    assert "vouches" not in html_report(an_audit(8))


def test_an_image_whose_accounts_were_not_seen_is_among_those_that_others_may_launch() -> None:
    audit = Audit(OWNER, ("cn-hangzhou",), "", images=(AuditedImage(an_image(1), is_seen=False),))
    matrix = html_report(audit).partition('id="who"')[2].partition('id="own"')[0]
    assert an_image(1).image_id in matrix
    assert "not seen" in matrix
    assert "of which 1 could not be seen" in matrix


def test_images_of_the_owner_alone_are_below_the_matrix() -> None:
    audit = an_audit(20)
    matrix, _, own = html_report(audit).partition('id="who"')[2].partition('id="own"')
    for seen in audit.images:
        assert seen.image.image_id in (matrix if seen.is_shared else own)
        assert seen.image.image_id not in (own if seen.is_shared else matrix)


@pytest.mark.parametrize("accounts", [FEW, FEW + 1, 40])
def test_each_row_says_which_account_has_access_since_when(accounts: int) -> None:
    audit = an_audit(30, accounts)
    html = html_report(audit)
    heads = re.findall(r'<th scope="col" class="a[^"]*".*?<span class="id">(\d+)</span>', html)
    assert sorted(heads) == sorted(audit.accounts)
    matrix = html.partition('id="who"')[2]
    for seen in audit.images:
        if not seen.is_shared:
            continue
        row = matrix.partition(f'<span class="id">{seen.image.image_id}</span>')[2].partition("</tr>")[0]
        cells = row.partition('<td class="f">')[2].partition("</td>")[2]
        told: dict[str, str] = {}
        place = 0
        for span, since in re.findall(r"<td(?: class=\"[cx\d ]*\")?(?: colspan=(\d+))?>(?:<b>([\d-]+)</b>)?", cells):
            told.update({heads[place]: since} if since else {})
            place += int(span or 1)
        assert place == len(heads)
        assert told == {account: since[:10] for account, since in seen.accounts.items()}


def test_an_account_whose_time_ecs_does_not_say_has_access_all_the_same() -> None:
    audit = Audit(OWNER, (), "", images=(AuditedImage(an_image(1), {an_account(0): ""}),))
    assert "<b>yes</b>" in html_report(audit)


def test_accounts_off_the_allowlist_come_first_and_are_told_so() -> None:
    html = html_report(an_audit(30, 12))
    titles = re.findall(r'<th scope="col" class="(a[^"]*)" title="([^"]*)"', html)
    assert titles[0] == ("a x", f"search-1 ({an_account(11)}), not on the allowlist")
    assert [css for css, _ in titles[1:]] == ["a"] * 11


def test_without_an_allowlist_no_account_is_judged() -> None:
    html = html_report(replace(an_audit(30, 12), allowed=None, findings=()))
    assert "none was given, so no account is judged" in html
    assert "not on the allowlist" not in html


def test_community_images_and_share_groups_are_marked_and_managers_named() -> None:
    matrix = html_report(an_audit(8)).partition("<tbody>")[2]
    assert matrix.count('<span class="badge warn">community</span>') == 1
    assert matrix.count('<span class="badge warn">share group rsg-1</span>') == 1
    assert "<bdi>prod: golden-0001</bdi>" in matrix


def test_it_refers_to_nothing_outside() -> None:
    html = html_report(an_audit(30, 40, unseen=2))
    assert re.findall(r"https?:|//[a-z]|@import|url\(|src=|srcset|<link|<base|<iframe|<img", html) == []
    assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', html))


def test_its_policy_allows_the_one_script_and_style_that_it_has_and_no_more() -> None:
    html = html_report(an_audit(30, 40))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    rules = dict(rule.split(" ", 1) for rule in unescape(policy[1]).split("; "))
    for name in ("style", "script"):
        (text,) = re.findall(rf"<{name}>(.*?)</{name}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules.pop(f"{name}-src") == f"'sha256-{digest}'"
    assert rules == {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}
    assert " style=" not in html


def audit_that_says(text: str, accounts: int) -> Audit:
    """An audit in which every text is this one."""
    image = replace(an_image(1), image_id=text, name=text, region=text, status=text)
    shared = {text: text, **{an_account(number): "" for number in range(accounts - 1)}}
    return Audit(
        account_id=text,
        regions=(text,),
        taken_at=text,
        images=(AuditedImage(image, shared, (text,), (a_manager(image, text),)),),
        findings=(replace(a_finding(Kind.KEPT, image), sentence=text, accounts=(text,)),),
        unseen=(Unseen(text, text),),
        names=dict.fromkeys(shared, text),
        stacks=(text,),
    )


@pytest.mark.parametrize("accounts", [2, 40])
def test_no_text_becomes_a_part_of_the_page(accounts: int) -> None:
    html = html_report(audit_that_says(HOSTILE, accounts))
    hostile, harmless = Elements(html), Elements(html_report(audit_that_says("golden", accounts)))
    assert [(tag, list(attributes)) for tag, attributes in hostile.starts] == [
        (tag, list(attributes)) for tag, attributes in harmless.starts
    ]
    assert hostile.open == []
    assert text_of(html).count(HOSTILE) > 10


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("golden", "golden"),
        ("a\u202eb", "a[U+202E]b"),
        ("zero\u200bwidth\u2066\x00", "zero[U+200B]width[U+2066][U+0000]"),
        ("half \ud83d of one", "half [U+D83D] of one"),
        ("金色 é עברית", "金色 é עברית"),
        ("two\nlines", "two\nlines"),
        (7, 7),
    ],
)
def test_signs_that_show_as_nothing_are_named(text: object, shown: object) -> None:
    assert visible(text) == shown


def test_a_page_with_half_a_sign_in_it_can_be_written() -> None:
    audit = replace(an_audit(1), names={an_account(0): "\ud83d"}, account_id="\udc00")
    html_report(audit).encode("utf-8")


def test_it_stays_small_where_there_is_much_in_it() -> None:
    assert len(html_report(an_audit(2000, 300, every=6))) < 6_000_000
    assert len(html_report(an_audit(200, 100))) < 500_000


def test_findings_that_were_left_out_are_counted() -> None:
    report = html_report(replace(an_audit(), left_out={Kind.UNMANAGED: 3, Kind.UNUSED: 1}))
    assert "3 findings of unmanaged, 1 finding of unused, as was asked" in report
    assert "Left out" not in html_report(an_audit())
