"""All scenarios by name."""

from __future__ import annotations

from bench.truth.scenario import HOUR, Change, Scenario, Variation

WILD = Variation(spread=1.5, persistence=0.3)
FEW = {"numeric": 16, "categorical": 4}
LARGE = {"numeric": 4, "categorical": 1}
CHANGED = {"numeric": 40, "categorical": 10, "live": 15}

QUIET = (
    Scenario("independent", "independent rows", **FEW),
    Scenario("overdispersed", "means vary from day to day by 0.1 sd", varies=Variation(0.1), **FEW),
    Scenario("tails", "means vary with heavy tails (t, 3)", varies=Variation(0.1, tail=3), **FEW),
    Scenario("shared", "means vary, 80 % of it all columns together", varies=Variation(0.15, shared=0.8), **FEW),
    Scenario("persistent", "means vary, AR(1) 0.5", varies=Variation(0.15, persistence=0.5), **FEW),
    Scenario("clinging", "means vary, AR(1) 0.8", varies=Variation(0.15, persistence=0.8), **FEW),
    Scenario(
        "weekly",
        "a weekly season, half the rows on weekends",
        varies=Variation(0.03, weekly=0.2),
        traffic="weekly",
        **FEW,
    ),
    Scenario(
        "nights",
        "hourly windows, Poisson traffic with nights",
        rows=500,
        reference=24 * 14,
        live=24 * 30,
        length=HOUR,
        traffic="nights",
        numeric=4,
        categorical=1,
    ),
    Scenario("growing", "traffic grows 1 % a day", traffic="growing", **FEW),
    Scenario("wild", "rooms: means vary by 1.5 sd, AR(1) 0.3", varies=WILD, **FEW),
    Scenario("short", "independent, reference of 14 days", reference=14, **FEW),
    Scenario("long", "means vary by 0.1 sd, reference of 60 days", varies=Variation(0.1), reference=60, **FEW),
    Scenario("longer", "means vary by 0.1 sd, reference of 90 days", varies=Variation(0.1), reference=90, **FEW),
    Scenario("one", "independent, 1 column", numeric=1, categorical=0, cost=0.2),
    Scenario("fifty", "means vary by 0.1 sd, 50 columns", varies=Variation(0.1), cost=2.0),
    Scenario("many", "means vary by 0.1 sd, 200 columns", varies=Variation(0.1), numeric=160, categorical=40, cost=8.0),
    Scenario("hundred", "means vary by 0.1 sd, 100 rows a window", varies=Variation(0.1), rows=100, **FEW),
    Scenario("thousands", "means vary by 0.1 sd, 10,000 rows a window", varies=Variation(0.1), rows=10_000, **LARGE),
    Scenario("large", "means vary by 0.02 sd, 100,000 rows a window", varies=Variation(0.02), rows=100_000, **LARGE),
)

CHANGES = (
    Scenario("shift", "mean shift of 0.4 sd", change=Change("shift", ("number_001",), 0.4), **CHANGED),
    Scenario("scale", "deviation times 1.5", change=Change("scale", ("number_001",), 1.5), **CHANGED),
    Scenario(
        "new_category",
        "a new category takes 10 points",
        change=Change("new category", ("category_001",), 0.1),
        **CHANGED,
    ),
    Scenario(
        "swap", "10 points go from one category to another", change=Change("swap", ("category_001",), 0.1), **CHANGED
    ),
    Scenario("nulls", "10 points of nulls more", change=Change("nulls", ("number_001",), 0.1), **CHANGED),
    Scenario(
        "nulls_of_texts",
        "10 points of nulls more in a category",
        change=Change("nulls", ("category_001",), 0.1),
        **CHANGED,
    ),
    Scenario("units", "unit change, times 1,000", change=Change("factor", ("number_001",), 1000.0), **CHANGED),
    Scenario("constant", "upstream gives a constant", change=Change("constant", ("number_001",)), **CHANGED),
    Scenario("score", "the score shifts by 0.4 sd", change=Change("shift", ("score",), 0.4), **CHANGED),
    Scenario(
        "gradual",
        "0.8 sd, gradually over 10 windows",
        change=Change("shift", ("number_001",), 0.8, over=10),
        is_promised=False,
        **{**CHANGED, "live": 20},
    ),
    Scenario(
        "noisy_shift",
        "mean shift of 0.4 sd, means vary by 0.1 sd",
        is_promised=False,
        varies=Variation(0.1),
        change=Change("shift", ("number_001",), 0.4),
        **CHANGED,
    ),
    Scenario(
        "weekly_shift",
        "mean shift of 0.4 sd in a weekly season",
        is_promised=False,
        varies=Variation(0.03, weekly=0.2),
        traffic="weekly",
        change=Change("shift", ("number_001",), 0.4),
        **CHANGED,
    ),
)

SCENARIOS = {scenario.name: scenario for scenario in (*QUIET, *CHANGES)}
