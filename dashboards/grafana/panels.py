"""The kinds of panels that the boards use, each with the settings that all of its kind share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.grafana.board import SOURCE, Board, Json

GREEN, YELLOW, ORANGE, RED, BLUE, GREY = "green", "yellow", "orange", "red", "blue", "text"

LOW, HIGH, LIMIT_LOW, LIMIT_HIGH = "95 % low", "95 % high", "limit low", "limit high"


def time_series(
    title: str,
    description: str,
    *sql: str,
    no_value: str,
    unit: str = "none",
    custom: Mapping[str, Json] | None = None,
    overrides: Sequence[Json] = (),
    lowest: float | None = None,
) -> Board:
    """Lines over time, one for each number column or each text in the column `metric`."""
    drawing: dict[str, Json] = {
        "drawStyle": "line",
        "lineInterpolation": "linear",
        "lineWidth": 2,
        "fillOpacity": 0,
        "pointSize": 4,
        "showPoints": "auto",
        "spanNulls": False,
    }
    return _panel(
        "timeseries",
        title,
        description,
        sql,
        form="time_series",
        no_value=no_value,
        field={"unit": unit, "min": lowest, "custom": {**drawing, **(custom or {})}},
        overrides=overrides,
        options={"legend": _legend("list"), "tooltip": {"mode": "multi", "sort": "desc"}},
    )


def measured(title: str, description: str, sql: str, *, no_value: str) -> Board:
    """One metric with its 95 % interval as a band and its limits as dashed lines."""
    return time_series(title, description, sql, no_value=no_value, overrides=_BAND)


def state_timeline(
    title: str,
    description: str,
    sql: str,
    *,
    no_value: str,
    mappings: Mapping[int, tuple[str, str]] | None = None,
) -> Board:
    """A strip of colour over time for each text in the column `metric`.

    `mappings` gives each number its word and colour; without them the colour runs from green to red.
    """
    color: Json = {"mode": "thresholds"} if mappings else {"mode": "continuous-GrYlRd"}
    return _panel(
        "state-timeline",
        title,
        description,
        (sql,),
        form="time_series",
        no_value=no_value,
        field={
            "color": color,
            "mappings": _value_mappings({str(number): word for number, word in (mappings or {}).items()}),
            "custom": {"fillOpacity": 85, "lineWidth": 0},
        },
        options={
            "alignValue": "left",
            "mergeValues": mappings is not None,
            "rowHeight": 0.9,
            "showValue": "never",
            "legend": {**_legend("list"), "showLegend": mappings is not None},
            "tooltip": {"mode": "single", "sort": "none"},
        },
    )


def table(title: str, description: str, sql: str, *, no_value: str, overrides: Sequence[Json] = ()) -> Board:
    """Rows and columns as the query gives them; `no_value` stands where there is no row at all."""
    empty_cell: Json = {
        "matcher": {"id": "byRegexp", "options": ".*"},
        "properties": [{"id": "noValue", "value": "-"}],
    }
    return _panel(
        "table",
        title,
        description,
        (sql,),
        form="table",
        no_value=no_value,
        field={"custom": {"align": "auto", "filterable": True}},
        overrides=[empty_cell, *overrides],
        options={"cellHeight": "sm", "frameIndex": 0, "showHeader": True},
    )


def stat(
    title: str,
    description: str,
    sql: str,
    *,
    no_value: str,
    unit: str = "none",
    bad_from: float | None = None,
    bad: str = RED,
    words: Mapping[str, str] | None = None,
) -> Board:
    """One number, or one of some `words` with their colours, in large letters."""
    steps: list[Json] = [{"color": GREY if bad_from is None else GREEN, "value": None}]
    if bad_from is not None:
        steps.append({"color": bad, "value": bad_from})
    return _panel(
        "stat",
        title,
        description,
        (sql,),
        form="table",
        no_value=no_value,
        field={
            "unit": unit,
            "color": {"mode": "thresholds"},
            "mappings": _value_mappings({word: (word, color) for word, color in (words or {}).items()}),
            "thresholds": {"mode": "absolute", "steps": steps},
        },
        options={
            "colorMode": "value",
            "graphMode": "none",
            "justifyMode": "auto",
            "orientation": "auto",
            "percentChangeColorMode": "standard",
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "/.*/", "values": False},
            "showPercentChange": False,
            "textMode": "value",
            "wideLayout": True,
        },
    )


def bar_chart(title: str, description: str, sql: str, *, no_value: str, across: str, unit: str) -> Board:
    """Bars side by side, one group for each text in the column `across`."""
    return _panel(
        "barchart",
        title,
        description,
        (sql,),
        form="table",
        no_value=no_value,
        field={"unit": unit, "min": 0, "custom": {"fillOpacity": 80, "lineWidth": 0}},
        options={
            "barWidth": 0.95,
            "fullHighlight": False,
            "groupWidth": 0.75,
            "legend": _legend("list"),
            "orientation": "vertical",
            "showValue": "never",
            "stacking": "none",
            "tooltip": {"mode": "multi", "sort": "none"},
            "xField": across,
            "xTickLabelMaxLength": 16,
            "xTickLabelRotation": -45,
        },
    )


def override(column: str, **properties: Json) -> Json:
    """Settings for one column; `custom__x` and `links` stand for Grafana's `custom.x` and `links`."""
    return {
        "matcher": {"id": "byName", "options": column},
        "properties": [{"id": name.replace("__", "."), "value": value} for name, value in properties.items()],
    }


