"""The page of an audit, looked at and used in a headless Chromium. In every test it is silent and asks nobody."""

from __future__ import annotations

import itertools
import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import ElementHandle, Locator, Page, expect

from pulumi_alicloud_image_share.audit.model import Audit, AuditedImage, Kind
from pulumi_alicloud_image_share.cli.html_report import html_report
from support.audits import OWNER, a_finding, an_account, an_audit, an_image

OpenPage = Callable[..., Page]

# How wide the page is on paper: A4, landscape, without its margins, in pixels of CSS.
SHEET = 1031
ROWS = "tbody > tr:visible"
FINDINGS = ".list > li:visible"
# Of each text that shows: what it is, and how its colour differs from what it stands on (WCAG's contrast).
CONTRASTS = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const linear = (c) => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
    const [r, g, b] = parts(colour).map((part) => linear(part / 255));
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((parts(colour)[3] ?? 1) === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const style = getComputedStyle(element);
    const text = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
    if (!text.length || !element.checkVisibility() || parseFloat(style.fontSize) < 8) continue;
    const [one, other] = [light(style.color), light(behind(element))].sort((a, b) => b - a);
    found.push([text[0].data.trim().slice(0, 30), (one + .05) / (other + .05)]);
  }
  return found;
}"""

# Which frozen headers of those in view have something else on top of them.
COVERED_HEADERS = """(grid) => {
  const { left, top, right, bottom } = grid.getBoundingClientRect();
  const corner = grid.querySelector("thead th").getBoundingClientRect();
  const middles = [...grid.querySelectorAll("th.a, tbody th")].map((header) => {
    const at = header.getBoundingClientRect();
    return { header, x: (at.left + at.right) / 2, y: (at.top + at.bottom) / 2, isRow: !header.matches(".a") };
  });
  const seen = middles.filter(({ x, y, isRow }) => x < right - 20 && y < Math.min(bottom, innerHeight) - 20
    && (isRow ? y > corner.bottom + 20 : x > corner.right + 20) && x > left && y > top);
  const covered = seen.filter(({ header, x, y }) => !header.contains(document.elementFromPoint(x, y)));
  return { looked_at: seen.length, covered: covered.map(({ header }) => header.textContent) };
}"""


def box(part: Locator | ElementHandle) -> dict[str, float]:
    found = part.bounding_box()
    assert found is not None
    return {**found}


def columns(page: Page) -> list[str]:
    """The accounts whose columns show."""
    return [
        column.locator(".id").inner_text()
        for column in page.locator("th.a").all()
        if not column.evaluate("th => document.querySelectorAll('col')[th.cellIndex].matches('.gone')")
    ]


def names(page: Page) -> list[str]:
    """The names of the images that show."""
    return page.locator(f"{ROWS} > th bdi").all_inner_texts()


def with_access(audit: Audit, account: str) -> list[str]:
    return [seen.image.name for seen in audit.images if account in seen.accounts]


def one_image(image_name: str, **changes: object) -> Audit:
    """An audit of one image of that name, with two accounts, one of which has a name like it, and a finding."""
    image = an_image(name=image_name)
    shared = {an_account(0): "2026-01-02T03:04:05Z", an_account(1): "2026-02-03T04:05:06Z"}
    audit = Audit(
        OWNER,
        (image.region,),
        "2026-11-29T05:00:00Z",
        images=(AuditedImage(image, shared),),
        findings=(a_finding(Kind.UNMANAGED, image),),
        names={an_account(0): image_name},
    )
    return replace(audit, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 480])
@pytest.mark.parametrize(("images", "accounts"), [(8, 6), (200, 100)])
def test_it_can_be_read_at_both_widths_in_light_and_dark(
    open_page: OpenPage, pictures: Path, images: int, accounts: int, width: int, scheme: str
) -> None:
    page = open_page(html_report(an_audit(images, accounts, unseen=1)), width, color_scheme=scheme)
    steps = {
        "top": "0",
        "matrix": "document.getElementById('who').scrollIntoView()",
        "scrolled": "document.getElementById('matrix').scrollBy(1500, 2000)",
    }
    for part, step in steps.items():
        page.evaluate(step)
        file = pictures / f"{images}x{accounts}-{width}-{scheme}-{part}.png"
        page.screenshot(path=file)
        assert struct.unpack(">II", file.read_bytes()[16:24]) == (width, 900)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page itself scrolls sideways"
    contrasts = page.evaluate(CONTRASTS)
    assert len(contrasts) > 100
    assert [(text, ratio) for text, ratio in contrasts if ratio < 4.5] == []
    red = int(page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]"))
    assert red > 200 if scheme == "light" else red < 50


@pytest.mark.parametrize("width", [1440, 480])
def test_headers_stay_where_they_are_when_the_matrix_is_scrolled(open_page: OpenPage, width: int) -> None:
    page = open_page(html_report(an_audit(200, 100)), width)
    matrix = page.locator("#matrix")
    matrix.scroll_into_view_if_needed()
    corner, column, row = (
        matrix.locator("thead th").first,
        matrix.locator("th.a").nth(60),
        matrix.locator("tbody th").nth(90),
    )
    before = [box(part) for part in (corner, column, row)]
    moved = matrix.evaluate("grid => { grid.scrollBy(700, 900); return [grid.scrollLeft, grid.scrollTop]; }")
    assert moved == [700, 900]
    after = [box(part) for part in (corner, column, row)]
    assert after[0] == before[0]
    assert (after[1]["y"], after[1]["x"]) == (before[1]["y"], pytest.approx(before[1]["x"] - 700))
    assert (after[2]["x"], after[2]["y"]) == (before[2]["x"], pytest.approx(before[2]["y"] - 900))
    covered = matrix.evaluate(COVERED_HEADERS)
    assert covered["looked_at"] > 10
    assert covered["covered"] == []


def test_a_hundred_column_headers_are_whole_and_side_by_side(open_page: OpenPage) -> None:
    page = open_page(html_report(an_audit(200, 100)))
    ids = page.locator("th.a .id")
    assert sorted(ids.all_inner_texts()) == [an_account(number) for number in range(100)]
    cut = "all => all.filter(one => one.scrollHeight > one.clientHeight).length"
    assert page.locator("th.a bdi").evaluate_all(cut) == 0
    boxes = page.locator("th.a > div").evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())")
    assert all(left["right"] <= right["left"] for left, right in itertools.pairwise(boxes))
    assert page.locator("th.a .id").first.evaluate("id => parseFloat(getComputedStyle(id).fontSize)") >= 11


def test_a_column_header_that_is_too_long_ends_in_dots_and_says_all_when_pointed_at(open_page: OpenPage) -> None:
    audit = an_audit(20, 12)
    page = open_page(html_report(replace(audit, names={an_account(0): "long " * 40})))
    header = page.locator("th.a", has_text=an_account(0))
    assert box(header)["width"] == 32
    assert box(header.locator("div"))["height"] < box(header)["height"]
    assert ("long " * 40).strip() in str(header.get_attribute("title"))


def test_the_filter_works_by_keyboard(open_page: OpenPage) -> None:
    audit = an_audit(200, 20)
    page = open_page(html_report(audit))
    expect(page.locator("#shown")).to_have_text(f"200 images, {len(audit.findings)} findings")
    page.keyboard.press("/")
    expect(page.locator("#filter")).to_be_focused()
    expect(page.locator("#filter")).to_have_value("")
    page.keyboard.type("golden-001")
    expect(page.locator("#shown")).to_contain_text("10 of 200 images")
    assert names(page) == [seen.image.name for seen in audit.images if seen.image.name.startswith("golden-001")]
    said = [item for item in audit.findings if item.image_id.startswith("m-bp1golden00000001")]
    expect(page.locator(FINDINGS)).to_have_count(len(said))
    page.keyboard.type("/9")
    expect(page.locator("#filter")).to_have_value("golden-001/9")
    expect(page.locator("#shown")).to_contain_text("0 of 200 images, 0 of")
    assert page.locator(".nothing:visible").count() == 4
    page.keyboard.press("Escape")
    expect(page.locator("#filter")).to_have_value("")
    expect(page.locator("#shown")).to_contain_text("200 of 200 images")
    assert len(names(page)) == 200
    assert page.locator(".nothing:visible").count() == 0
    page.keyboard.press("Tab")
    expect(page.get_by_label("only with findings")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#shown")).not_to_contain_text("200 of 200 images")
    page.keyboard.press("Escape")
    expect(page.get_by_label("only with findings")).not_to_be_checked()
    expect(page.locator("#shown")).to_contain_text("200 of 200 images")


def test_what_the_filter_left_is_announced(open_page: OpenPage) -> None:
    status = open_page(html_report(an_audit())).get_by_role("status")
    expect(status).to_have_attribute("aria-live", "polite")
    expect(status).to_have_id("shown")


def test_the_filter_works_by_mouse(open_page: OpenPage) -> None:
    audit = an_audit(200, 20)
    page = open_page(html_report(audit))
    page.get_by_label("only with findings").click()
    concerned = {item.image_id for item in audit.findings}
    left = [seen.image.name for seen in audit.images if seen.image.image_id in concerned]
    expect(page.locator("#shown")).to_contain_text(f"{len(left)} of 200 images")
    assert 0 < len(left) < 200
    assert sorted(names(page)) == sorted(left)
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#shown")).to_contain_text("200 of 200 images")
    expect(page.get_by_label("only with findings")).not_to_be_checked()
    expect(page.locator("#filter")).to_be_focused()


@pytest.mark.parametrize("by", ["name", "ID"])
def test_the_name_or_id_of_an_account_leaves_its_images_and_its_column(open_page: OpenPage, by: str) -> None:
    audit = an_audit(60, 20)
    page = open_page(html_report(audit))
    page.locator("#filter").fill({"name": "Payments-1", "ID": an_account(8)}[by])
    mine = with_access(audit, an_account(8))
    expect(page.locator("#shown")).to_contain_text(f"{len(mine)} of 60 images")
    assert names(page) == mine
    assert columns(page) == [an_account(8)]
    assert box(page.locator("th.a", has_text=an_account(8)))["width"] == 32
    assert page.locator("th.a").evaluate_all("all => all.filter(one => one.offsetWidth > 1).length") == 1


def test_all_words_count_and_columns_that_are_empty_then_are_hidden(open_page: OpenPage) -> None:
    audit = an_audit(60, 40, every=20)
    page = open_page(html_report(audit))
    page.locator("#filter").fill("golden-0004 singapore")
    expect(page.locator("#shown")).to_contain_text("0 of 60 images")
    page.locator("#filter").fill("ap-southeast golden-0004")
    expect(page.locator("#shown")).to_contain_text("1 of 60 images")
    shared = next(seen.accounts for seen in audit.images if seen.image.name == "golden-0004")
    assert sorted(columns(page)) == sorted(shared)


@pytest.mark.parametrize(
    ("text", "is_right"), [("cn-shanghai", "region"), ("prod: golden", "managers"), ("unused", "kind")]
)
def test_the_filter_knows_regions_managers_and_findings(open_page: OpenPage, text: str, is_right: str) -> None:
    audit = an_audit(60, 20)
    unused = {item.image_id for item in audit.findings if item.kind is Kind.UNUSED}
    right = {
        "region": [seen for seen in audit.images if seen.image.region == text],
        "managers": [seen for seen in audit.images if seen.managers],
        "kind": [seen for seen in audit.images if seen.image.image_id in unused],
    }[is_right]
    page = open_page(html_report(audit))
    page.locator("#filter").fill(text)
    expect(page.locator("#shown")).to_contain_text(f"{len(right)} of 60 images")
    assert sorted(names(page)) == sorted(seen.image.name for seen in right)


def test_a_finding_leads_to_its_image_even_where_the_filter_hides_that(open_page: OpenPage) -> None:
    audit = an_audit(200, 20)
    page = open_page(html_report(audit))
    page.get_by_label("only with findings").click()
    item = audit.findings[-2]
    page.locator("#filter").fill(item.image_id)
    expect(page.locator("#shown")).to_contain_text("1 of 200 images")
    page.evaluate("for (const row of document.querySelectorAll('tbody > tr')) row.hidden = true")
    page.locator(f"{FINDINGS} a").first.click()
    expect(page.locator("tbody > tr:target")).to_contain_text(item.image_id)
    expect(page.locator("tbody > tr:target > th")).to_be_in_viewport()
    expect(page.locator("#filter")).to_have_value("")


def test_a_dot_tells_its_date_when_it_is_pointed_at_and_its_column_is_marked(open_page: OpenPage) -> None:
    audit = an_audit(40, 20)
    page = open_page(html_report(audit))
    seen = audit.images[1]
    account = next(iter(seen.accounts))
    cell = page.locator("#matrix tbody tr").nth(1).locator("td > b").first
    assert cell.inner_text() == seen.accounts[account][:10]
    assert box(cell)["width"] < 15
    cell.hover()
    assert box(cell)["width"] > 60
    assert cell.evaluate("b => parseFloat(getComputedStyle(b).fontSize)") > 11
    expect(page.locator("th.a.at .id")).to_have_text(account)


def test_an_account_off_the_allowlist_is_told_by_more_than_colour(open_page: OpenPage) -> None:
    page = open_page(html_report(an_audit(40, 20)))
    header = page.locator("th.a.x")
    expect(header).to_have_count(1)
    expect(header).to_contain_text("!")
    expect(header).to_contain_text("not on the allowlist")
    assert page.locator("td.x > b").first.evaluate("b => getComputedStyle(b).borderRadius") != "50%"
    assert page.locator("td:not(.x) > b").first.evaluate("b => getComputedStyle(b).borderRadius") == "50%"
    assert columns(page)[0] == an_account(19)


@pytest.mark.parametrize(("images", "accounts"), [(8, 6), (60, 40)])
def test_without_script_all_of_it_can_be_read(open_page: OpenPage, images: int, accounts: int) -> None:
    audit = an_audit(images, accounts, unseen=2)
    page = open_page(html_report(audit), java_script_enabled=False)
    expect(page.locator("#tools")).to_be_hidden()
    assert sorted(names(page)) == sorted(seen.image.name for seen in audit.images)
    assert page.locator(f"{FINDINGS} .say").all_inner_texts() == [item.sentence for item in audit.findings]
    for what in audit.unseen:
        expect(page.locator(".unseen")).to_contain_text(what.why)
    assert page.locator("td > b:visible").count() == sum(len(seen.accounts) for seen in audit.images)


@pytest.mark.parametrize(("accounts", "shows_matrix"), [(8, True), (40, False)])
def test_on_paper_it_is_black_on_white_and_all_of_it_is_there(
    open_page: OpenPage, pictures: Path, accounts: int, shows_matrix: bool
) -> None:
    audit = an_audit(40, accounts)
    page = open_page(html_report(audit), SHEET, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    page.screenshot(path=pictures / f"40x{accounts}-print.png")
    page.locator("#who").scroll_into_view_if_needed()
    page.screenshot(path=pictures / f"40x{accounts}-print-matrix.png")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    assert page.pdf(path=pictures / f"40x{accounts}.pdf", prefer_css_page_size=True).startswith(b"%PDF")
    expect(page.locator("#tools")).to_be_hidden()
    assert page.locator(".unseen, .list, .grid").evaluate_all(
        "all => all.every(one => one.scrollHeight <= one.clientHeight + 2)"
    )
    assert all(box(table)["width"] <= SHEET for table in page.locator("table").all())
    assert page.locator("tbody th").first.evaluate("th => getComputedStyle(th).position") == "static"
    assert [found for found in page.evaluate(CONTRASTS) if found[1] < 4.5] == []
    assert page.locator("thead").first.evaluate("head => getComputedStyle(head).display") == (
        "table-header-group" if shows_matrix else "none"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= SHEET
    if not shows_matrix:
        row = page.locator("#matrix tbody tr").nth(1)
        assert box(row)["width"] > SHEET - 10, "a paragraph as wide as the sheet"
        seen = audit.images[1]
        said = (
            page.locator("#matrix tbody tr")
            .nth(1)
            .locator("td > b")
            .evaluate_all("all => all.map(one => getComputedStyle(one, '::before').content + one.textContent)")
        )
        assert len(said) == len(seen.accounts)
        for text, (account, since) in zip(sorted(said, key=digits), sorted(seen.accounts.items()), strict=True):
            assert account in text
            assert audit.names.get(account, "") in text
            assert text.endswith(since[:10])


def digits(text: str) -> Sequence[str]:
    return re.findall(r"\d{16}", text)


HOSTILE = [
    "<script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 1'>",
    '" onmouseover="window.ran = 1" autofocus onfocus="window.ran = 1',
    "</style></script></title></table><script>alert(1)</script>",
    "'; } body { background: url(http://127.0.0.1:9/) } a { content: '",
    "{{ 7 * 7 }}{% raw %}",
    "<!-- ]]> &lt;b&gt; &amp;",
    "x" * 2000,
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("accounts", [0, 20])
def test_what_the_cloud_says_is_shown_as_it_is_and_never_run(open_page: OpenPage, text: str, accounts: int) -> None:
    audit = one_image(text)
    others = {an_account(number): "2026-01-01T00:00:00Z" for number in range(2, accounts)}
    image = audit.images[0].image
    image = replace(image, image_id=text, status=text)
    seen = replace(
        audit.images[0], image=image, accounts={**audit.images[0].accounts, **others, text: text}, groups=(text,)
    )
    finding = replace(audit.findings[0], image_id=text, sentence=text, accounts=(text,))
    hostile = replace(audit, account_id=text, regions=(text,), stacks=(text,), images=(seen,), findings=(finding,))
    page = open_page(html_report(hostile), width=480)
    page.locator("#filter").fill("x")
    page.locator("#filter").fill(text)
    expect(page.locator("#shown")).to_contain_text("1 of 1 images")
    assert page.evaluate("document.documentElement.scrollWidth") <= 480
    page.locator("tbody th").hover(force=True)
    page.emulate_media(media="print")
    page.screenshot()
    assert page.evaluate("window.ran") is None
    assert page.locator("tbody th bdi").text_content() == text
    assert page.locator(".say").text_content() == text
    assert page.evaluate("document.scripts.length") == 1


def test_even_a_script_that_got_in_would_not_run(open_page: OpenPage, troubles: list[str]) -> None:
    html = html_report(an_audit())
    smuggled = "<main><script>window.ran = 1</script><img src='http://127.0.0.1:9/x.png' onerror='window.ran = 1'>"
    page = open_page(html.replace("<main>", smuggled))
    page.wait_for_function("() => !document.querySelector('#tools').hidden")
    assert page.evaluate("window.ran") is None
    said = [trouble for trouble in troubles if "Content Security Policy" in trouble]
    assert len(said) == 3, "a script, a picture and what it would do"
    assert set(troubles) - set(said) <= {"http://127.0.0.1:9/x.png: csp"}
    troubles.clear()


def test_a_name_that_would_turn_the_text_around_it_is_shown_with_its_sign(open_page: OpenPage) -> None:
    page = open_page(html_report(one_image("golden\u202egnp.exe")))
    expect(page.locator("tbody th bdi")).to_have_text("golden[U+202E]gnp.exe")


@pytest.mark.parametrize("audit", [Audit("", (), ""), an_audit(12, 0), an_audit(0, 0), an_audit(30, 9, unseen=5)])
def test_an_audit_with_little_in_it_makes_a_page_that_works(open_page: OpenPage, audit: Audit) -> None:
    page = open_page(html_report(audit))
    page.keyboard.press("/")
    page.keyboard.type("no such thing")
    expect(page.locator("#shown")).to_contain_text(f"0 of {len(audit.images)} images")
    page.keyboard.press("Escape")
    expect(page.locator("#shown")).to_contain_text(f"{len(audit.images)} of {len(audit.images)} images")
