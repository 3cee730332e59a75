"""What a rule holds a value against: a number, or a limit that comes out of the data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AllowInfNan,
    BeforeValidator,
    Discriminator,
    Field,
    PlainSerializer,
    Strict,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from monitor.calibration.budget import Budget
from monitor.calibration.kinds import Calibrated, Kind, Other, Relative, Sequential, Side, Sigmas, Tolerance
from monitor.config.faults import Remark, Wrong, raise_all, wrong
from monitor.config.part import Part
from monitor.config.times import read_positive_length, say_length
from monitor.drift.catalogue import METHODS
from monitor.performance.catalogue import METRICS

CALIBRATED = "calibrated"
DAY = timedelta(days=1)
SIDES: tuple[Side, ...] = ("above", "below", "outside")
LIMITS = (*SIDES, "tolerance", "sigmas", "relative", "sequential")
OFTENEST = timedelta(hours=1)
_PATTERN = r"^\d+(\.\d+)? +per +(\d+ *)?[a-z]+$"


def read_budget(value: object) -> Budget:
    """So many false alarms in so long a time.

    >>> read_budget("1 per 30 days")
    Budget(alarms=1.0, per=datetime.timedelta(days=30))
    """
    if isinstance(value, Budget):
        return value
    match = re.fullmatch(r"(\d+(?:\.\d+)?) +per +(.+)", value.strip()) if isinstance(value, str) else None
    if match is None:
        raise wrong("should say how many false alarms are borne in how long, such as 1 per 30 days")
    alarms, per = float(match[1]), match[2]
    length = read_positive_length(per if per[0].isdigit() else f"1 {per}")
    if not alarms:
        raise wrong("no limit is never passed by chance: bear at least a little, such as 1 per 365 days")
    if length / alarms < OFTENEST:
        raise wrong("more than one false alarm an hour is no limit; bear fewer, such as 1 per 30 days")
    return Budget(alarms, length)


def say_budget(budget: Budget) -> str:
    """The budget as people write it.

    >>> say_budget(read_budget("1 per 7 days"))
    '1 per 7 days'
    """
    return f"{budget.alarms:g} per {say_length(budget.per)}"


def _share(value: object) -> object:
    """A percentage as the share that it is."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?) *%", value.strip()) if isinstance(value, str) else None
    return float(match[1]) / 100 if match else value


def _read_share(value: object) -> object:
    share = _share(value)
    if isinstance(share, str):
        raise wrong("should be a share, such as 10%")
    return share


def _word(text: str) -> str:
    if text != CALIBRATED:
        raise wrong(f"should be a number, or {CALIBRATED}")
    return text


def _above_nought(number: float) -> float:
    if number <= 0:
        raise wrong("should be more than 0")
    return number


def _kind(otherwise: str) -> Callable[[object], str]:
    return lambda value: "word" if isinstance(value, str) else otherwise


Number = Annotated[float, Strict(), AllowInfNan(False)]
Range = tuple[Number, Number]
NumberOrRange = Annotated[
    Annotated[Number, Tag("one")] | Annotated[Range, Tag("two")],
    Discriminator(lambda value: "two" if isinstance(value, list | tuple) else "one"),
]
Word = Annotated[str, AfterValidator(_word), WithJsonSchema({"const": CALIBRATED})]
NumberOrWord = Annotated[Annotated[Number, Tag("one")] | Annotated[Word, Tag("word")], Discriminator(_kind("one"))]
RangeOrWord = Annotated[Annotated[Range, Tag("two")] | Annotated[Word, Tag("word")], Discriminator(_kind("two"))]
Positive = Annotated[Number, AfterValidator(_above_nought)]
Percentage = Annotated[Positive, BeforeValidator(_read_share)]
PercentageSchema = WithJsonSchema(
    {"anyOf": [{"type": "string", "pattern": r"^\d+(\.\d+)? *%$"}, {"type": "number", "exclusiveMinimum": 0}]}
)
BudgetText = Annotated[
    Budget,
    BeforeValidator(read_budget),
    PlainSerializer(say_budget),
    WithJsonSchema({"type": "string", "pattern": _PATTERN, "examples": ["1 per 30 days"]}),
]


class RelativeSettings(Part):
    """A limit that is measured from another value."""

    to: Other = Field(description="The value that is compared with.")
    by: Annotated[Percentage, PercentageSchema] = Field(
        description="How far a value may be from it, either way, as a share of it, such as 10%."
    )


class Worse(Part):
    """How much worse is borne."""

    amount: float
    is_share: bool


def _read_worse(value: object) -> object:
    share = _share(value)
    if isinstance(value, Worse):
        return value
    if isinstance(share, bool) or not isinstance(share, int | float):
        raise wrong("should be a number, or a share of the reference's value such as 5%")
    return Worse(amount=_above_nought(float(share)), is_share=isinstance(value, str))


class SequentialSettings(Part):
    """A limit for what may be looked at again and again, such as performance: evidence is gathered window by window."""

    worse_by: Annotated[Worse, BeforeValidator(_read_worse), PercentageSchema] = Field(
        description="So much worse than the reference is borne: in units of the metric, or such as 5%."
    )
    false_alarms: BudgetText = Field(default=Budget(1, 1000 * DAY), description="How many false alarms are borne.")


