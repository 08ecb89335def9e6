"""The screen: one script that Streamlit runs anew for every click; it shows the page that is open."""

from pathlib import Path

import streamlit as st

from sim.scenario.problems import ScenarioError
from sim.ui import controls, progress, state

HERE = Path(__file__).parent
PAGES = {
    "today.py": "Today",
    "change.py": "Change",
    "compare.py": "Compare",
    "explore.py": "Explore",
    "files.py": "Files",
}


def main() -> None:
    """Shows the screen."""
    st.set_page_config("Wardflow", page_icon=str(HERE / "favicon.png"), layout="wide")
    pages = [
        st.Page(
            HERE / "app_pages" / file,
            title=title,
            url_path=None if file == "today.py" else title.lower(),
            default=file == "today.py",
        )
        for file, title in PAGES.items()
    ]
    page = st.navigation(pages, position="top")
    try:
        state.start()
    except ScenarioError as error:
        controls.problems(error)
        return
    progress.show()
    page.run()
    st.divider()
    st.markdown(
        ":small[Wardflow simulates a health service that is described in a file. Figures are estimates for comparing "
        "plans, not forecasts, and no substitute for clinical judgement.]"
    )


main()
