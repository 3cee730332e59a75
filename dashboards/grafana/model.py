"""The board of one model: its performance, drift, data quality and alerts."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.grafana import model_sql as sql
from dashboards.grafana.addresses import FLEET_BOARD, MODEL_UID, STREAMLIT_MODEL
from dashboards.grafana.board import (
    Band,
    Board,
    Json,
    Places,
    annotation,
    board,
    link,
    query_variable,
    source_variable,
    streamlit_variable,
)
from dashboards.grafana.panels import (
    GREEN,
    GREY,
    LIMIT_HIGH,
    LIMIT_LOW,
    ORANGE,
    RED,
    YELLOW,
    bar_chart,
    colored_words,
    limit,
    measured,
    override,
    stat,
    state_timeline,
    table,
    time_series,
)

SEVERITY = {"page": RED, "ticket": ORANGE}
ALERT_STATES = {0: ("inactive", GREEN), 1: ("pending", YELLOW), 2: ("recovering", ORANGE), 3: ("firing", RED)}
ALERT_WORDS = dict(ALERT_STATES.values())
NOTHING_MEASURED = "Nothing was measured in the time range. Widen it, or choose another window."


def model(places: Places) -> Board:
    """The board of one model."""
    return board(
        uid=MODEL_UID,
        title="Seamark: one model",
        description="One model over time. Every point stands at the end of its window.",
        time_from="now-90d",
        variables=_variables(places),
        annotations=[annotation(f"Firing: {name}", color, sql.episodes(name)) for name, color in SEVERITY.items()],
        links=[
            link("All models", FLEET_BOARD, tooltip="The board of all models"),
            link("Streamlit", STREAMLIT_MODEL, tooltip="The same model in Streamlit", leaves=True),
        ],
        bands=[
            Band(4, _numbers()),
            Band(8, [(24, _performance())], heading="Performance"),
            Band(10, [(24, _drift_of_columns())], heading="Drift: ${column_metric}"),
            Band(9, [(12, _drift_of_column()), (12, _distribution())], heading="Column: ${column}"),
            Band(8, [(8, _row_count()), (8, _targets()), (8, _shares_of_column())], heading="Data quality"),
            Band(9, [(24, _quality_of_columns())]),
            Band(9, [(24, _alert_states())], heading="Alerts"),
            Band(9, [(24, _alert_events())]),
            Band(12, [(24, _latest())], heading="Latest window"),
            Band(8, [(24, _runs())]),
        ],
    )


def _variables(places: Places) -> Sequence[Json]:
    return [
        source_variable(places),
        query_variable("model", "Model", sql.MODELS),
        query_variable("window", "Window", sql.WINDOWS),
        query_variable("metric", "Performance", sql.METRICS, has_all=True),
        query_variable("column_metric", "Column metric", sql.COLUMN_METRICS, current="population_stability_index"),
        query_variable("column", "Column", sql.COLUMNS),
        streamlit_variable(places),
    ]


def _numbers() -> list[tuple[int, Board]]:
    return [
        (4, _state()),
        (3, stat("Pages", "Alerts of severity page that fire now.", sql.PAGES, no_value="0", bad_from=1)),
        (
            3,
            stat(
                "Tickets",
                "Alerts of severity ticket that fire now.",
                sql.TICKETS,
                no_value="0",
                bad_from=1,
                bad=ORANGE,
            ),
        ),
        (
            4,
            stat(
                "Age of last window",
                "Time since the end of the last window that was done.",
                sql.AGE,
                no_value="no window yet",
                unit="s",
            ),
        ),
        (
            3,
            stat(
                "Failed runs", "Windows in the time range whose run failed.", sql.FAILED_RUNS, no_value="0", bad_from=1
            ),
        ),
        (
            3,
            stat(
                "Rows",
                "Rows of the latest window in the time range.",
                sql.LATEST_ROWS,
                no_value="none",
                unit="locale",
            ),
        ),
        (
            4,
            stat(
                "Targets here",
                "Share of the latest window's predictions whose target has arrived.",
                sql.LATEST_COVERAGE,
                no_value="no targets",
                unit="percentunit",
            ),
        ),
    ]


def _state() -> Board:
    return stat(
        "State",
        "The most severe alert that fires now. `not measured` is no all-clear.",
        sql.STATE,
        no_value="no model",
        words={"page": RED, "ticket": ORANGE, "not measured": GREY, "quiet": GREEN},
    )


def _performance() -> Board:
    panel = measured(
        "${metric}",
        "The value with its 95 % interval. Dashed: the limits of the rules. A gap is a window without a value; the"
        " table at the bottom says why.",
        sql.PERFORMANCE,
        no_value="No performance is measured for this model and window.",
    )
    return {**panel, "repeat": "metric", "repeatDirection": "h", "maxPerRow": 3}


def _drift_of_columns() -> Board:
    return state_timeline(
        "${column_metric} of each column",
        "One strip for each column; the colour runs from the smallest to the largest value shown. A gap is a window"
        " without a value. Each cell begins at the end of its window.",
        sql.DRIFT_OF_COLUMNS,
        no_value=NOTHING_MEASURED,
    )


def _drift_of_column() -> Board:
    return measured(
        "${column_metric} of ${column}",
        "The value with its 95 % interval. Dashed: the limits of the rules.",
        sql.DRIFT_OF_COLUMN,
        no_value=NOTHING_MEASURED,
    )


def _distribution() -> Board:
    return bar_chart(
        "${column}: reference and latest window",
        "Share of the rows in each bin or category, nulls included: the reference beside the latest window in the time"
        " range. Narrow the range to look at an earlier window.",
        sql.DISTRIBUTION,
        no_value="This column has no distribution in the time range.",
        across="bin",
        unit="percentunit",
    )


def _row_count() -> Board:
    return time_series(
        "Rows",
        "Rows per window, with the limits of the rules.",
        sql.ROW_COUNT,
        no_value=NOTHING_MEASURED,
        unit="locale",
        lowest=0,
        overrides=[limit(LIMIT_LOW), limit(LIMIT_HIGH)],
    )


def _targets() -> Board:
    return time_series(
        "Targets and duplicates",
        "Share of the predictions whose target has arrived, and share of the rows whose id stood there already.",
        sql.TARGET_COVERAGE,
        sql.DUPLICATES,
        no_value=NOTHING_MEASURED,
        unit="percentunit",
        lowest=0,
    )


def _shares_of_column() -> Board:
    return time_series(
        "${column}: nulls, unseen, out of range",
        "Shares of the rows of the chosen column.",
        sql.SHARES_OF_COLUMN,
        no_value=NOTHING_MEASURED,
        unit="percentunit",
        lowest=0,
    )


def _quality_of_columns() -> Board:
    shares = ("nulls", "unseen categories", "out of range")
    return table(
        "Data quality of each column",
        "The latest window in the time range.",
        sql.QUALITY_OF_COLUMNS,
        no_value=NOTHING_MEASURED,
        overrides=[
            *(override(name, unit="percentunit", decimals=2) for name in shares),
            override("rows", unit="locale"),
        ],
    )


def _alert_states() -> Board:
    return state_timeline(
        "Alerts of this window length",
        "How each alert stood. A change stands at the end of the window that caused it.",
        sql.ALERT_STATES,
        no_value="No alert was pending or firing in the time range.",
        mappings=ALERT_STATES,
    )


def _alert_events() -> Board:
    return table(
        "Changes of alerts",
        "Every change of state in the time range, all window lengths, newest first, with the reason.",
        sql.ALERT_EVENTS,
        no_value="No alert changed in the time range.",
        overrides=[
            colored_words("severity", SEVERITY),
            colored_words("from", ALERT_WORDS),
            colored_words("to", ALERT_WORDS),
            override("value", decimals=3),
            override("limit", decimals=3),
            override("reason", custom__width=420),
        ],
    )


def _latest() -> Board:
    return table(
        "Latest measurements",
        "The latest value of every metric, those past their limit first; where there is none, the reason.",
        sql.LATEST,
        no_value=NOTHING_MEASURED,
        overrides=[
            colored_words("verdict", {"past the limit": RED, "no value": YELLOW, "within": GREEN, "no limit": GREY}),
            *(override(name, decimals=3) for name in ("value", "95 % low", "95 % high", LIMIT_LOW, LIMIT_HIGH)),
            override("rows", unit="locale"),
            override("targets here", unit="percentunit", decimals=1),
            override("reason", custom__width=360),
        ],
    )


def _runs() -> Board:
    return table(
        "Runs",
        "Windows that end in the time range, failed ones first.",
        sql.RUNS,
        no_value="No window was run in the time range.",
        overrides=[
            colored_words("status", {"failed": RED, "skipped": YELLOW, "done": GREEN}),
            override("rows", unit="locale"),
            override("reason", custom__width=420),
        ],
    )
