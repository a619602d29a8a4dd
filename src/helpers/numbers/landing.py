"""The figure on the landing page: the pendulum."""

from __future__ import annotations

import pandas as pd

from helpers import charts, evidence
from helpers import events as ev
from helpers.exhibits import BLUE, INK, VERMILION, Exhibit, canvas, fit, legend, style, two_widths

__all__ = ["TURNS", "draw_pendulum", "pendulum"]

#: Turns of the relation named on the figure: the event that marks each, and its label.
TURNS = {
    "2021-10-01-irn-aze-military-exercise": "drill on the Aras",
    "2023-01-27-gun-aze-attack": "embassy attacked",
    "2024-07-15-aze-irn-diplomacy": "embassy reopens",
    "2026-03-05-unk-aze-attack": "Nakhchivan struck",
}


def pendulum(events: pd.DataFrame, cameo: pd.DataFrame, first: str = "2018-01-01") -> pd.DataFrame:
    """Sum up the pair's scored events by quarter from `first`; see `helpers.events.dyad_series`."""
    return ev.dyad_series(events, cameo, "AZE", "IRN", "Q", first)


@two_widths
def draw_pendulum(events: pd.DataFrame, cameo: pd.DataFrame, sources: pd.DataFrame, regimes: pd.DataFrame) -> Exhibit:
    """Draw the quarterly mean tone, the regimes, the turns, and when the five articles were written.

    Parameters
    ----------
    events, cameo, sources : pandas.DataFrame
        Tables of that name.
    regimes : pandas.DataFrame
        Computed rows of `helpers.regimes.calendar`.
    """
    series = pendulum(events, cameo)
    series["middle"] = series.index.to_timestamp(how="start") + pd.Timedelta(days=45)
    seen, by_id = series.dropna(subset=["goldstein_mean"]), events.set_index("id")
    mean = seen["goldstein_mean"]
    dates = sources.set_index("id").loc[list(evidence.ARTICLES), "date"]
    published = pd.to_datetime(dates, format="ISO8601")
    names = pd.Series({article: label.split()[0] for article, label in evidence.ARTICLES.items()})
    low, high = float(mean.min()), float(mean.max())
    links: dict[str, tuple[str, str]] = {}
    with style():
        fig, ax = canvas(height=fit(3.6, 4.0))
        ax.axhline(0, color=INK, linewidth=0.8)
        for sign, colour, marker, label in (
            (1, BLUE, "^", "mean tone of a quarter above zero"),
            (-1, VERMILION, "v", "below zero"),
        ):
            part = seen[mean * sign > 0]
            ax.vlines(part["middle"], 0, part["goldstein_mean"], color=colour, linewidth=1.4)
            dots = ax.scatter(
                part["middle"],
                part["goldstein_mean"],
                s=14 + 7 * part["events"],
                color=colour,
                marker=marker,
                label=label,
            )
            dots.set_urls([f"mark:{q}" for q in part.index])
            links |= {
                str(q): ("", f"{q}: mean {row.goldstein_mean:+.1f}, {row.events:.0f} events")
                for q, row in zip(part.index, part.itertuples(), strict=True)
            }
        for n, row in enumerate(regimes.itertuples()):
            ends = [max(row.start, series["middle"].iloc[0]), row.end]
            ax.plot(ends, [row.mean] * 2, color=INK, linewidth=2.2, label="" if n else "level of a regime")
        ax.set_xlim(
            series["middle"].iloc[0] - pd.Timedelta(days=120), series["middle"].iloc[-1] + pd.Timedelta(days=120)
        )
        turns = {f"{by_id.loc[event, 'start']:%Y-%m-%d}": words for event, words in TURNS.items()}
        charts.turn_lines(ax, turns, (series["middle"].iloc[-1] - series["middle"].iloc[0]).days / fit(6.2, 3.0))
        for _, articles in names.groupby(published.dt.year):
            ax.annotate(
                "\n".join(sorted(articles)),
                (published[articles.index].mean(), low - 0.7),
                ha="center",
                va="top",
                fontsize=8.5,
                fontweight="bold",
            )
        ax.set_ylim(low - 3.4, high + 0.8)
        ax.set_ylabel("mean Goldstein value")
        legend(fig, *ax.get_legend_handles_labels(), ncols=3, markerscale=0.8)
    last_day = evidence.date_label(events["start"].max())
    worst, best = mean.idxmin(), mean.idxmax()
    swings = int((regimes["mean"].mul(regimes["mean"].shift()) < 0).sum())
    told = ", ".join(f"{', '.join(sorted(a))} in {year}" for year, a in names.groupby(published.dt.year))
    steps = "; ".join(f"from {evidence.date_label(r.start)} {r.mean:+.1f}" for r in regimes.itertuples())
    data = pd.DataFrame({"quarter": series.index.astype(str)}).join(
        series.drop(columns="middle").reset_index(drop=True)
    )
    return Exhibit(
        "x-pendulum",
        f"{len(regimes)} regimes since {regimes['start'].iloc[0].year}: the tone between Iran and Azerbaijan changed "
        f"sign {swings} times",
        fig,
        "Mean Goldstein value of acts between Iran and Azerbaijan by quarter, "
        f"{series.index[0]} to {series.index[-1]}: lowest {low:.1f} in {worst}, highest {high:.1f} in {best}; "
        f"{len(series) - len(seen)} quarters without events. Levels of regimes: {steps}. Articles: {told}.",
        data,
        "Each mark is a quarter: up and blue for cooperation, down and red for conflict, larger for more events. A "
        "thick line is the level of a regime, a run of events around one value. S0 to S4, the five articles, stand "
        "by the year in which they appeared: what did their authors see, and what came after?",
        f"Tables events, cameo and sources; events to {last_day}. Regimes: helpers.regimes.calendar since 2020.",
        links,
    )
