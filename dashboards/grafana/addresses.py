"""Where the links of the boards lead: to each other, and to the Streamlit pages."""

from __future__ import annotations

FLEET_UID = "seamark-fleet"
MODEL_UID = "seamark-model"

FLEET_BOARD = f"/d/{FLEET_UID}?var-datasource=${{datasource}}"
STREAMLIT_OVERVIEW = "${streamlit:raw}/"
STREAMLIT_MODEL = (
    "${streamlit:raw}/model?model=${model:percentencode}&window=${window:percentencode}&column=${column:percentencode}"
)


def model_board(*, model: str = "model", window: str = "", column: str = "") -> str:
    """The board of the model that stands in a cell; the arguments are names of the table's columns.

    >>> model_board(window="window_seconds")
    '/d/seamark-model?var-datasource=${datasource}&var-model=${__data.fields.model:percentencode}&var-window=${__data.fields.window_seconds:percentencode}&${__url_time_range}'
    """
    chosen = {"var-model": model, "var-window": window, "var-column": column}
    choices = [f"&{name}={_cell(field)}" for name, field in chosen.items() if field]
    return f"/d/{MODEL_UID}?var-datasource=${{datasource}}{''.join(choices)}&${{__url_time_range}}"


def streamlit_model(*, model: str = "model", window: str) -> str:
    """The Streamlit page of the model and window that stand in a row."""
    return f"${{streamlit:raw}}/model?model={_cell(model)}&window={_cell(window)}"


def _cell(field: str) -> str:
    return f"${{__data.fields.{field}:percentencode}}"
