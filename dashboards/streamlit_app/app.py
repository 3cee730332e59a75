"""The dashboard's entry: three pages on one store."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboards.store import StoreFaultError
from dashboards.streamlit_app import notices

HERE = Path(__file__).parent


def main() -> None:
    """Set the frame, then run the page that the URL names."""
    st.set_page_config(page_title="Seamark", page_icon=str(HERE / "seamark.svg"), layout="wide")
    st.logo(str(HERE / "wordmark.svg"), size="large")
    page = st.navigation(
        [
            st.Page("overview_page.py", title="Overview", icon=":material/dashboard:", default=True),
            st.Page("model_page.py", title="Model", icon=":material/monitoring:", url_path="model"),
            st.Page("alerts_page.py", title="Alerts", icon=":material/notifications:", url_path="alerts"),
        ],
        position="top",
    )
    try:
        page.run()
    except StoreFaultError as error:
        notices.fault(error)


if __name__ == "__main__":
    main()
