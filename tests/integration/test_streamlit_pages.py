"""The logic of the three pages, without a browser."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
import streamlit as st
from builders.seeding import seed_store
from streamlit.testing.v1 import AppTest

from dashboards.streamlit_app import APP
from monitor.store import tables
from monitor.store.database import migrate, open_store

MODEL, ALERTS = "model_page.py", "alerts_page.py"
SECONDS = 60


@pytest.fixture(autouse=True)
def _fresh_cache(monkeypatch):
    monkeypatch.delenv("SEAMARK_CONFIG", raising=False)
    yield
    st.cache_resource.clear()


@pytest.fixture
def migrated(store_url, monkeypatch) -> sa.Engine:
    engine = open_store(store_url)
    migrate(engine)
    monkeypatch.setenv("SEAMARK_STORE", store_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def seeded_once(tmp_path_factory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('store')}/seamark.db"
    engine = open_store(url)
    migrate(engine)
    seed_store(engine)
    engine.dispose()
    return url


@pytest.fixture
def seeded(seeded_once, monkeypatch) -> None:
    """Seeded models, only to be read."""
    monkeypatch.setenv("SEAMARK_STORE", seeded_once)


def opened(page: str = "", **link: str) -> AppTest:
    """The app as somebody sees it who opens a link."""
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    if page:
        app.run()
        app.switch_page(page)
    for name, value in link.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    return app


def text(app: AppTest) -> str:
    """All that is written on a page, without the escapes of Markdown."""
    parts = [*app.text, *app.markdown, *app.caption, *app.subheader, *app.info, *app.error, *app.code]
    links = [link.proto.label for link in app.get("page_link")]
    return "\n".join([*(str(part.value) for part in parts), *links]).replace("\\", "")


def value(app: AppTest, name: str) -> str:
    """What stands in a box; the label of a chosen option, as people see it."""
    return app.session_state[f"choice_{name}"]


# overview


def test_the_overview_shows_totals_and_every_model_in_words(seeded):
    app = opened()

    assert {metric.label: metric.value for metric in app.metric} == {
        "Models": "3", "Pages firing": "2", "Tickets firing": "2", "Runs failing": "1", "Models OK": "1",
    }  # fmt: skip
    for words in ("Firing: page", "Run fails", "OK", "2 page, 2 ticket, 1 pending"):
        assert words in text(app)


def test_the_overview_says_why_a_run_failed(seeded):
    assert "the table churn_log has no column tenure_months" in text(opened())


def test_the_overview_has_a_trend_for_each_model(seeded):
    assert len(opened().get("vega_lite_chart")) == 3


def test_a_trend_whose_last_windows_have_no_value_says_since_when(migrated):
    seed_store(migrated, days=20)
    with migrated.begin() as connection:
        last = sa.select(sa.func.max(tables.MEASUREMENT.c.window_end)).scalar_subquery()
        late = sa.update(tables.MEASUREMENT).where(tables.MEASUREMENT.c.window_end == last)
        connection.execute(late.values(value=None, status="skipped"))

    assert "on 2013-04-20, none since" in text(opened())


def test_the_overview_works_on_both_databases(migrated):
    seed_store(migrated, days=10)

    assert "Firing: page" in text(opened())


# model


def test_a_link_shows_just_its_view(seeded):
    app = opened(MODEL, model="late_arrival", window="604800", metric="null_share", column="wind_speed",
                 end="2013-05-20T00:00:00Z")  # fmt: skip

    assert [value(app, name) for name in ("model", "window", "metric", "column", "end")] == [
        "late_arrival", "604800", "null_share", "wind_speed", "2013-05-20T00:00:00Z",
    ]  # fmt: skip
    assert "Nulls of wind_speed" in text(app)
    assert "2013-05-13 to 2013-05-20 UTC" in text(app)


def test_a_choice_is_kept_in_the_url(seeded):
    app = opened(MODEL, model="late_arrival")
    app.selectbox(key="choice_metric").set_value("accuracy").run()

    assert app.query_params["metric"] == "accuracy"
    assert app.query_params["model"] == "late_arrival"
    assert "Accuracy:" in text(app)


def test_another_model_forgets_what_belonged_to_the_former(seeded):
    app = opened(MODEL, model="late_arrival", metric="roc_auc", column="temp")
    app.selectbox(key="choice_model").set_value("taxi_fare").run()

    assert app.query_params["model"] == "taxi_fare"
    assert "metric" not in app.query_params
    assert "Mean absolute error" in text(app)


def test_without_a_link_the_worst_model_is_shown(seeded):
    assert value(opened(MODEL), "model") == "late_arrival"


def test_a_window_without_a_value_says_why(seeded):
    app = opened(MODEL, model="late_arrival", window="86400", metric="roc_auc")

    assert "no target has arrived for this window yet" in text(app)


def test_a_link_to_something_that_is_gone_says_so(seeded):
    app = opened(MODEL, model="gone", metric="nothing", end="1999-01-01T00:00:00Z")

    assert "asks for the model gone" in text(app)
    assert "asks for the metric nothing" in text(app)
    assert "asks for the end 1999-01-01T00:00:00Z" in text(app)


def test_a_window_length_that_is_not_measured_is_named(seeded):
    app = opened(MODEL, model="late_arrival", window="77", drawn="7")

    assert "asks for the window length 77 seconds, which is not in the store; this is 1 day" in text(app)
    assert "asks for the number of windows 7, which is not known here" in text(app)


def test_a_failing_model_shows_its_reason_and_its_failed_windows(seeded):
    app = opened(MODEL, model="churn")

    assert "the table churn_log has no column tenure_months" in app.error[0].value.replace("\\", "")
    assert "Windows that failed or were skipped" in text(app)


def test_a_model_without_targets_says_that_no_performance_is_measured(seeded):
    assert "No performance is measured" in text(opened(MODEL, model="churn"))


def test_target_coverage_is_shown(seeded):
    assert "Target coverage 97.0%" in text(opened(MODEL, model="late_arrival", window="604800")).replace("*", "")


def test_the_report_is_offered_only_with_a_configuration(seeded, monkeypatch):
    assert not opened(MODEL).button

    monkeypatch.setenv("SEAMARK_CONFIG", "seamark.yaml")
    assert [button.label for button in opened(MODEL).button] == ["Evidently report for this window"]


def test_a_report_that_fails_is_an_error_in_words(seeded, monkeypatch, tmp_path):
    monkeypatch.setenv("SEAMARK_CONFIG", str(tmp_path / "none.yaml"))
    app = opened(MODEL)
    app.button[0].click().run()

    assert not app.exception
    assert "No report was made" in app.error[-1].value.replace("\\", "")


def test_a_name_with_odd_signs_is_shown_as_it_is(migrated):
    name = "<script>alert(1)</script> **b** [x](http://y) $a$ é"
    seed_store(migrated, days=8)
    with migrated.begin() as connection:
        for table in (tables.MODEL, tables.SERIES, tables.RUN, tables.ALERT, tables.DISTRIBUTION):
            connection.execute(sa.update(table).where(table.c.model == "late_arrival").values(model=name))

    assert name in text(opened())
    assert value(opened(MODEL, model=name), "model") == name
    assert name in text(opened(ALERTS, model=name))


# alerts


def test_open_alerts_stand_with_reason_and_time(seeded):
    app = opened(ALERTS)

    assert "Open (5)" in text(app)
    assert "roc_auc 0.684 is below 0.7" in text(app)
    assert "since 2013-05-25, for 6 days" in text(app)


def test_health_stands_beside_the_state(seeded):
    assert "no value in the last window" in text(opened(ALERTS))


def test_alerts_can_be_narrowed_by_link(seeded):
    assert "Open (3)" in text(opened(ALERTS, model="late_arrival", state="firing"))
    assert "Open (0)" in text(opened(ALERTS, model="taxi_fare", state="firing"))
    assert "Open (2)" in text(opened(ALERTS, severity="page"))


def test_alerts_without_a_value_are_not_counted_as_open(migrated):
    seed_store(migrated)
    with migrated.begin() as connection:
        calm = sa.update(tables.ALERT).where(tables.ALERT.c.state == "inactive")
        connection.execute(calm.values(health="no_data", reason="no rows in this window"))
    app = opened(ALERTS)
    unseen = app.dataframe[0].value

    assert "Open (5)" in text(app)
    assert f"Not looked at ({len(unseen)})" in text(app)
    assert set(unseen["Because"]) == {"no rows in this window"}
    assert unseen["Last window"].str.endswith(" to 2013-05-31 UTC").all()
    assert "Not looked at" not in text(opened(ALERTS, state="firing"))


def test_where_every_alert_has_a_value_nothing_is_said_of_it(seeded):
    assert "Not looked at" not in text(opened(ALERTS))


@pytest.mark.parametrize(
    ("name", "shown"), [("model", "all models"), ("severity", "any severity"), ("state", "any state")]
)
def test_a_filter_that_does_not_exist_is_named(seeded, name, shown):
    app = opened(ALERTS, **{name: "odd"})

    assert f"asks for the {name} odd, which is not known here; shown: {shown}" in text(app)
    assert "Open (5)" in text(app)


def test_a_model_without_alerts_is_no_unknown_model(seeded):
    app = opened(ALERTS, model="churn")

    assert not app.info


def test_past_episodes_say_how_long_they_lasted_and_lead_to_their_place(seeded):
    app = opened(ALERTS, state="resolved")
    past = app.dataframe[0].value

    assert list(past["Lasted"]) == ["5 days", "2 days"]
    assert past["Look"].iloc[0].startswith("model?model=late_arrival&window=86400&metric=population_stability_index")


def test_messages_that_could_not_be_delivered_are_seen_first(seeded):
    app = opened(ALERTS)

    assert "1 of 9 messages could not be delivered" in app.error[0].value.replace("\\", "")
    [messages] = [frame.value for frame in app.dataframe if "dedup_key" in frame.value]
    assert messages["status"].iloc[0] == "dead"


def test_what_somebody_was_not_told_of_is_shown_with_the_reason(seeded):
    [not_told] = [frame.value for frame in opened(ALERTS).dataframe if "to_state" in frame.value]

    assert list(not_told["reason"]) == ["silence 1 of Ada: known"]
    assert list(not_told["status"]) == ["held back"]


def test_actions_that_alerts_have_started_are_shown(seeded):
    app = opened(ALERTS)

    assert "1 action failed." in [error.value for error in app.error]
    assert list(app.dataframe[-1].value["action"]) == ["retrain", "flow"]


# nothing to show


def test_without_a_store_the_page_says_how_to_set_one(monkeypatch):
    monkeypatch.delenv("SEAMARK_STORE", raising=False)

    assert "export SEAMARK_STORE=" in text(opened())


def test_a_store_that_is_not_there_leads_to_migrate(monkeypatch, tmp_path):
    monkeypatch.setenv("SEAMARK_STORE", f"sqlite:///{tmp_path}/none.db")

    assert "seamark migrate" in text(opened())


def test_a_store_without_tables_leads_to_migrate(monkeypatch, postgresql_url):
    monkeypatch.setenv("SEAMARK_STORE", postgresql_url)

    assert "seamark migrate" in text(opened())


def test_a_database_that_is_away_is_said_in_words(monkeypatch):
    monkeypatch.setenv("SEAMARK_STORE", "postgresql://watch:secret@127.0.0.1:1/seamark")
    app = opened()

    assert "The store cannot be read" in text(app)
    assert "secret" not in text(app)


@pytest.mark.parametrize("page", ["", MODEL, ALERTS])
def test_without_a_model_every_page_says_what_to_do(migrated, page):
    said = text(opened(page))

    assert said.index("seamark backfill --from") < said.index("seamark serve", said.index("seamark backfill"))
    assert "moves no alert" in said


def test_a_model_without_windows_says_what_to_do_and_why_it_failed(migrated):
    with migrated.begin() as connection:
        connection.execute(sa.insert(tables.MODEL).values(model="new", task="none", updated_at=0))
        connection.execute(
            sa.insert(tables.RUN).values(
                model="new",
                window_start=0,
                window_end=86_400,
                purpose="measure",
                status="failed",
                reason="no table log",
            )
        )
    app = opened(MODEL, model="new")

    assert "No window of this model has been measured" in text(app)
    assert "no table log" in text(app)
    assert "No alert is open" in text(opened(ALERTS))
