"""view.html opened from disk in headless Chromium with the network cut off."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from selenium.webdriver.chrome.webdriver import WebDriver

from kinelift.body import Recording, Skeleton
from kinelift.viewer import write_view
from tests.viewer.headless_chromium import browser, console, missing_browser, open_page, requested_urls
from tests.walking import walking_recording

pytestmark = pytest.mark.skipif(missing_browser() is not None, reason=missing_browser() or "")

Show = Callable[[Any], WebDriver]

PIXELS = """
kinelift.render();  // and read in the same breath, before the browser clears the buffer
const gl = document.getElementById("scene").getContext("webgl2");
const [width, height] = [gl.drawingBufferWidth, gl.drawingBufferHeight];
const pixels = new Uint8Array(width * height * 4);
gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
"""
COUNTS = (
    PIXELS
    + """
const count = { drawn: 0, left: 0, right: 0, sum: 0 };
for (let i = 0; i < pixels.length; i += 4) {
  const [r, g, b, a] = pixels.subarray(i, i + 4);
  if (a > 0) count.drawn++;
  if (a > 60 && b > r + 40) count.left++;
  if (a > 60 && r > b + 40) count.right++;
  count.sum = (count.sum * 31 + r + 3 * g + 7 * b + i) % 1000000007;
}
return count;
"""
)
ALPHA_AT_JOINTS = (
    PIXELS
    + """
const scale = width / document.getElementById("scene").clientWidth;
return kinelift.jointsOnScreen().map(([x, y]) =>
  pixels[4 * ((height - 1 - Math.floor(y * scale)) * width + Math.floor(x * scale)) + 3]);
"""
)


@pytest.fixture(scope="module")
def driver() -> Iterator[WebDriver]:
    with browser() as driver:
        yield driver


@pytest.fixture
def show(driver: WebDriver, tmp_path: Path) -> Iterator[Show]:
    """Give a function that opens a recording's page; at the end, nothing was asked for and nothing failed."""
    page = tmp_path / "view.html"
    console(driver)
    requested_urls(driver)  # both forget what came before

    def open_view(shown: Any) -> WebDriver:
        write_view(shown, page)
        open_page(driver, page)
        return driver

    yield open_view
    assert complaints(driver) == []
    assert set(requested_urls(driver)) == {page.as_uri()}


def run(driver: WebDriver, script: str) -> Any:
    return driver.execute_script(script)


def complaints(driver: WebDriver) -> list[str]:
    """Return what the console holds, but for the warning that reading pixels, as these tests do, is slow."""
    messages = [f"{entry['level']} {entry['message']}" for entry in console(driver)]
    return [message for message in messages if "GPU stall due to ReadPixels" not in message]


