"""A real visitor: the screen in Chromium, from the first figures to a file, on a desk and on a telephone."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from sim.scenario.loading import load_text

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SMALL_HOSPITAL = Path(__file__).with_name("small_hospital.yaml")
SWITCHES = [
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
DESK, TELEPHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PATIENCE = 30_000  # milliseconds


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A server of its own on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    environment = os.environ | {"WARDFLOW_CACHE": str(folder / "store"), "WARDFLOW_SCENARIO": str(SMALL_HOSPITAL)}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", f"--server.port={port}"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(10)
    assert "Traceback" not in (folder / "log").read_text(encoding="utf-8")


def _wait_until_healthy(health, server):
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(health, timeout=1) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not start")


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path="/usr/bin/chromium", args=SWITCHES)
        yield found
        found.close()


class Visitor:
    """Somebody in front of the screen, who notes every complaint of the browser and every call to the outside."""

    def __init__(self, browser, address, size):
        self.page = browser.new_page(viewport=size, accept_downloads=True)
        self.page.set_default_timeout(PATIENCE)
        self.complaints, self.outside = [], []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._watch)
        self.is_on_telephone = size["width"] < 640
        self.page.goto(address)
        self.settle()

    def _hear(self, message):
        if message.type == "error":
            self.complaints.append(message.text)

    def _watch(self, request):
        if not request.url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")):
            self.outside.append(request.url)

    @property
    def pictures(self):
        return self.page.locator('[data-testid="stVegaLiteChart"][role="graphics-document"]')

    def settle(self):
        self.page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
        self.page.wait_for_function("!document.querySelector('[data-stale=\"true\"]')")

    def sees(self, words):
        self.page.get_by_text(words).first.wait_for()

    def goes_to(self, name):
        if self.is_on_telephone:
            self.page.get_by_test_id("stExpandSidebarButton").click()
        self.page.get_by_role("link", name=name, exact=True).first.click()
        self.settle()
        if self.is_on_telephone:
            self.page.keyboard.press("Escape")
            close = self.page.get_by_test_id("stSidebarCollapseButton").get_by_role("button")
            if close.is_visible():
                close.click()

    def sets(self, label, value):
        field = self.page.get_by_label(label).first
        field.fill(str(value))
        field.press("Enter")
        self.settle()

    def presses(self, name):
        self.page.get_by_role("button", name=name).first.click()
        self.settle()

    def width_of_the_page(self):
        return self.page.evaluate("document.documentElement.scrollWidth")


@pytest.fixture(params=[DESK, TELEPHONE], ids=["desk", "telephone"])
def visitor(request, browser, address):
    somebody = Visitor(browser, address, request.param)
    yield somebody
    assert somebody.outside == []
    assert somebody.complaints == []
    somebody.page.close()


def test_from_the_first_figures_to_a_file(visitor, request):
    visitor.sees("In short")
    visitor.sees("The longest queue is for a bed: Medical ward")
    visitor.pictures.first.wait_for()

    visitor.goes_to("Change")
    beds = 24 if "desk" in request.node.name else 26
    visitor.sets("Medical ward (beds)", beds)
    visitor.sees(f"Medical ward: 15 → {beds} beds (+{beds - 15})")
    visitor.presses("Run this plan")
    visitor.sees(f"What it does: Medical ward +{beds - 15} beds")
    visitor.sees("✓ better")

    visitor.goes_to("Compare")
    visitor.sees("less is better")
    visitor.goes_to("Explore")
    visitor.sees("How full it is")

    visitor.goes_to("Files")
    with visitor.page.expect_download() as waiting:
        visitor.page.get_by_role("button", name="Changes (YAML)").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert load_text(text, "plan.yaml", SMALL_HOSPITAL.parent).scenario.wards["medical"].beds == beds


def test_no_page_has_to_be_pushed_sideways_and_every_picture_says_in_words_what_it_shows(visitor):
    visitor.sees("In short")
    for name in ("Today", "Change", "Compare", "Explore", "Files"):
        if name != "Today":
            visitor.goes_to(name)
        assert visitor.width_of_the_page() <= visitor.page.viewport_size["width"], name
        if name in ("Today", "Explore"):
            visitor.pictures.first.wait_for()
            assert all(len(one.get_attribute("aria-label") or "") > 20 for one in visitor.pictures.all())
