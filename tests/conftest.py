"""What all tests share: a browser test needs Chromium, and on CI its absence is a failure, never a silent skip."""

import os
import shutil

import pytest

CHROMIUM = shutil.which("chromium")
ON_CI = os.environ.get("CI") == "true"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a browser test where there is no Chromium, or fail it on CI."""
    if item.get_closest_marker("browser") is None or CHROMIUM:
        return
    reason = "no `chromium` on this machine: install Debian's chromium, chromium-driver and fonts-dejavu-core"
    (pytest.fail if ON_CI else pytest.skip)(reason)
