"""What need not be told while something greater fires."""

from __future__ import annotations

from collections import Counter

from alerts.inhibition import Inhibition, InhibitRule
from alerts.matcher import read_matcher

PAGES = InhibitRule((read_matcher("severity=page"),), (read_matcher("severity=ticket"),), ("model",))
ANY_DRIFT = InhibitRule((read_matcher("alertname=~Drift.*"),), (read_matcher("alertname=~Drift.*"),))


class Looked(dict[str, str]):
    """Labels that count how often they are asked for."""

    def __init__(self, looks: Counter[str], **labels: str) -> None:
        super().__init__(labels)
        self.looks = looks

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.looks["all"] += 1
        return super().get(name, default)


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


def test_five_thousand_alerts_are_each_looked_at_a_few_times() -> None:
    looks = Counter[str]()
    firing = [Looked(looks, severity="page", model=f"m{number}") for number in range(5000)]
    inhibition = Inhibition([PAGES, ANY_DRIFT], firing)
    targets = [Looked(looks, severity="ticket", model=f"m{number}") for number in range(5000)]
    assert all(inhibition.of(target) is not None for target in targets)
    assert looks["all"] <= 10 * (len(firing) + len(targets))


def test_without_rules_nothing_is_looked_at() -> None:
    assert Inhibition([], iter(())).of({"severity": "ticket"}) is None
