"""The five articles' forecasts: how they are worded, judged and scored.

The scores are those of `helpers.forecasts`; what stands here is this book's reading of the words.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers import evidence
from helpers import forecasts as fc
from helpers.exhibits import BLUE, GREY, PURPLE, VERMILION, Exhibit, canvas, style
from helpers.numbers import Value

__all__ = [
    "JUDGED",
    "PARTLY",
    "WORDS",
    "by_words",
    "draw_scores",
    "forecast_table",
    "judge",
    "phrases",
    "scores",
    "values_of",
    "words_table",
]

_DRAWS, _SEED = 1000, 2024

#: How each forecast is worded, by this book's reading: a phrase on each scale of `helpers.forecasts.WORD_SCALES`,
#: whether it speaks of the forecast or its opposite, on what the reading rests; the forecasts by article and number.
_PHRASES = """
probable | likely | probably | as said | hedge | mamedov-2021 1 8
probable | very likely | highly likely | as said | hedge | mamedov-2021 2
probable | likely | we believe | as said | hedge | ramani-2021 3; avdaliani-2024 1
probably not | unlikely | unlikely | of the opposite | hedge | avdaliani-2024 3
probably not | unlikely | we doubt | of the opposite | hedge | mammadov-2024 9; avdaliani-2024 2
probable | likely | likely | as said | word | mamedov-2021 4; ramani-2021 2; avdaliani-2024 4
probably not | unlikely | unlikely | of the opposite | word | mamedov-2021 5; ramani-2021 1; anonymous-2021 2
almost certainly not | very unlikely | highly unlikely | of the opposite | word | mammadov-2024 3
probable | likely | probably | as said | relayed | mamedov-2021 3 6; ramani-2021 11; mammadov-2024 2; \
anonymous-2021 5 6; avdaliani-2024 5
probable | likely | probably | as said | advice | anonymous-2021 9
chances about even | roughly even chance | about even | as said | possibility | ramani-2021 5 6 7; \
mammadov-2024 1 5 7; anonymous-2021 1 8; avdaliani-2024 7
chances about even | roughly even chance | better than even | as said | possibility | mammadov-2024 4
almost certain | almost certain | almost certainly | as said | assertion | mamedov-2021 7 9 10; \
ramani-2021 4 8 9 10; mammadov-2024 6 8 10; anonymous-2021 3 4 7; avdaliani-2024 6 8 9
"""
#: The forecasts that come true if things go on as in the year before the article.
_NO_CHANGE = (
    "mamedov-2021 1 2 4 5 7 8 9 10; ramani-2021 1 8 10; mammadov-2024 3 7 8 10; "
    "anonymous-2021 2 3 5 9; avdaliani-2024 1 3 6 8 9"
)

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


def _numbered(words: str) -> list[str]:
    """Turn "a-2021 1 2; b-2024 3" into ids of forecasts."""
    parts = (part.split() for part in words.split(";"))
    return [f"{article}-f{int(n):02d}" for article, *numbers in parts for n in numbers]


def phrases() -> pd.DataFrame:
    """Return how each forecast is worded, for `helpers.forecasts.read_words`.

    Returns
    -------
    pandas.DataFrame
        ``forecast_id``, a phrase on each scale, ``negated``, ``rests_on`` (``word``: the phrase itself stands in the
        text; ``hedge``, ``possibility``, ``assertion``, ``relayed``, ``advice``: it translates such wording), and
        ``no_change`` (1 if the forecast comes true when things go on as they were).
    """
    rows = []
    for line in _PHRASES.strip().splitlines():
        *said, side, rests_on, ids = (cell.strip() for cell in line.split("|"))
        rows += [(i, *said, side == "of the opposite", rests_on) for i in _numbered(ids)]
    table = pd.DataFrame(rows, columns=["forecast_id", *fc.WORD_SCALES, "negated", "rests_on"])
    return table.assign(no_change=table["forecast_id"].isin(_numbered(_NO_CHANGE)).astype(int))


def judge(
    forecasts: pd.DataFrame, today: pd.Timestamp, words: str = "own", judged: str = "ended", partly: float | None = 0.5
) -> pd.DataFrame:
    """Read the probabilities on one scale of `WORDS` and the outcomes on one day of `JUDGED`.

    `today` is the day to which the table was brought up; see `helpers.forecasts.resolve`.
    """
    if words != "own":
        forecasts = forecasts.assign(probability=forecasts["id"].map(fc.read_words(phrases(), words)))
    day = today if judged in ("ended", "all") else pd.Timestamp(judged)
    return fc.resolve(forecasts, day, partly, early=judged == "all")


def scores(scored: pd.DataFrame) -> pd.DataFrame:
    """Score each article and all together: `helpers.forecasts.compare`, in the order of the articles.

    Adds ``elsewhere`` and ``no change``: the Brier scores of the base rate of other articles and of no change.
    """
    same = phrases().set_index("forecast_id")["no_change"]
    board = fc.compare(scored, _DRAWS, _SEED, same)
    naive = fc.baselines(scored, same).join(scored[["article_id", "outcome"]])
    for column, name in (("base rate elsewhere", "elsewhere"), ("no change", "no change")):
        squares = (naive[column] - naive["outcome"]) ** 2
        board[name] = squares.groupby(naive["article_id"]).mean()
        board.loc["all", name] = squares.mean()
    return board.reindex([*evidence.ARTICLES, "all"])


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
    words = phrases().set_index("forecast_id")
    kent = fc.read_words(phrases(), "kent")
    return pd.DataFrame(
        {
            "Forecast": forecasts["article_id"].map(evidence.ARTICLES).str[:2] + ": " + forecasts["proposition"],
            "Read as": forecasts["probability"],
            "By Kent": forecasts["id"].map(kent),
            "Rests on": forecasts["id"].map(words["rests_on"]),
            "Horizon": forecasts["horizon"],
            "True if": forecasts["criterion"],
            "Resolution": forecasts["resolution"] + ": " + forecasts["resolution_note"],
        }
    )


def values_of(forecasts: pd.DataFrame, today: pd.Timestamp) -> dict[str, Value]:
    """Compute what prose quotes of the scores: by horizon and by the reading of the words."""
    resolved = forecasts["resolution"].value_counts()
    board, table, words = scores(judge(forecasts, today)), by_words(forecasts, today), phrases()
    total, scales = board.loc["all"], table["brier"].iloc[1:]
    every = judge(forecasts, today, judged="all")
    lean, p_lean = fc.hindsight(every, fc.read_words(words, "kent"), _DRAWS, _SEED)
    days = {y: fc.over_time(forecasts, [f"{y}-12-31"]).set_index("article_id") for y in (2022, 2024)}
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
        "n_running": int((forecasts["resolution"] != "open").sum() - total["resolved"]),
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
        "n_word": int((words["rests_on"] == "word").sum()),
        "p_equal_low": float(table["p equal"].min()),
        "p_equal_high": float(table["p equal"].max()),
        "n_smallest": int(board["resolved"].min()),
        "n_largest": int(board["resolved"].drop("all").max()),
        "n_articles": len(evidence.ARTICLES),
        **{f"n_by_{year}": int(t.loc["all", "resolved"]) for year, t in days.items()},
        "s0_2024": float(days[2024].loc["mamedov-2021", "brier"]),
        "s0_now": float(board.loc["mamedov-2021", "brier"]),
    }


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
    with style():
        fig, ax = canvas(height=3.1)
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
        ax.set_yticks(y, [f"{name} ({n:.0f})" for name, n in zip(names, board["resolved"], strict=True)])
        ax.tick_params(axis="y", length=0)
        ax.set_xlim(0, 1)
        ax.set_ylim(-len(board) + 0.5, 0.7)
        ax.grid(visible=False, axis="y")
        ax.set_xlabel("Brier score: nought is perfect")
        fig.legend(loc="outside upper left", ncols=4, handletextpad=0.4, columnspacing=1.2)
    told = "; ".join(
        f"{name}: {r['brier']:.3f} ({r['low']:.2f} to {r['high']:.2f}), base rate elsewhere {r['elsewhere']:.2f}"
        for name, (_, r) in zip(names, board.iterrows(), strict=True)
        if r["resolved"]
    )
    data = board.rename_axis("article").reset_index()
    return Exhibit("x6-scores-frame", finding, fig, f"Brier scores by article. {told}.", data)
