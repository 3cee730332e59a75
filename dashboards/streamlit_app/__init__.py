"""The dashboard in the browser."""

from __future__ import annotations

import sys
from pathlib import Path

from dashboards import palette

APP = Path(__file__).parent / "app.py"
THEME = {
    "base": "light",
    "primaryColor": palette.CURRENT,
    "textColor": palette.INK,
    "redColor": palette.PAGE,
    "orangeColor": palette.TICKET,
    "greenColor": palette.FINE,
    "violetColor": palette.FAILING,
    "blueColor": palette.CURRENT,
    "grayColor": palette.NOTHING,
    "baseFontSize": "15",
    "metricValueFontSize": "1.5rem",
    "baseRadius": "small",
    "paddingTop": "1.5rem",
}


def command(port: int, address: str = "127.0.0.1") -> list[str]:
    """What starts the dashboard; it finds the store in SEAMARK_STORE and the configuration in SEAMARK_CONFIG."""
    options = {
        "server.port": str(port),
        "server.address": address,
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "viewer",
        "client.showErrorDetails": "none",
    } | {f"theme.{name}": value for name, value in THEME.items()}
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [sys.executable, "-m", "streamlit", "run", str(APP), *flags]
