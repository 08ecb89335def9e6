"""What all tests share: how many examples Hypothesis tries, and what happens to browser tests without a browser.

A browser test needs Chromium, and on CI its absence is a failure, never a silent skip.
"""

import os
import shutil

import pytest
from hypothesis import HealthCheck, settings

CHROMIUM = shutil.which("chromium")
ON_CI = os.environ.get("CI") == "true"

SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile(
    "usual", max_examples=15, deadline=None, derandomize=ON_CI, print_blob=True, suppress_health_check=SLOW_IS_FINE
)
settings.register_profile("thorough", settings.get_profile("usual"), max_examples=500, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a browser test where there is no Chromium, or fail it on CI."""
    if item.get_closest_marker("browser") is None or CHROMIUM:
        return
    reason = "no `chromium` on this machine: install Debian's chromium, chromium-driver and fonts-dejavu-core"
    (pytest.fail if ON_CI else pytest.skip)(reason)
