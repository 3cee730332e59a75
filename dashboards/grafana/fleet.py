"""The board of all models: which of them need somebody, and why."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.grafana import fleet_sql as sql
from dashboards.grafana.addresses import FLEET_UID, STREAMLIT_OVERVIEW, model_board, streamlit_model
from dashboards.grafana.board import (
    Band,
    Board,
    Json,
    Places,
    board,
    link,
    query_variable,
    source_variable,
    streamlit_variable,
)
from dashboards.grafana.panels import (
    GREEN,
    GREY,
    ORANGE,
    RED,
    YELLOW,
    colored_words,
    hidden,
    linked,
    override,
    stat,
    state_timeline,
    table,
    time_series,
)

BARS: Mapping[str, Json] = {
    "drawStyle": "bars",
    "fillOpacity": 70,
    "lineWidth": 0,
    "stacking": {"mode": "normal", "group": "A"},
}
STEPS: Mapping[str, Json] = {"lineInterpolation": "stepAfter", "fillOpacity": 15, "showPoints": "never"}
SEVERITY = {"page": RED, "ticket": ORANGE}
STATES = {"page": RED, "ticket": ORANGE, "runs fail": YELLOW, "not measured": GREY, "quiet": GREEN}


def fleet(places: Places) -> Board:
    """The board of all models."""
    return board(
        uid=FLEET_UID,
        title="Seamark: all models",
        description="Every model that Seamark watches: its state, its alerts, its worst drift, and what went wrong.",
        time_from="now-90d",
        variables=[
            source_variable(places),
            query_variable("metric", "Drift metric", sql.DRIFT_METRICS, current="population_stability_index"),
            streamlit_variable(places),
        ],
        links=[link("Streamlit", STREAMLIT_OVERVIEW, tooltip="The same models in Streamlit", leaves=True)],
        bands=[
            Band(4, [(4, panel) for panel in _numbers()]),
            Band(9, [(24, _models())]),
            Band(9, [(24, _open_alerts())]),
            Band(8, [(12, _states()), (12, _firing())], heading="Alerts over time"),
            Band(9, [(12, _worst_drift()), (12, _worst_columns())], heading="Drift"),
            Band(8, [(10, _runs()), (14, _bad_runs())], heading="Runs and messages"),
            Band(7, [(24, _failed_messages())]),
        ],
    )


def _numbers() -> list[Board]:
    return [
        stat(
            "Models watched",
            "Models that were measured at least once, or are about to be.",
            sql.MODEL_COUNT,
            no_value="0",
        ),
        stat("Pages", "Alerts of severity page that fire now.", sql.PAGES, no_value="0", bad_from=1),
        stat("Tickets", "Alerts of severity ticket that fire now.", sql.TICKETS, no_value="0", bad_from=1, bad=ORANGE),
        stat(
            "Alerts without a value",
            "Alerts whose last window had no value or could not be measured: nothing is known of them.",
            sql.BLIND,
            no_value="0",
            bad_from=1,
            bad=YELLOW,
        ),
        stat("Failed runs", "Windows in the time range whose run failed.", sql.FAILED_RUNS, no_value="0", bad_from=1),
        stat(
            "Lost messages",
            "Notifications of the time range that were given up after all attempts.",
            sql.LOST_MESSAGES,
            no_value="0",
            bad_from=1,
        ),
    ]


def _models() -> Board:
    return table(
        "Models",
        "`runs fail` and `not measured` are no all-clear. Click a model to open its board.",
        sql.MODELS,
        no_value="No model yet. `seamark run` measures what is due and fills this board.",
        overrides=[
            linked("model", "Open the board of this model", model_board()),
            colored_words("state", STATES),
            override("age", unit="s", decimals=0, description="Time since the end of the last window that was done"),
            override("reference rows", unit="locale"),
        ],
    )


def _open_alerts() -> Board:
    return table(
        "Open alerts",
        "Alerts that are pending, firing or recovering. `health` tells whether the last window had a value.",
        sql.OPEN_ALERTS,
        no_value="No alert is open.",
        overrides=[
            linked(
                "model",
                "Open the board of this model",
                model_board(window="window_seconds", column="column_name"),
            ),
            linked("alert", "Show in Streamlit", streamlit_model(window="window_seconds"), leaves=True),
            colored_words("severity", SEVERITY),
            colored_words("state", {"firing": RED, "recovering": ORANGE, "pending": YELLOW}),
            colored_words("health", {"ok": GREEN, "no_data": YELLOW, "error": RED}),
            override("value", decimals=3),
            override("limit", decimals=3),
            override("reason", custom__width=380),
            hidden("window_seconds"),
            hidden("column_name"),
        ],
    )


def _states() -> Board:
    return state_timeline(
        "State of each model",
        "The most severe alert that fired at each moment. A change stands at the end of the window that caused it.",
        sql.STATE_OF_MODELS,
        no_value="No model yet.",
        mappings={0: ("quiet", GREEN), 1: ("ticket", ORANGE), 2: ("page", RED)},
    )


def _firing() -> Board:
    return time_series(
        "Alerts that fire",
        "How many alerts fire at each moment, by severity. Recovering alerts still count.",
        sql.FIRING_ALERTS,
        no_value="No alert has ever fired.",
        custom=STEPS,
        lowest=0,
        overrides=[override(name, color={"mode": "fixed", "fixedColor": color}) for name, color in SEVERITY.items()],
    )


def _worst_drift() -> Board:
    return time_series(
        "Largest drift of any column: ${metric}",
        "For each model and length of window, the column that moved most. Which one it was stands in the table beside.",
        sql.WORST_DRIFT,
        no_value="This metric was not measured in the time range.",
        lowest=0,
    )


def _worst_columns() -> Board:
    return table(
        "Worst column now: ${metric}",
        "The column that moved most in the latest window of each model.",
        sql.WORST_COLUMNS,
        no_value="This metric was not measured in the time range.",
        overrides=[
            linked(
                "column",
                "Open this column",
                model_board(window="window_seconds", column="column"),
            ),
            override("value", decimals=3),
            override("limit", decimals=3),
            override("rows", unit="locale"),
            hidden("window_seconds"),
        ],
    )


def _runs() -> Board:
    colors = {"done": GREEN, "skipped": YELLOW, "failed": RED}
    return time_series(
        "Runs per day",
        "Windows by the day on which they end and by how their run went.",
        sql.RUNS,
        no_value="No window was run in the time range.",
        custom=BARS,
        lowest=0,
        overrides=[override(name, color={"mode": "fixed", "fixedColor": color}) for name, color in colors.items()],
    )


def _bad_runs() -> Board:
    return table(
        "Runs that failed or were skipped",
        "Newest first. A failed run is tried again; a skipped one says why there was nothing to measure.",
        sql.BAD_RUNS,
        no_value="Every run of the time range was done.",
        overrides=[
            linked("model", "Open the board of this model", model_board()),
            colored_words("status", {"failed": RED, "skipped": YELLOW}),
            override("reason", custom__width=420),
        ],
    )


def _failed_messages() -> Board:
    return table(
        "Messages that did not arrive",
        "Given up after all attempts, or failed so far and still being tried.",
        sql.FAILED_MESSAGES,
        no_value="Every message of the time range was delivered.",
        overrides=[
            colored_words("status", {"given up": RED, "trying": YELLOW}),
            override("error", custom__width=520),
        ],
    )
