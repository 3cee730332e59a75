"""The HTML of a mail: everything that the text says, nothing that data could slip in."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from builders.notifications import notification
from builders.readings import event, resolved
from hypothesis import given
from hypothesis import strategies as st

from alerts.channels import mailstyle
from alerts.channels.headline import headline
from alerts.channels.lines import DETAILED, lines
from alerts.channels.mailpage import page
from alerts.notification import Body
from alerts.state import AlertEvent

ALLOWED = {"html", "head", "meta", "title", "style", "body", "table", "tr", "td", "span", "h1", "p", "a", "img"}
EMPTY = {"meta", "img"}


class Reader(HTMLParser):
    """Notes which elements there are, what is read, and whether all that opens is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.text: list[str] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def body(*events: AlertEvent, max_alerts: int = 50) -> Body:
    return notification(*events, max_alerts=max_alerts).payload


def read(html: str) -> str:
    return " ".join(" ".join(Reader(html).text).split())


def flood(count: int) -> list[AlertEvent]:
    return [event(column_name=f"column_{number:02}", value=0.6 - number / 1000) for number in range(count)]


def test_the_html_says_what_the_text_says() -> None:
    found = body(event(annotations={"runbook_url": "https://example.org/auc", "team": "the ML team"}))
    html, text = page(found), lines(found)
    for said in found["alerts"][0]["annotations"].values():
        assert said in unescape(html)
        assert said in text
    assert 'href="https://example.org/auc"' in html


def test_the_first_ten_are_told_in_full_the_others_in_a_list_and_the_rest_is_counted() -> None:
    found = body(*flood(40), max_alerts=30)
    for said in (read(page(found)), lines(found)):
        assert said.count("To silence it") == DETAILED
        assert said.count("roc_auc of column_") == 30
        assert "20 more" in said
        assert "10 alerts are not listed here: the message has no room for more." in said
    assert headline(found) == "[FIRING:30+] AucDrop late_arrival: column_39 and 39 more"


def test_several_kinds_of_alerts_are_named_in_the_headline() -> None:
    events = [event(alert=name, value=value) for name, value in (("A", 0.1), ("B", 0.2), ("C", 0.3))]
    assert headline(body(*events)) == "[FIRING:3] A, B and 1 other on late_arrival and 2 more"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "no link at all"])
def test_only_addresses_of_the_web_become_links(url: str) -> None:
    html = page(notification(event(annotations={"runbook_url": url}), base_url="").payload)
    assert "<a " not in html
    assert url in read(html)


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_names_are_text_whatever_is_in_them(column: str, value: str, said: str) -> None:
    told = event(column_name=column, segment_key="s", segment_value=value, reason=said)
    html = page(body(told, event(column_name=f"<b onclick='x'>{column}")), [("cid:1", f'"{value}"')])
    found = Reader(html)
    assert found.seen <= ALLOWED
    assert not found.open
    assert not any(name.startswith("on") for name in found.attributes)


def test_the_pictures_stand_by_the_worst_alert() -> None:
    html = page(body(*flood(2)), [("cid:course", "over time")])
    assert html.index("column_01") < html.index("cid:course") < html.rindex("column_00 is")


def test_what_is_over_has_another_colour_and_no_command_to_silence_it() -> None:
    html = page(body(resolved()))
    assert mailstyle.COLOURS["resolved"] in html
    assert "silence" not in html


def test_every_colour_of_text_has_one_for_the_dark() -> None:
    dark = set(re.findall(r"^  \.(\w+) \{", mailstyle.DARK, flags=re.MULTILINE))
    classes = {name for found in re.findall(r'class="([^"]+)"', page(body(*flood(12)))) for name in found.split()}
    assert classes <= dark
