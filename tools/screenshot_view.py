"""Take a picture of a view.html: python tools/screenshot_view.py HTML PNG [--frame N] [--light]."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.viewer.headless_chromium import browser, missing_browser, open_page


def main() -> None:
    """Open the page as the tests do, go to a frame and save what is to be seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("html", type=Path)
    parser.add_argument("png", type=Path)
    parser.add_argument("--frame", type=int, default=0)
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--view", choices=("oblique", "camera", "side", "top"), default="oblique")
    parser.add_argument("--light", action="store_true")
    arguments = parser.parse_args()
    if reason := missing_browser():
        parser.exit(1, f"{reason}\n")
    if not arguments.html.is_file():
        parser.exit(1, f"{arguments.html}: no such file.\n")

    width, height = map(int, arguments.size.split("x"))
    with browser((width, height)) as driver:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        scheme = {"name": "prefers-color-scheme", "value": "light" if arguments.light else "dark"}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        open_page(driver, arguments.html)
        driver.execute_script("kinelift.seek(arguments[0])", arguments.frame)
        driver.execute_script("kinelift.look(arguments[0]); kinelift.render()", arguments.view)
        driver.save_screenshot(str(arguments.png))


if __name__ == "__main__":
    main()