def colored_words(column: str, words: Mapping[str, str]) -> Json:
    """A colour for each word that a table's column can hold."""
    return override(
        column,
        mappings=_value_mappings({word: (word, color) for word, color in words.items()}),
        custom__cellOptions={"type": "color-text"},
    )


def hidden(column: str) -> Json:
    """A column that only links read; `hidden` is the word of older Grafanas, `hideFrom` that of newer ones."""
    return override(column, custom__hidden=True, custom__hideFrom={"viz": True, "legend": False, "tooltip": False})


def linked(column: str, title: str, url: str, *, leaves: bool = False) -> Json:
    """A link on every cell of a table's column."""
    return override(column, links=[{"title": title, "url": url, "targetBlank": leaves}])


def _panel(
    kind: str,
    title: str,
    description: str,
    sql: Sequence[str],
    *,
    form: str,
    no_value: str,
    field: Mapping[str, Json],
    options: Mapping[str, Json],
    overrides: Sequence[Json] = (),
) -> Board:
    given = {name: value for name, value in field.items() if value is not None}
    return {
        "type": kind,
        "title": title,
        "description": description,
        "datasource": SOURCE,
        "targets": [_target(chr(ord("A") + number), text, form) for number, text in enumerate(sql)],
        "fieldConfig": {"defaults": {"noValue": no_value, **given}, "overrides": list(overrides)},
        "options": options,
    }


def _target(letter: str, sql: str, form: str) -> Json:
    return {
        "refId": letter,
        "datasource": SOURCE,
        "format": form,
        "rawQuery": True,
        "editorMode": "code",
        "rawSql": sql,
    }


def _legend(mode: str) -> Mapping[str, Json]:
    return {"calcs": [], "displayMode": mode, "placement": "bottom", "showLegend": True}


def _value_mappings(words: Mapping[str, tuple[str, str]]) -> list[Json]:
    if not words:
        return []
    options: Json = {
        value: {"text": text, "color": color, "index": index}
        for index, (value, (text, color)) in enumerate(words.items())
    }
    return [{"type": "value", "options": options}]


def limit(column: str) -> Json:
    """A dashed line."""
    return override(
        column,
        color={"mode": "fixed", "fixedColor": RED},
        custom__lineWidth=1,
        custom__lineStyle={"fill": "dash", "dash": [8, 8]},
        custom__showPoints="never",
    )


def _edge(column: str, **properties: Json) -> Json:
    return override(
        column,
        color={"mode": "fixed", "fixedColor": BLUE},
        custom__lineWidth=0,
        custom__showPoints="never",
        custom__hideFrom={"legend": True, "tooltip": False, "viz": False},
        **properties,
    )


_BAND: Sequence[Json] = (
    override("value", color={"mode": "fixed", "fixedColor": BLUE}),
    _edge(LOW),
    _edge(HIGH, custom__fillBelowTo=LOW, custom__fillOpacity=15),
    limit(LIMIT_LOW),
    limit(LIMIT_HIGH),
)
