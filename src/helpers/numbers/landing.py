"""The figure on the landing page: the pendulum."""

from __future__ import annotations

import pandas as pd

from helpers import events as ev
from helpers import evidence
from helpers.exhibits import BLUE, GREY, INK, VERMILION, Exhibit, canvas, style

__all__ = ["TURNS", "draw_pendulum", "pendulum"]

#: Turns of the relation named on the figure: the event that marks each, and its label.
TURNS = {
    "2021-10-01-irn-aze-military-exercise": "drill on\nthe Aras",
    "2023-01-27-gun-aze-attack": "embassy\nattacked",
    "2024-07-15-aze-irn-diplomacy": "embassy\nreopens",
    "2026-03-05-unk-aze-attack": "Nakhchivan\nstruck",
}


def pendulum(events: pd.DataFrame, cameo: pd.DataFrame, first: str = "2018-01-01") -> pd.DataFrame:
    """Sum up the pair's scored events by quarter from `first`; see `helpers.events.dyad_series`."""
    return ev.dyad_series(events, cameo, "AZE", "IRN", "Q", first)


def draw_pendulum(events: pd.DataFrame, cameo: pd.DataFrame, sources: pd.DataFrame) -> Exhibit:
    """Draw the quarterly mean tone, the turns, and when the five articles were written."""
    series = pendulum(events, cameo)
    middle = series.index.to_timestamp(how="start") + pd.Timedelta(days=45)
    mean, by_id = series["goldstein_mean"], events.set_index("id")
    published = pd.to_datetime(sources.set_index("id").loc[list(evidence.ARTICLES), "date"], format="ISO8601")
    with style():
        fig, ax = canvas(height=3.4)
        ax.axhline(0, color=INK, linewidth=0.8)
        for sign, colour, marker, label in (
            (1, BLUE, "^", "mean tone above zero"),
            (-1, VERMILION, "v", "below zero"),
        ):
            keep = (mean * sign) > 0
            ax.vlines(middle[keep], 0, mean[keep], color=colour, linewidth=1.4)
            ax.scatter(
                middle[keep],
                mean[keep],
                s=14 + 7 * series["events"][keep],
                color=colour,
                marker=marker,
                label=label,
            )
        low, high = ax.get_ylim()
        for event, label in TURNS.items():
            day = by_id.loc[event, "start"]
            ax.axvline(day, color=GREY, linewidth=0.9, linestyle=":")
            ax.annotate(label, (day, high), (3, -2), textcoords="offset points", va="top", fontsize=8.5)
        ax.scatter(
            published,
            [low - 0.6] * len(published),
            marker="|",
            s=110,
            color=INK,
            label="an article is published",
        )
        ax.set_ylim(low - 1.4, high + 0.3)
        ax.set_ylabel("mean Goldstein value")
        ax.set_xlabel("quarter")
        fig.legend(loc="outside upper left", ncols=3, markerscale=0.8)
    last = evidence.date_label(events["start"].max())
    worst, best = mean.idxmin(), mean.idxmax()
    swings = int((mean.dropna().mul(mean.dropna().shift()) < 0).sum())
    data = pd.DataFrame({"quarter": series.index.astype(str)}).join(series.reset_index(drop=True))
    return Exhibit(
        "x-pendulum",
        f"The mean tone changed sign {swings} times from {series.index[0].year} to {series.index[-1].year}",
        fig,
        "Mean Goldstein value of acts between Iran and Azerbaijan by quarter, "
        f"{series.index[0]} to {series.index[-1]}: lowest "
        f"{mean.min():.1f} in {worst}, highest {mean.max():.1f} in {best}; {int(mean.isna().sum())} quarters "
        "without events. "
        "The five articles appear in late 2021 and mid 2024.",
        data,
        "Each mark is a quarter: up and blue for cooperation, down and red for conflict, larger for more events. "
        "Ticks at "
        "the foot are the dates of the five articles. A quarter without a mark has no coded event.",
        f"Tables events, cameo and sources; events to {last}.",
    )
