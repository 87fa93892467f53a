"""A page from disk in headless Chromium, with no network, and what the browser has to say of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
CHROMEDRIVER = shutil.which("chromedriver")

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip


def missing_browser() -> str | None:
    """Return why no page can be opened here, or None."""
    lacking = [
        name for name, path in (("chromium", CHROMIUM), ("chromedriver", CHROMEDRIVER)) if path is None
    ]
    return (
        f"{' and '.join(lacking)} not installed (apt-get install chromium chromium-driver)"
        if lacking
        else None
    )


@contextmanager
def browser(size: tuple[int, int] = (1280, 800)) -> Iterator[webdriver.Chrome]:
    """Yield a Chromium of its own, cut off from the network, logging console and requests."""
    options = Options()
    options.binary_location = CHROMIUM or ""
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        for flag in (*FLAGS, f"--user-data-dir={profile}", f"--window-size={size[0]},{size[1]}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        driver = webdriver.Chrome(options=options, service=Service(CHROMEDRIVER))
        try:
            driver.execute_cdp_cmd("Network.enable", {})
            driver.execute_cdp_cmd("Network.emulateNetworkConditions", {
                "offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0,
            })  # fmt: skip
            driver.get("about:blank")  # leaves Chromium's own start page, whose requests are not ours
            requested_urls(driver)
            yield driver
        finally:
            driver.quit()


def open_page(driver: webdriver.Chrome, page: Path) -> None:
    """Open a view.html by its file:// address and wait for its first picture."""
    driver.get(page.resolve().as_uri())
    driver.set_script_timeout(60)
    driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")


def console(driver: webdriver.Chrome) -> list[dict[str, Any]]:
    """Return the console's entries since the last call."""
    return driver.get_log("browser")


def requested_urls(driver: webdriver.Chrome) -> list[str]:
    """Return the address of every request since the last call."""
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    return [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