def wait_for(driver: WebDriver, condition: str, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not run(driver, f"return {condition}"):
        assert time.monotonic() < deadline, f"{condition} was not so within {seconds:g} s"
        time.sleep(0.05)


def press(driver: WebDriver, key: str) -> None:
    run(driver, f"document.body.dispatchEvent(new KeyboardEvent('keydown', {{key: '{key}', bubbles: true}}))")


def renamed(recording: Recording, name: str) -> Recording:
    """Give the first person's first joint another name."""
    (person,) = recording.people
    old = person.motion.skeleton
    skeleton = Skeleton(name, (name, *old.names[1:]), old.parents)
    return replace(recording, people=(replace(person, motion=replace(person.motion, skeleton=skeleton)),))


def test_the_skeleton_is_drawn_with_left_and_right_in_their_colours(show: Show) -> None:
    driver = show(walking_recording())
    counts = run(driver, COUNTS)
    assert counts["drawn"] > 10_000
    assert counts["left"] > 1_000
    assert counts["right"] > 1_000
    assert min(run(driver, ALPHA_AT_JOINTS)) > 200


def test_playing_moves_the_picture_and_pausing_stops_it(show: Show) -> None:
    driver = show(walking_recording())
    before = run(driver, COUNTS)["sum"]
    assert run(driver, "return [kinelift.frame, kinelift.playing]") == [0, False]
    run(driver, "document.getElementById('play').click()")
    wait_for(driver, "kinelift.playing && kinelift.frame > 2")
    run(driver, "document.getElementById('play').click()")
    stopped = run(driver, "return kinelift.frame")
    after = run(driver, COUNTS)["sum"]
    time.sleep(0.3)
    assert run(driver, "return [kinelift.frame, kinelift.playing]") == [stopped, False]
    assert before != after == run(driver, COUNTS)["sum"]


def test_scrubbing_shows_the_frame_and_its_time(show: Show) -> None:
    driver = show(walking_recording())
    first = run(driver, "return kinelift.jointsOnScreen()")
    run(
        driver,
        "const s = document.getElementById('scrub'); s.value = 60; s.dispatchEvent(new Event('input'))",
    )
    wait_for(driver, "document.getElementById('frame').textContent === 'frame 60 of 89'")
    assert run(driver, "return document.getElementById('time').textContent") == "0:02.00"
    assert not np.allclose(run(driver, "return kinelift.jointsOnScreen()"), first)
    run(driver, "kinelift.seek(0)")
    np.testing.assert_allclose(run(driver, "return kinelift.jointsOnScreen()"), first, atol=0.5)


def test_the_keyboard_plays_and_steps(show: Show) -> None:
    driver = show(walking_recording())
    for key, frame in (("ArrowRight", 1), ("ArrowLeft", 0), ("End", 89), ("ArrowRight", 89), ("Home", 0)):
        press(driver, key)
        assert run(driver, "return kinelift.frame") == frame
    press(driver, " ")
    wait_for(driver, "kinelift.frame > 1")
    press(driver, " ")
    assert not run(driver, "return kinelift.playing")


def test_speed_slows_the_playing(show: Show) -> None:
    driver = show(walking_recording(frames=900))

    def frames_a_second(speed: str) -> float:
        run(driver, "window.control = document.getElementById('speed')")
        run(driver, f"control.value = '{speed}'; control.dispatchEvent(new Event('change'))")
        run(driver, "kinelift.seek(0); kinelift.play(); window.begun = performance.now()")
        wait_for(driver, "performance.now() - begun > 1500")
        return run(driver, "return kinelift.frame / (performance.now() - begun) * 1000")

    assert frames_a_second("0.25") < 0.6 * frames_a_second("1")


def test_a_frame_where_nobody_was_seen_is_dim_and_says_so(show: Show) -> None:
    driver = show(walking_recording())
    assert run(driver, "return document.getElementById('unobserved').hidden")
    run(driver, "kinelift.seek(45)")
    assert not run(driver, "return document.getElementById('unobserved').hidden")
    assert "infilled" in run(driver, "return document.getElementById('unobserved').textContent")
    assert 60 < np.median(run(driver, ALPHA_AT_JOINTS)) < 200
    assert "not seen" in run(driver, "return document.getElementById('error').textContent")


def test_a_doubtful_frame_says_so_and_why_and_tints_the_strip(show: Show) -> None:
    driver = show(walking_recording())
    run(driver, "kinelift.seek(25)")
    assert not run(driver, "return document.getElementById('unobserved').hidden")
    said = run(driver, "return document.getElementById('unobserved').textContent")
    assert said == "doubtful here: expected error"
    tinted = """
      const canvas = document.getElementById("strip"), width = canvas.width;
      const row = canvas.getContext("2d").getImageData(0, 1, width, 1).data;
      return arguments[0].map((frame) => {
        const at = 4 * Math.floor(width * frame / 89), [r, g, b, a] = row.slice(at, at + 4);
        return a > 40 && r > g + 60 && b > g + 30;
      });"""
    assert driver.execute_script(tinted, [22.4, 27.4, 10.4, 33.4]) == [True, True, False, False]


def test_following_keeps_the_person_in_the_middle_and_can_be_left_off(show: Show) -> None:
    driver = show(walking_recording())
    root = "const f = (n) => (kinelift.seek(n), kinelift.jointsOnScreen()[0][0]); return f(85) - f(0)"
    followed = run(driver, root)
    press(driver, "f")
    assert abs(followed) < 0.25 * abs(run(driver, root))


def test_the_orbit_turns_the_view(show: Show) -> None:
    driver = show(walking_recording())
    views = [
        run(driver, f"kinelift.look('{view}'); return kinelift.jointsOnScreen()")
        for view in ("camera", "side", "top")
    ]
    heights = [np.ptp(np.array(view)[:, 1]) for view in views]
    assert min(heights[:2]) > 2 * heights[2]
    run(driver, """
      const canvas = document.getElementById("scene");
      const event = (type, x) => canvas.dispatchEvent(new PointerEvent(type, {
        pointerId: 1, pointerType: "mouse", button: 0, buttons: 1,
        clientX: x, clientY: 300, bubbles: true }));
      canvas.setPointerCapture = canvas.releasePointerCapture = () => {};
      event("pointerdown", 300); event("pointermove", 420); event("pointerup", 420);
    """)  # fmt: skip
    wait_for(driver, f"Math.abs(kinelift.jointsOnScreen()[3][0] - {views[2][3][0]}) > 5")


def test_people_are_chosen_one_by_one(show: Show) -> None:
    driver = show(walking_recording(3))
    names = run(driver, "return [...document.getElementById('people').children].map((b) => b.textContent)")
    assert names == ["Person 0", "Person 1", "Person 2"]
    run(driver, "document.getElementById('people').children[2].click()")
    assert run(driver, "return kinelift.person") == 2
    assert min(run(driver, ALPHA_AT_JOINTS)) > 200


def test_keypoints_and_error_are_drawn_beside_and_below(show: Show) -> None:
    driver = show(walking_recording())
    coloured = """
      return ["whole", "closeup", "strip"].map((id) => {
        const canvas = document.getElementById(id);
        const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        let count = 0;
        for (let i = 0; i < data.length; i += 4)
          if (data[i + 3] > 40 && Math.abs(data[i] - data[i + 1]) + Math.abs(data[i] - data[i + 2]) > 30)
            count++;
        return count;
      });"""
    assert min(run(driver, coloured)) > 100


def doubted(metres: float) -> Recording:
    """Return a walker whose every joint is expected to be off by so much where observed."""
    recording = walking_recording()
    (person,) = recording.people
    errors = np.where(person.motion.observed[:, None], np.full((90, 17), metres), np.nan)
    quality = replace(person.quality, expected_error_m=errors)
    return replace(recording, people=(replace(person, quality=quality),))


def test_joints_that_may_be_far_off_are_drawn_so_and_the_frames_figure_is_said(show: Show) -> None:
    in_doubt = (
        PIXELS
        + """
let count = 0;
for (let i = 0; i < pixels.length; i += 4) {
  const [r, g, b] = pixels.subarray(i, i + 3);
  if (r > g + 60 && b > g + 60) count++;
}
return count;"""
    )
    counts, said = [], []
    for metres in (0.04, 0.12, 0.3):
        driver = show(doubted(metres))
        counts.append(run(driver, in_doubt))
        said.append(run(driver, "return document.getElementById('error').textContent"))
        assert not run(driver, "return document.querySelector('#legend .doubt').hidden")
    assert counts[0] == 0
    assert counts[2] > max(counts[1], 100)
    assert [re.sub(r".* error ", "", text) for text in said] == ["4.0 cm", "12.0 cm", "30.0 cm"]
    run(driver, "kinelift.seek(45)")
    assert run(driver, "return document.getElementById('error').textContent") == "reprojection error not seen"
    assert run(driver, in_doubt) == 0


def test_where_nothing_is_expected_nothing_is_said_of_it(show: Show) -> None:
    driver = show(doubted(np.nan))
    assert "expected" not in run(driver, "return document.getElementById('error').textContent")
    assert run(driver, "return document.querySelector('#legend .doubt').hidden")


def test_a_bare_motion_and_a_recording_of_nobody_open_too(show: Show) -> None:
    motion = walking_recording().people[0].motion
    driver = show(motion)
    assert run(driver, COUNTS)["left"] > 1_000
    assert run(driver, "return document.getElementById('image').hidden")
    driver = show(walking_recording(0))
    assert "Nobody" in run(driver, "return document.getElementById('trouble').textContent")


def test_names_and_titles_are_never_markup(driver: WebDriver, tmp_path: Path) -> None:
    nasty = "</script><script>window.broken = 1</script><!--<img src=x onerror='broken=1'>&{{three}}"
    page = tmp_path / "view.html"
    write_view(renamed(walking_recording(), nasty), page, title=nasty)
    open_page(driver, page)
    assert run(driver, "return [window.broken, document.querySelector('h1').textContent]") == [None, nasty]
    assert run(driver, "return document.title") == nasty
    assert run(driver, COUNTS)["left"] > 1_000
    assert complaints(driver) == []


def test_light_and_dark_follow_the_system(show: Show) -> None:
    driver = show(walking_recording())
    background = "return getComputedStyle(document.querySelector('footer').parentElement).backgroundColor"

    def luminance(scheme: str) -> int:
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        return int(re.findall(r"\d+", run(driver, background))[0])

    assert luminance("dark") < 60 < 200 < luminance("light")
