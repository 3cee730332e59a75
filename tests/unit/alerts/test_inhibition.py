"""What need not be told while something greater fires."""

from __future__ import annotations

from alerts.inhibition import Inhibition, InhibitRule
from alerts.matcher import read_matcher

PAGES = InhibitRule((read_matcher("severity=page"),), (read_matcher("severity=ticket"),), ("model",))
ANY_DRIFT = InhibitRule((read_matcher("alertname=~Drift.*"),), (read_matcher("alertname=~Drift.*"),))


def test_a_ticket_is_quiet_while_a_page_of_its_model_fires() -> None:
    page = {"alertname": "AucDrop", "severity": "page", "model": "late"}
    inhibition = Inhibition([PAGES], [page])
    assert inhibition.of({"severity": "ticket", "model": "late"}) == page
    assert inhibition.of({"severity": "ticket", "model": "fare"}) is None
    assert inhibition.of(page) is None


def test_a_label_that_neither_has_is_the_same() -> None:
    assert Inhibition([PAGES], [{"severity": "page"}]).of({"severity": "ticket"}) is not None


def test_what_is_source_and_target_inhibits_neither_itself_nor_another_such() -> None:
    first, second = {"alertname": "DriftA"}, {"alertname": "DriftB"}
    inhibition = Inhibition([ANY_DRIFT], [first, second])
    assert inhibition.of(first) is None
    assert inhibition.of(second) is None


def test_without_rules_nothing_is_looked_at() -> None:
    assert Inhibition([], iter(())).of({"severity": "ticket"}) is None
