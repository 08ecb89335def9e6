"""The launcher: starts the screen on this machine, for `wardflow app`."""

import ipaddress
from pathlib import Path
from typing import Final

import streamlit

from sim.ui.opening import opening

SCRIPT: Final = Path(__file__).with_name("main.py")
"""The screen's first page; Streamlit runs it as a script."""
LOOPBACK: Final = "127.0.0.1"
PORT: Final = 8501
SETTINGS: Final[dict[str, object]] = {
    "server.fileWatcherType": "none",
    "server.showEmailPrompt": False,
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "server.maxUploadSize": 1,
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "minimal",
    "logger.hideWelcomeMessage": True,
    "theme.base": "light",
    "theme.primaryColor": "#005EB8",
    "theme.backgroundColor": "#FFFFFF",
    "theme.secondaryBackgroundColor": "#F0F4F5",
    "theme.textColor": "#212B32",
    "theme.linkColor": "#005EB8",
    "theme.font": "sans-serif",
    "theme.chartCategoricalColors": ["#005EB8", "#AE2573", "#006747", "#425563", "#7C2855", "#003087"],
}
"""The same as `.streamlit/config.toml`, which an installed Wardflow does not have; sizes in megabytes."""


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach an address.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def launch(address: str = LOOPBACK, port: int = PORT, *, browser: bool = True) -> None:
    """Starts the screen and stays until it is stopped.

    Args:
        address: where it listens; `is_loopback` tells whether other machines can reach it.
        port: port on which it listens.
        browser: open a browser window.
    """
    here = {"server.address": address, "server.port": port, "server.headless": not browser}
    streamlit.App(SCRIPT, lifespan=opening).run(config=SETTINGS | here)
