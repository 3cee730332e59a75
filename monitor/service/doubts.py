"""What a silence asks for that no alert can have: it is kept, but is likely not what was meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from alerts.matcher import read_matcher
from monitor.api.attention import Alert, Silence
from monitor.config.faults import did_you_mean
from monitor.config.routes import LABELS
from monitor.config.settings import Settings


def doubts(silence: Silence, settings: Settings, alerts: Sequence[Alert]) -> Iterator[str]:
    """One sentence for each matcher that no alert meets, neither one of these nor one that rules may give yet."""
    given = [label for rule in settings.alerts.rules for label in rule.labels]
    labels = {*LABELS, *given, *(label for alert in alerts for label in alert.labels)}
    models = {*settings.models, *(alert.labels.get("model", "") for alert in alerts)} - {""}
    for matcher in map(read_matcher, silence.matchers):
        if matcher.matches({}):
            continue
        if matcher.name not in labels:
            yield f"{matcher}: no alert has a label `{matcher.name}`{did_you_mean(matcher.name, labels)}"
        elif matcher.name == "model" and not any(matcher.matches({"model": model}) for model in models):
            yield f"{matcher}: there is no such model{did_you_mean(matcher.value, models)}"
