"""The page of a backtest: one file that needs nothing else, and shows what it is given as it is."""

from __future__ import annotations

import re

import pandas as pd

from dashboards.backtest_page import Bar, Course, Lane, Page, PageRow, PageTable, html


def page(**parts: object) -> Page:
    known = {
        "title": "Backtest of <churn>",
        "notes": ("5 windows & no more",),
        "rules": PageTable("Rules", ("rule", "fired"), (PageRow(("<b>", "1"), "page"),), texts=1),
        "lanes": (Lane("Drift", (Bar(0.25, 0.5, "ticket", 'age "x"'), Bar(1.0, 1.0, "page", "now"))),),
        "marks": ((0.5, "Jun 01"),),
        "courses": (),
        "episodes": (PageTable("What fired", ("from",), (), texts=1),),
    }
    return Page(**{**known, **parts})  # type: ignore[arg-type]


def course() -> Course:
    ends = [86_400 * day for day in range(1, 6)]
    rows = pd.DataFrame(
        {
            "time_epoch": ends,
            "window_seconds": 86_400,
            "version": "",
            "value": [0.1, 0.3, 0.3, float("nan"), 0.1],
            "lower": float("nan"),
            "upper": float("nan"),
            "limit_low": float("nan"),
            "limit_high": 0.2,
            "rows": 500,
            "target_coverage": float("nan"),
            "reason": ["", "", "", "too few rows", ""],
        }
    )
    spans = pd.DataFrame({"start": [ends[1]], "end": [ends[4]], "severity": "page", "alert": "Drift", "reason": "high"})
    return Course("Drift of age", "population_stability_index", True, rows, spans)


def test_what_is_given_is_text_and_never_markup() -> None:
    found = html(page())
    assert "<h1>Backtest of &lt;churn&gt;</h1>" in found
    assert "<td>&lt;b&gt;</td>" in found
    assert 'title="age &quot;x&quot;"' in found
    assert "<p>5 windows &amp; no more</p>" in found


def test_bars_stand_where_they_belong_and_the_shortest_can_be_seen() -> None:
    found = html(page())
    assert 'style="left:25.00%;width:25.00%"' in found
    assert 'style="left:99.70%;width:0.30%"' in found


def test_a_table_without_rows_says_so() -> None:
    assert "<h2>What fired</h2>\n<p>Nothing.</p>" in html(page())


def test_numbers_stand_to_the_right() -> None:
    assert '<td class="number">1</td>' in html(page())


def test_courses_are_drawn_into_the_page() -> None:
    found = html(page(courses=(course(), course())))
    assert found.count("<svg") == 2
    assert found.count("The series that fired longest") == 1
    assert "Drift of age" in found


def test_nothing_is_fetched_from_anywhere() -> None:
    found = html(page(courses=(course(),)))
    assert not re.findall(r"<(?:script|link|img|iframe)\b", found)
    addresses = set(re.findall(r"https?://[^\"'\s)]+", found))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
