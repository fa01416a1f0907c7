"""The page of a run, in a browser that has no network: it is opened from its file, and does what a reader asks."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest

from sipdomain.report.files.html import html_page
from sipdomain.report.ladder.label import TIMES_SIGN
from tests.integration.devtools import Page, page
from tests.patience import PATIENCE
from tests.unit.report.journals import INVITE, a_family, message, sent
from tests.unit.report.test_reports import FAILED, NOT_RUN, PASSED

SCENARIO = "scenarios/gather/account-number.scenario.yaml"
VISIBLE = "[...document.querySelectorAll('main > details')].filter(each => !each.hidden).length"
AUDIO = "document.querySelector('audio')"
NODES = "document.getElementsByTagName('*').length"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with page(tmp_path_factory.mktemp("browser")) as found:
        yield found


@pytest.fixture
def opened(browser: Page, tmp_path: Path) -> Iterator[Page]:
    """Open the page of four results, of which the first failed; nothing may be complained of in the end."""
    family = replace(
        PASSED,
        tags=("smoke",),
        title="A family",
        file="office/family.scenario.yaml",
        calls={"c1@phone": "with legs"},
        entries=tuple(a_family()),
    )
    file = tmp_path / "run.html"
    file.write_bytes(html_page([PASSED, NOT_RUN, FAILED, family]))
    browser.open(file.as_uri())
    yield browser
    assert browser.complaints == []


def once(event: str) -> str:
    """Return the expression of the audio once something happens to it."""
    ready = {"canplay": "each.readyState >= 3", "timeupdate": "each.currentTime > 0"}[event]
    return (
        f"(each => {ready} ? Promise.resolve(each) : "
        f"new Promise(done => each.addEventListener('{event}', () => done(each))))({AUDIO})"
    )


def row(words: str) -> str:
    """Return the expression of the ladder's row that says something."""
    return f"[...document.querySelectorAll('g.row')].find(each => each.getAttribute('aria-label').includes('{words}'))"


def click(page: Page, expression: str) -> None:
    page.asked(f"{expression}.dispatchEvent(new MouseEvent('click', {{bubbles: true}}))")


def link(page: Page, call: str) -> None:
    """Follow the link to a call, from a page that is opened with it."""
    address = page.asked("location.href.split('#')[0]")
    page.open("about:blank")
    page.open(f"{address}#call={call}")


