"""Figures that the Methods page quotes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers import events as ev
from helpers import evidence, regimes
from helpers.exhibits import EvidenceTable
from helpers.numbers import Value

__all__ = ["ONE_FILE", "REPRODUCED", "one_file", "quad_shares", "reproduced", "values"]

#: GDELT's file of 1 January 2018, 00:00 (20180101000000.export.CSV), as `helpers.machine_events` sums it up: the pairs
#: of states with ten events or more; events, articles, Goldstein sum, and the sum with one vote for each article.
ONE_FILE = [
    ("Israel", "Palestinian territories", 34, 13, -94.7, -31.41),
    ("Azerbaijan", "Iran", 20, 1, -2.0, -0.1),
    ("North Korea", "United States", 17, 6, -17.6, -22.76),
    ("United Kingdom", "United States", 13, 4, -49.5, -6.38),
    ("China", "Kenya", 12, 1, 28.2, 2.35),
    ("Denmark", "Kenya", 12, 1, 28.2, 2.35),
    ("Denmark", "Rwanda", 12, 1, 28.2, 2.35),
    ("Australia", "United Kingdom", 11, 4, 40.4, 8.57),
    ("Canada", "United States", 10, 2, -7.5, 0.36),
    ("Israel", "United States", 10, 4, -29.7, -8.14),
    ("Mexico", "United States", 10, 3, -8.1, -7.02),
]

_LINES, _ARTICLES = 2414, 372  # of the same file

#: What the tests of the package reproduce: method, published source, published result, file and name of the test.
REPRODUCED = [
    (
        "Goldstein value of a CAMEO code",
        "GDELT event file of 1 January 2018, 00:00",
        "16 codes of genuine rows",
        "test_events.py",
        "real_gdelt_rows",
    ),
    (
        "Change points (least squares, exact)",
        "Nile flow 1871–1970, R package strucchange",
        "breaks, residual sums and BIC for 0 to 5 breaks; sup F 75.93",
        "test_regimes.py",
        "test_the_nile_is_cut_as_published",
    ),
    (
        "One change point in counts",
        "British coal mining disasters (Jarrett 1979)",
        "last year of the first regime: 1891",
        "test_regimes.py",
        "test_coal_disasters_fall_when_counts_are_made_to_scatter_alike",
    ),
    (
        "Granger causality",
        "Thurman and Fisher (1988), R package lmtest",
        "F 0.5916 (p 0.6238) and F 5.405 (p 0.002966)",
        "test_reciprocity.py",
        "test_the_egg_comes_first",
    ),
    (
        "Triangle index, walk balance, frustration index",
        "Read's tribes of 1954, R package signnet",
        "0.8676471, 0.3575761 and 7",
        "test_balance.py",
        "test_the_tribes_of_read_1954",
    ),
    (
        "Shortest paths",
        "Sioux Falls network (LeBlanc 1975), published equilibrium",
        "objective 4,231,335.287",
        "test_corridors.py",
        "test_sioux_falls_shortest_paths_confirm_the_published_equilibrium",
    ),
    (
        "Maximum flow and minimum cut",
        "Harris and Ross (1955), Soviet rail network",
        "flow 163 and its nine links",
        "test_corridors.py",
        "test_harris_ross_flow_and_bottleneck",
    ),
    (
        "k shortest paths",
        "Bernstein's example",
        "lengths 20, 27 and 27",
        "test_corridors.py",
        "test_bernstein_k_shortest_paths",
    ),
    (
        "Shapley value",
        "glove game, airport game",
        "textbook shares",
        "test_corridors.py",
        "test_shapley_values_of_known_games",
    ),
    (
        "Brier score and its parts",
        "Niamey rain forecasts 2016, R package reliabilitydiag",
        "0.232, 0.0183, 0.0305 and 0.244",
        "test_forecasts.py",
        "niamey",
    ),
    (
        "Events, sums and classes of a pair",
        "GDELT event file of 1 January 2018, 00:00",
        "its lines, counted one by one",
        "test_machine_events.py",
        "test_genuine_file_against_counting_its_lines",
    ),
    (
        "Krippendorff's alpha",
        "Hayes and Krippendorff (2007), Krippendorff (2011)",
        "nine published values",
        "test_reliability.py",
        "test_published_alphas",
    ),
]


#: Autocorrelations of noise on which the page tells how the usual rule does.
_NOISE = {"low": 0.3, "high": 0.5}


def values(events: pd.DataFrame, cameo: pd.DataFrame, sources: pd.DataFrame) -> dict[str, Value]:
    """Compute example values of the scale and the delay of reports.

    Parameters
    ----------
    events, cameo, sources : pandas.DataFrame
        Tables of that name.
    """
    goldstein = cameo.set_index("id")["goldstein"]
    pair = one_file().loc["Azerbaijan and Iran"]
    lag = (evidence.first_report(events, sources) - events.set_index("id")["start"]).dt.days
    return {
        "goldstein_arrest": float(goldstein["173"]),
        "goldstein_visit": float(goldstein["042"]),
        "goldstein_agreement": float(goldstein["057"]),
        "goldstein_drill": float(goldstein["150"]),
        **{f"phi_{name}": phi for name, phi in _NOISE.items()},
        **{f"noise_{name}": 100 * _noise_broken(phi) for name, phi in _NOISE.items()},
        "median_lag": float(lag.median()),
        "lag_90": float(lag.quantile(0.9)),
        "file_lines": _LINES,
        "file_articles": _ARTICLES,
        "file_events_an_article": _LINES / _ARTICLES,
        "file_rank": int((one_file()["Events"] > pair["Events"]).sum()) + 1,
        "file_pair_events": int(pair["Events"]),
        "file_pair_articles": int(pair["Articles"]),
        "file_pair_sum": float(pair["Goldstein sum"]),
        "file_pair_votes": float(pair["One vote an article"]),
    }


def _noise_broken(autocorrelation: float, months: int = 24) -> float:
    """Say how often the usual rule breaks a series of so many months in which nothing happened."""
    blank = pd.Series(np.arange(months, dtype=float))  # its values play no part
    return float(regimes.false_breaks(blank, draws=1000, autocorrelation=autocorrelation)["rate"])


def one_file() -> pd.DataFrame:
    """Return the busiest pairs of states in one file of GDELT, counted by event and by article (see `ONE_FILE`).

    Examples
    --------
    >>> one_file().loc["Canada and United States", ["Goldstein sum", "One vote an article"]].tolist()
    [-7.5, 0.36]
    """
    pairs = [f"{a} and {b}" for a, b, *_ in ONE_FILE]
    columns = ["Events", "Articles", "Goldstein sum", "One vote an article"]
    return pd.DataFrame([row[2:] for row in ONE_FILE], index=pd.Index(pairs, name="Pair"), columns=columns)


def quad_shares(events: pd.DataFrame, cameo: pd.DataFrame) -> pd.DataFrame:
    """Count scored events between Iran and Azerbaijan by quad class (rows) and acting state (columns)."""
    pair = ev.score(ev.between(events[events["scored"]], "AZE", "IRN"), cameo)
    counts = pd.crosstab(pair["quad"].map(ev.QUAD_CLASSES), pair["source_actor"])
    return (
        counts.reindex(list(ev.QUAD_CLASSES.values()), fill_value=0)
        .rename(columns={"AZE": "Azerbaijan acts", "IRN": "Iran acts"})
        .rename_axis(columns=None)
    )


def reproduced() -> EvidenceTable:
    """List the published results that the tests of the package reproduce."""
    rows = pd.DataFrame(REPRODUCED, columns=["Method", "Published where", "Published result", "Test file", "Test"])
    return EvidenceTable(rows.drop(columns="Test"), "Published results that the tests reproduce")
