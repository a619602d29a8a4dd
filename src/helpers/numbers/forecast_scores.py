"""The five articles' forecasts: how they are worded, judged and scored.

The scores are those of `helpers.forecasts`; this book's reading of the words stands in table ``forecast_phrases``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers import evidence
from helpers import forecasts as fc
from helpers.exhibits import BLUE, GREY, PURPLE, VERMILION, Exhibit, canvas, fit, legend, style, two_widths
from helpers.memo import remember
from helpers.numbers import Value

__all__ = [
    "JUDGED",
    "PARTLY",
    "WORDS",
    "by_words",
    "draw_scores",
    "forecast_table",
    "judge",
    "scores",
    "values_of",
    "worded",
    "words_table",
]

_DRAWS, _SEED = 1000, 2024

#: Where the probability of a forecast comes from: the table's own reading, or a scale of words.
WORDS = {"the table's own reading": "own", **{f"scale: {name}": key for key, name in fc.SCALE_NAMES.items()}}
#: What a forecast that came partly true counts.
PARTLY: dict[str, float | None] = {"one half": 0.5, "nothing (left out)": None}
#: When a reader judges, and whether verdicts on horizons that still run count.
JUDGED = {
    "at the end of 2022": "2022-12-31",
    "at the end of 2024": "2024-12-31",
    "now, horizons that have ended": "ended",
    "now, every verdict": "all",
}


def worded(forecasts: pd.DataFrame, phrases: pd.DataFrame) -> pd.DataFrame:
    """Join to each forecast the reading of its words; the other functions of this module take the result.

    Parameters
    ----------
    forecasts, phrases : pandas.DataFrame
        The tables ``forecasts`` and ``forecast_phrases``.

    Returns
    -------
    pandas.DataFrame
        `forecasts` with a phrase on each scale of `helpers.forecasts.WORD_SCALES`, ``negated``, ``rests_on`` and
        ``no_change``.

    Raises
    ------
    ValueError
        If a forecast has no phrases.
    """
    bare = forecasts.loc[~forecasts["id"].isin(phrases["id"]), "id"].tolist()
    if bare:
        raise ValueError(f"no row in forecast_phrases for {', '.join(bare)}")
    columns = ["id", *fc.WORD_SCALES, "negated", "rests_on", "no_change"]
    return forecasts.merge(phrases[columns], on="id", how="left", validate="one_to_one")


def _read(forecasts: pd.DataFrame, scale: str) -> pd.Series:
    """Give the probability by forecast id on one scale."""
    return fc.read_words(forecasts.rename(columns={"id": "forecast_id"}), scale)


def _no_change(forecasts: pd.DataFrame) -> pd.Series:
    return forecasts.set_index("id")["no_change"].astype(int)


def judge(
    forecasts: pd.DataFrame, today: pd.Timestamp, words: str = "own", judged: str = "ended", partly: float | None = 0.5
) -> pd.DataFrame:
    """Read the probabilities on one scale of `WORDS` and the outcomes on one day of `JUDGED`.

    `forecasts` come from `worded`; `today` is the day to which the table was brought up, see
    `helpers.forecasts.resolve`.
    """
    if words != "own":
        forecasts = forecasts.assign(probability=forecasts["id"].map(_read(forecasts, words)))
    day = today if judged in ("ended", "all") else pd.Timestamp(judged)
    return fc.resolve(forecasts, day, partly, early=judged == "all")


def scores(scored: pd.DataFrame) -> pd.DataFrame:
    """Score each article and all together: `helpers.forecasts.compare`, in the order of the articles.

    Adds ``elsewhere`` and ``no change``: the Brier scores of the base rate of other articles and of no change.
    """
    same = _no_change(scored)
    board = fc.compare(scored, _DRAWS, _SEED, same)
    naive = fc.baselines(scored, same).join(scored[["article_id", "outcome"]])
    for column, name in (("base rate elsewhere", "elsewhere"), ("no change", "no change")):
        squares = (naive[column] - naive["outcome"]) ** 2
        board[name] = squares.groupby(naive["article_id"]).mean()
        board.loc["all", name] = squares.mean()
    return board.reindex([*evidence.ARTICLES, "all"])


@remember
def by_words(forecasts: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    """Score all forecasts whose horizon has ended, once for each way of reading their words.

    Returns
    -------
    pandas.DataFrame
        Index: labels of `WORDS`. ``if true``, ``if partly``, ``if false``: mean probability by resolution; ``brier``,
        ``low``, ``high``, ``elsewhere``, ``no change``: see `scores`; ``discrimination``, see
        `helpers.forecasts.decomposition`; ``p equal``: articles interchangeable.
    """
    rows = {}
    for name, words in WORDS.items():
        scored = judge(forecasts, today, words)
        board = scores(scored)
        known = scored[scored["outcome"].notna()]
        mean = known.groupby("resolution")["probability"].mean()
        rows[name] = {
            **{f"if {word}": mean.get(key) for key, word in (("yes", "true"), ("partly", "partly"), ("no", "false"))},
            **{n: board.loc["all", n] for n in ("brier", "low", "high", "elsewhere", "no change")},
            "discrimination": fc.decomposition(known["probability"], known["outcome"], "corp").resolution,
            "p equal": board.attrs["p_equal"],
        }
    return pd.DataFrame.from_dict(rows, orient="index").astype(float)


def words_table(table: pd.DataFrame) -> pd.DataFrame:
    """Write the result of `by_words` for reading."""
    score = [f"{r.brier:.2f} ({r.low:.2f} to {r.high:.2f})" for r in table.itertuples()]
    shown = {"Probability from": table.index, "Brier score (90 per cent)": score}
    columns = {"if true": "Mean if true", "if partly": "if partly", "if false": "if false"}
    columns["discrimination"] = "Told apart"
    return pd.DataFrame(shown | {name: [f"{v:.2f}" for v in table[c]] for c, name in columns.items()})


def forecast_table(forecasts: pd.DataFrame) -> pd.DataFrame:
    """List every forecast with its probability, as read and on one scale, horizon, criterion and resolution."""
    return pd.DataFrame(
        {
            "Forecast": forecasts["article_id"].map(evidence.ARTICLES).str[:2] + ": " + forecasts["proposition"],
            "Read as": forecasts["probability"],
            "By Kent": forecasts["id"].map(_read(forecasts, "kent")),
            "Rests on": forecasts["rests_on"],
            "Horizon": forecasts["horizon"],
            "True if": forecasts["criterion"],
            "Resolution": forecasts["resolution"] + ": " + forecasts["resolution_note"],
        }
    )


def values_of(forecasts: pd.DataFrame, today: pd.Timestamp) -> dict[str, Value]:
    """Compute what prose quotes of the scores: by horizon and by the reading of the words."""
    resolved = forecasts["resolution"].value_counts()
    board, table = scores(judge(forecasts, today)), by_words(forecasts, today)
    total, scales = board.loc["all"], table["brier"].iloc[1:]
    every = judge(forecasts, today, judged="all")
    lean, p_lean = fc.hindsight(every, _read(forecasts, "kent"), _DRAWS, _SEED)
    variants = {
        "at_0": judge(forecasts, today, partly=0.0),
        "at_1": judge(forecasts, today, partly=1.0),
        "every": every,
    }
    known = {name: rows[rows["outcome"].notna()] for name, rows in variants.items()}
    return {
        "n_forecasts": len(forecasts),
        **{f"n_{r}": int(resolved.get(r, 0)) for r in ("yes", "partly", "no", "open")},
        "n_ended": int(total["resolved"]),
        "brier_all": float(total["brier"]),
        "low_all": float(total["low"]),
        "high_all": float(total["high"]),
        "brier_elsewhere": float(total["elsewhere"]),
        "brier_no_change": float(total["no change"]),
        **{f"brier_{name}": fc.brier_score(k["probability"], k["outcome"]) for name, k in known.items()},
        "scale_low": float(scales.min()),
        "scale_high": float(scales.max()),
        "lean": lean,
        "p_lean": p_lean,
        "n_word": int((forecasts["rests_on"] == "word").sum()),
        "p_equal_low": float(table["p equal"].min()),
        "p_equal_high": float(table["p equal"].max()),
        "n_smallest": int(board["resolved"].min()),
        "n_largest": int(board["resolved"].drop("all").max()),
        "n_articles": len(evidence.ARTICLES),
    }


@two_widths
def draw_scores(
    forecasts: pd.DataFrame, today: pd.Timestamp, words: str = "own", judged: str = "ended", partly: float | None = 0.5
) -> Exhibit:
    """Draw the Brier score of each article, its interval, and the scores of two naive forecasters; see `judge`."""
    board = scores(judge(forecasts, today, words, judged, partly))
    total, y = board.loc["all"], -np.arange(len(board))
    finding = (
        f"{total['resolved']:.0f} of {total['forecasts']:.0f} forecasts scored: all together {total['brier']:.2f}, the "
        f"base rate of other articles {total['elsewhere']:.2f}, no change {total['no change']:.2f}."
    )
    names = [*evidence.ARTICLES.values(), "all"]
    told = [
        f"{name}: {r['brier']:.3f} ({r['low']:.2f} to {r['high']:.2f}), base rate elsewhere {r['elsewhere']:.2f}"
        for name, (_, r) in zip(names, board.iterrows(), strict=True)
        if r["resolved"]
    ]
    with style():
        fig, ax = canvas(height=fit(3.1, 3.3))
        ax.hlines(y, board["low"], board["high"], color=GREY, linewidth=5, alpha=0.55, label="90 per cent interval")
        ax.scatter(board["brier"], y, s=52, color=BLUE, zorder=3, clip_on=False, label="Brier score")
        for column, marker, colour in (("elsewhere", "|", VERMILION), ("no change", "x", PURPLE)):
            label = {"elsewhere": "base rate elsewhere"}.get(column, column)
            ax.scatter(board[column], y, s=70, marker=marker, color=colour, linewidths=2, zorder=3, clip_on=False,
                       label=label)  # fmt: skip
        for score, place in zip(board["brier"], y, strict=True):
            if pd.notna(score):
                ax.annotate(f"{score:.2f}", (score, place), (0, 6), textcoords="offset points", ha="center",
                            fontsize=8.5)  # fmt: skip
        shown = fit(names, [name.split()[0] for name in names])
        ax.set_yticks(y, [f"{name} ({n:.0f})" for name, n in zip(shown, board["resolved"], strict=True)])
        ax.tick_params(axis="y", length=0)
        ax.set_xlim(0, 1)
        ax.set_ylim(-len(board) + 0.5, 0.7)
        ax.grid(visible=False, axis="y")
        ax.set_xlabel("Brier score: zero is perfect")
        legend(fig)
    alt = f"Brier scores by article. {'; '.join(told)}."
    data = board.rename_axis("article").reset_index()
    return Exhibit("x6-scores-frame", finding, fig, alt, data)