def test_a_run_writes_a_page_that_shows_its_call(browser: Page, tmp_path: Path) -> None:
    file = tmp_path / "run.html"
    command = [sys.executable, "-m", "sipdomain", "run", "--net", "sim", SCENARIO, "--html", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    browser.open(file.as_uri())
    assert browser.asked(f"{once('canplay')}.then(each => each.duration)") == pytest.approx(2.2, abs=0.02)
    assert browser.asked("document.querySelector('path.wave.emulator').getAttribute('d').length") > 100
    click(
        browser, "[...document.querySelectorAll('g.moment')].find(e => e.textContent.includes('Thank you'))"
    )
    assert browser.asked(f"{once('timeupdate')}.then(each => each.currentTime)") > 1.3
    shown = browser.asked("document.querySelector('main').innerText")
    assert "A number is entered and finished with a star" in shown
    assert "pbx to cloud: INVITE" in browser.asked(
        "[...document.querySelectorAll('g.row')].map(each => each.getAttribute('aria-label')).join('\\n')"
    )
    assert "phone presses 40#7*" in browser.asked("document.querySelector('svg.transcript').textContent")
    assert '<Gather finishOnKey="*"' in shown
    assert "Digits\n40#7" in shown
    assert browser.complaints == []


def test_what_failed_is_first_and_open_with_its_ladder(opened: Page) -> None:
    states = opened.asked(
        "[...document.querySelectorAll('main > details .state')].map(e => e.textContent).join()"
    )
    assert states == "failed,not run,passed,passed"
    assert opened.asked("document.querySelectorAll('main > details[open]').length") == 1
    shown = opened.asked("document.querySelector('main > details').innerText")
    assert "steps[1].expect.answered is not met" in shown
    assert "Why the emulator decided so" in shown
    assert "Add 127.0.0.10 to the access list" in shown
    assert opened.asked("document.querySelectorAll('g.row').length") == 2


def test_a_click_shows_the_whole_message(opened: Page) -> None:
    assert opened.asked("document.querySelector('.shown').textContent") == ""
    click(opened, row("alice to cloud: INVITE"))
    shown = opened.asked("document.querySelector('.shown pre').textContent")
    assert "\nVia: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bK1\nMax-Forwards: 70\n" in shown
    assert opened.asked("document.querySelectorAll('g.row[aria-pressed=true]').length") == 1


def test_a_link_opens_a_call_by_its_id_and_marks_what_changed_in_a_message(opened: Page) -> None:
    link(opened, "c1@phone~2")
    assert opened.asked("document.activeElement.textContent") == "right · ringing · CA1 · c1@phone"
    click(opened, row("INVITE as alice"))
    marked = opened.asked("[...document.querySelectorAll('.shown mark')].map(e => e.textContent).join('|')")
    assert marked == (
        "Via: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bK2|CSeq: 2 INVITE|"
        'Proxy-Authorization: Digest username="alice", response="********"'
    )
    gone = opened.asked("[...document.querySelectorAll('.shown del')].map(e => e.textContent).join('|')")
    assert gone == "Via: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bK1|CSeq: 1 INVITE"


def test_a_retransmission_is_folded(opened: Page) -> None:
    link(opened, "c1@phone~2")
    click(opened, row(f"INVITE {TIMES_SIGN}2"))
    assert "Sent 2 times" in opened.asked(
        "document.querySelector('main > details[open]:nth-child(3) .shown').innerText"
    )


def test_a_call_with_legs_has_a_lifeline_for_each_phone(opened: Page) -> None:
    link(opened, "CA3")
    assert opened.asked("document.activeElement.textContent.split(' · ')[0]") == "with legs"
    assert opened.asked("document.activeElement.parentElement.querySelectorAll('line.life').length") == 5
    assert opened.asked(f"{row('cloud to bob: INVITE')} !== undefined")


def test_the_keyboard_moves_along_the_ladder_and_opens_a_message(opened: Page) -> None:
    opened.asked("document.querySelector('g.row[tabindex=\"0\"]').focus()")
    opened.press("ArrowDown")
    assert "access-list" in opened.asked("document.activeElement.getAttribute('aria-label')")
    opened.press("ArrowUp")
    opened.press("Enter")
    assert opened.asked("document.querySelector('.shown pre').textContent").startswith("INVITE sip:100@")


def test_filters_by_text_and_by_state(opened: Page) -> None:
    assert opened.asked(VISIBLE) == 4
    opened.press("/")
    assert opened.asked("document.activeElement.id") == "text"
    for key in "leg3":
        opened.press(key)
    assert (opened.asked("document.activeElement.value"), opened.asked(VISIBLE)) == ("leg3", 1)
    opened.press("Escape")
    assert opened.asked(VISIBLE) == 4
    click(opened, "document.querySelector('button[data-state=passed]')")
    assert opened.asked(VISIBLE) == 2
    assert opened.asked("document.getElementById('shown').textContent") == "2 of 4 shown"


def test_filters_by_topic(opened: Page) -> None:
    topics = opened.asked("[...document.querySelectorAll('#topic option')].map(e => e.textContent).join()")
    assert topics == "All topics,#smoke,calls,office"
    opened.asked("topic.value = '#smoke', topic.dispatchEvent(new Event('change'))")
    assert opened.asked(VISIBLE) == 1
    opened.asked("topic.value = 'office', topic.dispatchEvent(new Event('change'))")
    assert opened.asked(VISIBLE) == 1


def test_keys_move_along_the_results_and_close_a_message(opened: Page) -> None:
    opened.press("j")
    opened.press("j")
    assert "SIPp calls" in opened.asked("document.activeElement.textContent")
    opened.press("k")
    assert "Only the office may call" in opened.asked("document.activeElement.textContent")
    opened.asked("document.querySelector('g.row[tabindex=\"0\"]').focus()")
    opened.press("Enter")
    assert opened.asked("document.querySelector('.shown').childElementCount") > 1
    opened.press("Escape")
    assert opened.asked("document.querySelector('.shown').childElementCount") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(opened: Page, scheme: str) -> None:
    opened.emulate(media="", scheme=scheme)
    link(opened, "c1@phone~2")
    click(opened, row("INVITE as alice"))
    opened.asked(resources.files("axe_core_python").joinpath("axe.min.js").read_text("utf-8") + ";0")
    found = opened.asked("axe.run().then(each => JSON.stringify([each.passes.length, each.violations]))")
    passes, violations = json.loads(found)
    assert passes > 10
    opened.emulate(media="", scheme="")
    assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []


def test_foreign_text_runs_no_script_and_makes_no_element(browser: Page, tmp_path: Path) -> None:
    evil = "</script><img src=x onerror=alert(1)><script>window.hit=1</script>"
    entries = tuple(sent(0.0, message(INVITE, "1 INVITE", f"X-Evil: {evil}\r\n", call_id=evil), up=True))
    file = tmp_path / "run.html"
    file.write_bytes(html_page([replace(PASSED, title=evil, entries=entries, calls={evil: evil})]))
    browser.open(file.as_uri())
    click(browser, row("INVITE"))
    assert f"X-Evil: {evil}" in browser.asked("document.querySelector('.shown pre').textContent")
    assert browser.asked("[document.images.length, window.hit ?? 0].join()") == "0,0"
    assert browser.complaints == []


def test_a_thousand_calls_are_drawn_when_they_are_opened(browser: Page, tmp_path: Path) -> None:
    file = tmp_path / "run.html"
    file.write_bytes(html_page([replace(PASSED, title=f"Number {each}") for each in range(1_000)]))
    browser.open(file.as_uri())
    assert browser.asked(VISIBLE) == 1_000
    at_first = browser.asked(NODES)
    assert at_first < 6_100, "five elements for each result and its data"
    assert browser.asked("document.querySelectorAll('g.row').length") == 0
    link(browser, "c1@phone~777")
    assert browser.asked("document.querySelector('main > details[open] > summary').textContent").startswith(
        "passed Number 776"
    )
    assert 20 < browser.asked(NODES) - at_first < 400
    assert browser.complaints == []


def test_the_page_has_dark_colours_and_a_form_for_paper(opened: Page) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    assert opened.asked(colour) == "rgb(255, 255, 255)"
    opened.emulate(media="", scheme="dark")
    assert opened.asked(colour) == "rgb(20, 24, 28)"
    opened.emulate(media="print", scheme="light")
    assert opened.asked("getComputedStyle(document.querySelector('.filters')).display") == "none"
    opened.emulate(media="", scheme="")