class LimitSettings(Part):
    """The limit of a rule: one of above, below, outside, tolerance, sigmas, relative, sequential."""

    above: NumberOrWord | None = Field(
        default=None, description="A higher value breaks the limit; calibrated: the limit is learned."
    )
    below: NumberOrWord | None = Field(default=None, description="A lower value breaks the limit; or calibrated.")
    outside: RangeOrWord | None = Field(
        default=None, description="A value out of [low, high] breaks the limit; or calibrated."
    )
    tolerance: Positive | None = Field(
        default=None, description="So much distance is borne, whatever chance adds to it."
    )
    sigmas: Positive | None = Field(
        default=None, description="So many standard deviations of the reference's windows from their mean."
    )
    relative: RelativeSettings | None = None
    sequential: SequentialSettings | None = Field(default=None, validate_default=True)
    false_alarms: BudgetText | None = Field(
        default=None, description="The rule's own budget; left out: it shares that of the model."
    )
    clear: NumberOrRange | None = Field(
        default=None, description="An alert that fires resolves only past this; for outside: [low, high]."
    )

    @field_validator("outside")
    @classmethod
    def _in_order(cls, outside: Range | str | None) -> Range | str | None:
        if isinstance(outside, tuple) and outside[0] >= outside[1]:
            raise wrong("the low limit should be below the high limit")
        return outside

    @field_validator("sequential")
    @classmethod
    def _one_limit(cls, sequential: SequentialSettings | None, info: ValidationInfo) -> SequentialSettings | None:
        # A limit that stands there but could not be read counts as given.
        found = {**info.data, "sequential": sequential}
        given = [name for name in LIMITS if found.get(name, 0) is not None]
        if not given:
            raise Wrong(Remark(f"a rule needs a limit: {_listed('or')}", absent=frozenset(LIMITS)))
        if len(given) > 1:
            raise Wrong(Remark(f"a rule takes one of {_listed('and')}, not {' and '.join(given)}"))
        return sequential

    @field_validator("false_alarms")
    @classmethod
    def _of_calibrated(cls, budget: Budget | None, info: ValidationInfo) -> Budget | None:
        if budget is not None and CALIBRATED not in [info.data.get(side, CALIBRATED) for side in SIDES]:
            raise wrong("only a calibrated limit keeps to a budget; leave it out, or write it under sequential")
        return budget

    @field_validator("clear")
    @classmethod
    def _on_the_good_side(cls, clear: float | Range | None, info: ValidationInfo) -> float | Range | None:
        if clear is not None and info.data.keys() >= set(LIMITS):
            raise_all(_clear_remarks(clear, info.data))
        return clear

    @property
    def kind(self) -> Kind | None:
        """What the limit comes out of; None where it is a number."""
        side: Side | None = next((side for side in SIDES if getattr(self, side) == CALIBRATED), None)
        if side is not None:
            return Calibrated(side, self.false_alarms)
        if self.tolerance is not None:
            return Tolerance(self.tolerance)
        if self.sigmas is not None:
            return Sigmas(self.sigmas)
        if self.relative is not None:
            return Relative(self.relative.to, self.relative.by)
        if self.sequential is not None:
            worse = self.sequential.worse_by
            return Sequential(worse.amount, self.sequential.false_alarms, worse.is_share)
        return None

    @property
    def numbers(self) -> Range | tuple[None, float] | tuple[float, None] | tuple[None, None]:
        """The low and high limit, as far as they are numbers."""
        if isinstance(self.outside, tuple):
            return self.outside
        if isinstance(self.below, float):
            return self.below, None
        return (None, self.above) if isinstance(self.above, float) else (None, None)

    @property
    def clear_numbers(self) -> tuple[float | None, float | None]:
        """The low and high number past which an alert resolves."""
        if isinstance(self.clear, tuple):
            return self.clear
        return (self.clear, None) if self.below is not None else (None, self.clear)


def check_limit_fits(metric: str, limits: Mapping[str, object]) -> None:
    """Refuse a limit that the metric cannot have."""
    if limits.get("tolerance") is not None and metric not in METHODS:
        raise wrong(f"a tolerance is for measures of drift, and `{metric}` is none")
    if limits.get("sequential") is not None and metric not in METRICS:
        raise wrong(f"a sequential limit is for measures of performance, and `{metric}` is none")


def _listed(last: Literal["and", "or"]) -> str:
    return f"{', '.join(LIMITS[:-1])} {last} {LIMITS[-1]}"


def _clear_remarks(clear: float | Range, limits: Mapping[str, object]) -> Iterator[Remark]:
    above, below, outside = (limits[side] for side in SIDES)
    if not any(isinstance(limit, float | tuple) for limit in (above, below, outside)):
        yield Remark("needs a limit that is a number: above, below or outside")
    elif isinstance(clear, tuple):
        if not isinstance(outside, tuple):
            yield Remark("should be one number, as the limit is")
        elif not outside[0] <= clear[0] <= clear[1] <= outside[1]:
            yield Remark(f"should lie inside the limits {outside[0]:g} and {outside[1]:g}, the low number first")
    elif isinstance(outside, tuple):
        yield Remark("should be [low, high], as the limit is")
    elif isinstance(above, float) and clear > above:
        yield Remark(f"should lie on the good side of the limit: at most {above:g}")
    elif isinstance(below, float) and clear < below:
        yield Remark(f"should lie on the good side of the limit: at least {below:g}")
