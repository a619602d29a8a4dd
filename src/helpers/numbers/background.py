"""Figures and drawings of chapter 1, on the years from recognition to the end of the war of 2020.

The chapter asks whether relations moved in cycles or drifted apart. A *drift* is a trend of the yearly tone, a *regime*
a run of events around one level, a *cycle* a wave of one length. An event's *field* is its subject, found by rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from helpers import events as ev
from helpers import evidence, exhibits, regimes
from helpers.exhibits import BLUE, INK, VERMILION, Exhibit, two_widths
from helpers.memo import remember
from helpers.numbers import Value

__all__ = ["DEALINGS", "FIELDS", "LEVELS", "SPAN", "fields", "moods", "rhythm", "trade", "values", "visits", "yearly"]

#: First and last day of the chapter.
SPAN = ("1991-01-01", "2020-12-31")

#: Which events a reader may keep: label to key.
FILTERS = {
    "All scored events": "all",
    "High confidence only": "high",
    "Two or more publishers": "two",
}

#: Prices of a break, in variances of the series: the fewer regimes a price allows, the less it cuts noise.
PRICES = (6, 8, 10, 12, 15, 18)

#: Kinds of year, never joined: key of ``flows.coverage`` to label.
KINDS = {
    "calendar_year": "Calendar years",
    "iranian_year": "Iranian years (March to March)",
    "part_year": "Parts of a year",
}

#: What crossed the border: key to label.
DIRECTIONS = {
    "turnover": "Turnover, both ways",
    "from_iran": "Goods from Iran to Azerbaijan",
    "from_azerbaijan": "Goods from Azerbaijan to Iran",
}

#: Agency groups: pattern of the agency's name to (label, colour, marker); the first that fits decides.
AGENCIES: dict[str, tuple[str, str, str]] = {
    "Azerbaijan State": ("Azerbaijani customs, statistics", BLUE, "o"),
    "Azerbaijan (DPM|MFA|minister)": ("Azerbaijani ministers", exhibits.SKY, "D"),
    "Iran IRICA": ("Iranian customs (IRICA)", VERMILION, "s"),
    "Iran TPO": ("Iranian trade promotion (TPO)", exhibits.ORANGE, "^"),
    "Iran": ("Other Iranian, joint bodies", exhibits.PURPLE, "v"),
    "Critical Threats": ("Analyst (Critical Threats)", exhibits.GREY, "X"),
}

#: The lane of cooperative acts between the two states.
DEALINGS = "Visits, accords, help"

#: The fields of irritation: name to (pattern of actors, pattern of words); the first that fits either decides.
FIELDS: dict[str, tuple[str, str]] = {
    "Caspian Sea": (
        r"$^",
        r"Caspian (?!oil exchange)|gunboat|offshore|Alborz|Araz-Alov|oil consortium|waters|Turkish f",
    ),
    "Israel and the West": (r"ISR|USA", r"Israel|NATO"),
    "Armenia and Karabakh": (r"ARM|NKR", r"Karabakh|Armenia|Khudaferin|occupied"),
    "Kin, language, old borders": (
        r"AZE_IRN",
        r"South(?:ern)? Azerbaijan|Northern Azerbaijan|north and south|Turkmenchay|poet|verses|\bpoem|joining Iran|"
        r"Urmia|consulate in Tabriz",
    ),
    "Faith, media, alleged networks": (
        r"SHIA_AZE|HEZB|IRGC",
        r"[Cc]leric|Ayatollah|fatwa|headscarf|religious|Qom\b|Guards|Iranian (?:intelligence|agents)|Mahdi|"
        r"in Iran in 2016|passing secrets|Khomeini|riots|gay-parade|culture|Sahar|Relief Foundation|broadcasting",
    ),
    "Roads, borders, energy": (
        r"$^",
        r"[Tt]ruck|cross|\bborder|frontier|\broads?\b|transit|cargo|load of|visa|electricity|\bgas\b|flew over",
    ),
}

_FOLLOW_UP_DAYS = 14

#: Ways to choose the years and the events: label to (key of `filtered`, first year, last year).
VARIANTS: dict[str, tuple[str, int, int]] = {
    "All years, 1991–2020": ("all", 1991, 2020),
    "High confidence only": ("high", 1991, 2020),
    "Two or more publishers": ("two", 1991, 2020),
    "Without visits and talks": ("no-talks", 1991, 2020),
    "Without arrests and trials": ("no-arrests", 1991, 2020),
    "Without the war year 2020": ("all", 1991, 2019),
    "Stop at 2013": ("all", 1991, 2013),
    "Start at 1995": ("all", 1995, 2020),
    "Start at 2001": ("all", 2001, 2020),
}

#: The lanes of `visits`, top first: who travelled, and where.
LEVELS = ["President of Iran", "President of Azerbaijan", "Others from Iran", "Others from Azerbaijan"]
_LEADERS = {
    "Iran": r"(?<!from )(?<!secretary )\b(?:Rafsanjani|Khatami|Ahmadinejad|Rouhani)\b(?!'s)|Caspian presidents",
    "Azerbaijan": r"(?<!from )(?<!led by Heydar )\b(?:acting president Mammadov|Aliyev|Caspian presidents)\b",
}
_IRAN = r"Tehran|Tabriz|Urmia|Anzali|Mashhad|Ramsar|Qom"


def window(events: pd.DataFrame) -> pd.DataFrame:
    """Keep the events that began within `SPAN`."""
    return events[events["start"].between(pd.Timestamp(SPAN[0]), pd.Timestamp(SPAN[1]))]


def filtered(events: pd.DataFrame, sources: pd.DataFrame, key: str) -> pd.DataFrame:
    """Keep the events that pass a test.

    ``all``; ``high`` confidence; ``two`` or more publishers; ``no-talks``, without visits, meetings and mediation
    (CAMEO root 04); ``no-arrests``, without arrests and trials (173).

    Raises
    ------
    ValueError
        If `key` is none of these.
    """
    if key == "all":
        return events
    if key == "high":
        return events[events["confidence"] == "high"]
    if key == "two":
        return events[events["id"].map(evidence.corroboration(events, sources)["publishers"]) >= 2]
    if key in ("no-talks", "no-arrests"):
        return events[~events["cameo"].str.startswith("04" if key == "no-talks" else "173")]
    raise ValueError(f"unknown filter {key!r}")


def yearly(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    cameo: pd.DataFrame,
    key: str = "all",
    first: int = 1991,
    last: int = 2020,
) -> pd.DataFrame:
    """Return the series of Iran and Azerbaijan per year, after a filter: `helpers.events.dyad_series` by whole year."""
    kept = filtered(events, sources, key)
    series = ev.dyad_series(kept, cameo, "AZE", "IRN", "Y", f"{first}-01-01", f"{last}-12-31")
    left_out = series.attrs["left_out"]
    series.index = pd.Index([p.year for p in series.index], name="year")
    series.attrs["left_out"] = left_out
    return series


@remember
def moods(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    cameo: pd.DataFrame,
    key: str = "all",
    rule: str | float = "ar1",
    first: int = 1991,
    last: int = 2020,
) -> pd.DataFrame:
    """Return the regimes that the pair's events show one by one: `helpers.regimes.calendar`, without named phases."""
    kept = filtered(events, sources, key)
    found = regimes.calendar(kept, cameo, start=f"{first}-01-01", end=f"{last}-12-31", rule=rule, phases={})
    return found.reset_index(drop=True)


def rhythm(series: pd.Series, draws: int = 1000, seed: int = 1991) -> pd.Series:
    """Look for a cycle: a single wave that fits better than waves fit autocorrelated noise.

    Parameters
    ----------
    series : pandas.Series
        Values by year; missing years are passed over.
    draws : int
        Number of first-order autoregressive series without any cycle to compare with.
    seed : int

    Returns
    -------
    pandas.Series
        ``years`` (length of the best wave, between 4 and half the span), ``share`` (of the variance it explains),
        ``p`` (share of noise series in which the best wave explains as much, the series itself counted),
        ``usual`` (share that the best wave explains in the middle one of the noise series).
    """
    from scipy.signal import lfilter, lombscargle

    seen = series.dropna()
    at = seen.index.to_numpy(float)
    periods = np.arange(4.0, (at[-1] - at[0] + 1) / 2 + 0.25, 0.5)

    def shares(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        power: np.ndarray[Any, Any] = lombscargle(at, values - values.mean(), 2 * np.pi / periods, normalize=True)
        return power

    own = shares(seen.to_numpy(float))
    phi = float(regimes.false_breaks(series, draws=20)["autocorrelation"])
    rng = np.random.default_rng(seed)
    length = int(at[-1] - at[0]) + 1
    # The first hundred values are thrown away, so that the noise has no beginning.
    noise = lfilter([1.0], [1.0, -phi], rng.standard_normal((draws, length + 100)))[:, 100:]
    best = np.array([shares(row[(at - at[0]).astype(int)]).max() for row in noise])
    return pd.Series(
        {
            "years": float(periods[own.argmax()]),
            "share": float(own.max()),
            "p": float((np.sum(best >= own.max()) + 1) / (draws + 1)),
            "usual": float(np.median(best)),
        }
    )


@remember
def variants(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame) -> pd.DataFrame:
    """Look for a trend, and for regimes by the strict rule, under each of `VARIANTS`.

    ``tau`` and ``p`` are those of `helpers.regimes.trend` on yearly means; ``breaks`` are years in which regimes open.
    """
    rows = {}
    for label, (key, first, last) in VARIANTS.items():
        series = yearly(events, sources, cameo, key, first, last)
        means = series["goldstein_mean"]
        trend = regimes.trend(means)
        found = moods(events, sources, cameo, key, first=first, last=last)
        rows[label] = {
            "years": int(means.notna().sum()),
            "events": int(series["events"].sum()),
            "tau": float(trend["tau"]),
            "p": float(trend["p"]),
            "swings": regimes.swings(means),
            "regimes": len(found),
            "breaks": ", ".join(found["start"].iloc[1:].dt.year.astype(str)),
            "p_regimes": float(found.attrs["p"]),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def trade(flows: pd.DataFrame) -> pd.DataFrame:
    """Keep the dollar figures of trade between Iran and Azerbaijan and say what each measures.

    Growth rates, weights, ranks and sums that add transit are left out. An export of the one is an import of the
    other, so ``direction`` (key of `DIRECTIONS`) joins the two words while ``agency`` keeps apart who counted;
    ``what`` labels the direction, ``group`` the agency.

    Raises
    ------
    ValueError
        If an agency belongs to no group.
    """
    pair = flows["from_actor"].isin(["IRN", "AZE"]) & flows["to_actor"].isin(["IRN", "AZE"])
    goods = flows["measure"].isin(["turnover", "export", "import"]) & (flows["unit"] == "million US dollars")
    kept = flows[(flows["kind"] == "trade") & pair & goods].copy()
    # The reporting state stands in from_actor, so its imports come from to_actor.
    origin = kept["from_actor"].where(kept["measure"] == "export", kept["to_actor"])
    names = origin.map({"IRN": "from_iran", "AZE": "from_azerbaijan"})
    kept["direction"] = names.where(kept["measure"] != "turnover", "turnover")
    kept["what"] = kept["direction"].map(DIRECTIONS)
    kept["group"] = kept["agency"].map(_group)
    return kept.sort_values(["period_start", "period_end", "id"])


def _group(agency: str) -> str:
    for pattern, (label, _, _) in AGENCIES.items():
        if re.match(pattern, agency):
            return label
    raise ValueError(f"no group for agency {agency!r}")


def fields(events: pd.DataFrame) -> pd.DataFrame:
    """Place the events of `SPAN` in `DEALINGS` or in a field of `FIELDS`, by rule.

    A cooperative act between the two states is a dealing. Any other event that concerns Azerbaijan takes the first
    field whose actors or words it names; one that names none takes the field of the event before it if that is at
    most 14 days older.
    """
    part = window(events).sort_values(["start", "id"]).copy()
    actors = part["source_actor"].str.cat([part["target_actor"], part["other_actors"]], sep=";")
    dealing = part.index.isin(ev.between(part, "AZE", "IRN").index) & (part["tone"] == "cooperation")
    lane = pd.Series(pd.NA, index=part.index, dtype="object")
    for name, (who, words) in FIELDS.items():
        fits = actors.str.contains(who) | part["summary"].str.contains(words)
        lane = lane.mask(lane.isna() & ~dealing & fits, name)
    seen = part["start"].where(lane.notna()).ffill()
    follows = ((part["start"] - seen).dt.days <= _FOLLOW_UP_DAYS) & ~dealing & lane.isna()
    lane = lane.mask(follows, lane.ffill()).mask(dealing, DEALINGS)
    concerned = actors.str.contains("AZE") | part["summary"].str.contains("Azerbaijan|Baku")
    part["lane"], part["year"] = lane.where(concerned), part["start"].dt.year
    return part.dropna(subset=["lane"])


def visits(events: pd.DataFrame) -> pd.DataFrame:
    """List who travelled to whom: events between the two states that took place on the soil of one of them.

    The place says who travelled; where a visit names none, the source of the act did. A president's journey is one
    that its summary ties to his name, one row per journey. ``source_actor`` becomes one of `LEVELS`, ``traveller`` the
    state; ``start`` moves to the middle of its half-year, so that marks of a timeline stack; ``day`` keeps the first
    day, ``when`` the date in words.
    """
    part = ev.between(window(events), "AZE", "IRN").sort_values(["start", "id"])
    sat = part["type"].isin(["meeting", "agreement"]) & ~part["summary"].str.contains("approved|ratified")
    here = part["place"].str.contains("Baku|Nakhchivan|Astara|Neftchala")
    there = part["place"].str.contains(_IRAN)
    part = part[part["type"].eq("visit") & (here | there | part["place"].eq("")) | sat & (here | there)].copy()
    source = part["source_actor"].map({"IRN": "Iran", "AZE": "Azerbaijan"})
    part["traveller"] = source.mask(there, "Azerbaijan").mask(here & ~there, "Iran")
    top = pd.Series(False, index=part.index)
    for state, names in _LEADERS.items():
        top |= part["traveller"].eq(state) & part["summary"].str.contains(names)
    part["source_actor"] = np.where(top, "President of ", "Others from ") + part["traveller"]
    journeys = part[
        top & ~(part[top].groupby("traveller")["start"].diff().dt.days <= 3).reindex(part.index, fill_value=False)
    ]
    along = [
        ((journeys["traveller"] == r.traveller) & ((journeys["start"] - r.start).dt.days.abs() <= 3)).any()
        for r in part.itertuples()
    ]
    part = part[part.index.isin(journeys.index) | ~np.array(along)].copy()
    part["when"] = evidence.date_labels(part)
    part["day"], half = part["start"], part["start"].dt.month.gt(6) * 6 + 4
    part["start"] = pd.to_datetime({"year": part["start"].dt.year, "month": half, "day": 1})
    return part.assign(precision="day")


def votes(dyad_indicators: pd.DataFrame, partners: Mapping[str, str]) -> pd.DataFrame:
    """Return how often Azerbaijan voted in the UN General Assembly as each partner did (code to label), in per cent."""
    part = dyad_indicators[dyad_indicators["indicator"] == "unga_agreement"]
    part = part[part[["actor_a", "actor_b"]].eq("AZE").any(axis=1)]
    other = part["actor_b"].where(part["actor_a"] == "AZE", part["actor_a"])
    table = part.assign(partner=other.map(partners), agreement=part["value"] * 100).dropna(subset=["partner"])
    return table[["partner", "year", "agreement", "count"]].sort_values(["partner", "year"], ignore_index=True)


def tell_votes(ballots: pd.DataFrame) -> str:
    """Say with whom Azerbaijan came to vote more, and with whom less, by the first and last five years of `votes`."""
    ends = ballots.groupby("partner")["agreement"].agg(lambda v: v.tail(5).mean() - v.head(5).mean()).sort_values()
    told = {name: f"{name} ({change:+.0f})".replace("-", "−") for name, change in ends.items()}
    more, less = (", ".join(told[name] for name in part.index) for part in (ends[ends > 0][::-1], ends[ends < 0]))
    return f"Azerbaijan's UN votes, in points of 100, moved toward {more} and away from {less}"


def tell_visits(trips: pd.DataFrame, found: pd.DataFrame) -> str:
    """Say how many journeys of `visits` presidents made in cool and warm regimes (`moods`), and in how many years."""
    top = trips.loc[trips["source_actor"].isin(LEVELS[:2]), "day"]
    cool, years = found["mean"] < 0, (found["end"] - found["start"]).dt.days / 365.25
    journeys = sum(top.between(regime.start, regime.end).sum() for regime in found[cool].itertuples())
    return (
        f"Presidents travelled in cool years too, but more rarely: {journeys} journeys in "
        f"{years[cool].sum():.0f} cool years, {len(top) - journeys} in {years[~cool].sum():.0f} warm ones"
    )


def tell_fields(placed: pd.DataFrame, at_least: int = 8) -> str:
    """Say how many fields of `fields` saw conflict in so many years, and in how many years it touched most of them."""
    sore = placed[(placed["lane"] != DEALINGS) & (placed["tone"] == "conflict")]
    years, most = sore.groupby("lane")["year"].nunique(), sore.groupby("year")["lane"].nunique()
    worst = most.index[most == most.max()]
    return (
        f"{(years >= at_least).sum()} of {len(years)} fields of irritation saw conflict in {at_least} years or more; "
        f"at once it touched {most.max()} at most, in {' and '.join(map(str, worst))}"
    )


def tell_moods(found: pd.DataFrame, noise: bool = False) -> str:
    """Say how many regimes there are and when each turned warm (above zero) or cool; with `noise`, how that fares."""
    words = [f"{'warm' if m > 0 else 'cool'} from {s.year}" for m, s in zip(found["mean"], found["start"], strict=True)]
    number = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"][len(found)]
    told = f"{number} regime{'s' if len(found) > 1 else ''}: {', '.join(words)}"
    if not noise:
        return told
    cut, alike = (found.attrs[key] * 100 for key in ("false_breaks", "p"))
    return f"{told}. This price cuts {cut:.0f} per cent of noise series; in {alike:.1f} per cent breaks explain as much"


def tell_trade(figures: pd.DataFrame, direction: str, kind: str) -> str:
    """Put the figures of one direction and kind of year into a sentence."""
    label = f"{DIRECTIONS[direction]}. {KINDS[kind]}"
    if figures.empty:
        return f"{label}: no figure"
    low, high, n = figures["value"].min(), figures["value"].max(), figures["agency"].nunique()
    if len(figures) == 1:
        return f"{label}: a single figure, {low:.0f} million dollars"
    told = (
        f"{label}: {len(figures)} figures by {n} {'agency' if n == 1 else 'agencies'}, {low:.0f} to {high:.0f} million"
    )
    same = figures.groupby(["period_start", "period_end"])["value"].agg(["min", "max", "size"])
    gaps = (same["max"] / same["min"])[same["size"] > 1]
    gap = f"figures of one period differ by up to {(gaps.max() - 1) * 100:.0f} per cent" if len(gaps) else ""
    return f"{told}; {gap or 'no period is counted twice'}"


@two_widths
def draw_series(series: pd.DataFrame, found: pd.DataFrame, counts: bool = True, **words: Any) -> Exhibit:
    """Draw the yearly mean (`yearly`) with the level of each regime (`moods`); above, if wanted, event counts.

    `words` go to `helpers.exhibits.Exhibit`.
    """

    def years(days: pd.Series) -> pd.Series:
        return days.dt.year + days.dt.day_of_year / 366 - 0.5

    full = series[series["events"] > 0]
    means = full["goldstein_mean"]
    told = {str(y): f"{y}: {r['events']:.0f} events, mean {r['goldstein_mean']:+.1f}" for y, r in full.iterrows()}
    marks = dict(told)
    with exhibits.style():
        fig, axes = exhibits.canvas(height=4.4 if counts else 2.9, rows=1 + counts, sharex=True, squeeze=False)
        if counts:
            axes[0, 0].bar(full.index, full["events"], color=BLUE, width=0.7)
            for year, n in full["events"].items() if exhibits.fit(True, False) else ():
                axes[0, 0].annotate(str(n), (year, n), (0, 2), textcoords="offset points", ha="center", fontsize=8)
            axes[0, 0].set_ylabel("events")
            axes[0, 0].margins(y=0.15)
        ax = axes[-1, 0]
        for sign, colour, shape, name in ((1, BLUE, "^", "cooperative"), (-1, VERMILION, "v", "conflictual")):
            part = means[means * sign > 0]
            ax.vlines(part.index, 0, part, color=colour, linewidth=1)
            size = exhibits.fit(26, 15)
            dots = ax.scatter(part.index, part, color=colour, marker=shape, s=size, zorder=3, label=f"net {name} year")
            dots.set_urls([f"mark:{y}" for y in part.index])
        levels = ax.hlines(found["mean"], years(found["start"]), years(found["end"]), color=INK, linewidth=2.6)
        levels.set_label("level of a regime")
        bottom = float(min(means.min(), 0)) - 1.3
        moved = found.iloc[1:]
        # Ranges of neighbouring breaks may overlap, so they take turns on two levels.
        at = [bottom - 0.9 * (n % 2) for n in moved.index]
        ranges = ax.hlines(at, years(moved["low"]), years(moved["high"]), color=exhibits.ORANGE, linewidth=5)
        ranges.set(label="where a break may lie", urls=[f"mark:break-{n}" for n in moved.index])
        ax.plot(years(moved["start"]), at, color=INK, marker="|", linestyle="none", markersize=9)
        for r, before in zip(moved.itertuples(), found["mean"], strict=False):
            begin, low, high = (evidence.date_label(d) for d in (r.start, r.low, r.high))
            marks[f"break-{r.Index}"] = (
                f"Break of {begin}, mean {before:+.1f} before, {r.mean:+.1f} after; with 95 per cent it lies between "
                f"{low} and {high}"
            )
        ax.axhline(0, color=INK, linewidth=0.8)
        ax.set_ylabel("mean tone (Goldstein)")
        ax.set_ylim(bottom - 1.6, float(means.max()) + 1)
        ax.set_xlim(series.index[0] - 0.7, series.index[-1] + 0.7)
        ax.set_xticks(range((series.index[0] + 4) // 5 * 5, series.index[-1] + 1, 5))
        for panel in axes[:, 0]:
            panel.grid(visible=False, axis="x")
        exhibits.legend(fig, *ax.get_legend_handles_labels())
    spans = "; ".join(f"{r.start:%Y-%m} to {r.end:%Y-%m} mean {r.mean:.1f}" for r in found.itertuples())
    alt = f"Mean tone per year, {series.index[0]} to {series.index[-1]}. Regimes: {spans}. "
    data = series[["events", "goldstein_sum", "goldstein_mean"]].reset_index()
    links = {key: ("", text) for key, text in marks.items()}
    return Exhibit(figure=fig, alt=alt + "; ".join(told.values()) * counts, data=data, links=links, **words)


@two_widths
def draw_fields(placed: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame, **words: Any) -> Exhibit:
    """Draw the irritants of `fields`: a mark per field and year, which leads to the first source of the gravest event.

    `words` go to `helpers.exhibits.Exhibit`.
    """
    part = ev.score(placed[placed["lane"] != DEALINGS], cameo).sort_values(["goldstein", "id"])
    cells = part.groupby(["lane", "year"]).agg(
        events=("id", "size"),
        sore=("tone", lambda tones: int((tones == "conflict").sum())),
        gravest=("summary", "first"),
        source=("source_ids", "first"),
    )
    cells = cells.reset_index()
    cells["url"] = cells["source"].str.split(";").str[0].map(sources.set_index("id")["url"])
    names = list(FIELDS)[::-1]
    size, grow = exhibits.fit((16, 13), (9, 5))
    with exhibits.style():
        fig, ax = exhibits.canvas(height=exhibits.fit(3.3, 3.9))
        mostly = cells["sore"] * 2 > cells["events"]
        for some, colour, shape, name in (
            (cells[~mostly], exhibits.GREY, "o", "at most half conflictual"),
            (cells[mostly], VERMILION, "v", "mostly conflictual"),
        ):
            areas = size + grow * some["events"]
            dots = ax.scatter(some["year"], some["lane"].map(names.index), s=areas, color=colour, marker=shape, lw=0)
            dots.set_urls([f"mark:{i}" for i in some.index])
            ax.scatter([], [], s=size + grow * 4, color=colour, marker=shape, lw=0, label=name)
        for n in (1, 10):
            ax.scatter([], [], s=size + grow * n, color=INK, marker="v", lw=0, label=f"{n} event{'s' * (n > 1)}")
        ax.set_yticks(range(len(names)), exhibits.wrapped(names, 22, 16))
        ax.tick_params(axis="y", length=0)
        ax.set(xlim=(1990.3, 2021.3), ylim=(-0.6, len(names) - 0.3), xticks=range(1992, 2021, exhibits.fit(4, 8)))
        exhibits.legend(fig, *ax.get_legend_handles_labels())
    links = {
        str(r.Index): (r.url, f"{r.year}, {r.lane}: {r.events} events, {r.sore} conflictual. Gravest: {r.gravest}")
        for r in cells.itertuples()
    }
    told = (
        f"{lane}: " + ", ".join(f"{r.year} {r.events}" for r in some.itertuples())
        for lane, some in cells.groupby("lane", sort=False)
    )
    data = cells.drop(columns=["source", "url"]).rename(columns={"lane": "field", "sore": "conflictual"})
    alt = f"{len(part)} irritants by field and year. Events per year: {'; '.join(told)}."
    return Exhibit(figure=fig, alt=alt, data=data, links=links, **words)


def _figure(rows: Mapping[str, str], key: str, pattern: str) -> str:
    found = re.search(pattern, rows[key])
    if found is None:
        raise ValueError(f"{key}: no figure of the form {pattern!r} in {rows[key]!r}")
    return found[1]


@remember
def values(
    events: pd.DataFrame,
    sources: pd.DataFrame,
    cameo: pd.DataFrame,
    claims: pd.DataFrame,
    flows: pd.DataFrame,
    indicators: pd.DataFrame,
    dyad_indicators: pd.DataFrame,
) -> dict[str, Value]:
    """Compute the figures of the chapter from the tables: name to value."""
    part = window(events)
    return {
        "data_to": evidence.date_label(events["start"].max()),
        **_coverage(part, sources),
        **_mood_values(events, sources, cameo),
        **_dated(part),
        **_trade_values(flows, claims, indicators),
        "n_unplaced": len(part) - len(fields(events)),
        **_vote_values(dyad_indicators, part.set_index("id").loc["2011-05-aze-nam-diplomacy", "start"].year),
    }


def _coverage(part: pd.DataFrame, sources: pd.DataFrame) -> dict[str, Value]:
    pair = ev.between(part, "AZE", "IRN")
    voices = evidence.corroboration(pair, sources)
    single = pair["id"].map(voices["publishers"]) == 1
    iranian = pair["id"].map(voices["sides"].str.contains("Iranian"))
    early, chill = pair["start"].dt.year <= 2010, pair["start"].dt.year.between(1995, 2000)
    per_year = pair["start"].dt.year.value_counts().reindex(range(1991, 2021), fill_value=0)
    return {
        "n_all": len(part),
        "n_pair": len(pair),
        "n_2012": int(per_year[2012]),
        "n_2020": int(per_year[2020]),
        "thin_years": int((per_year < 5).sum()),
        "single_early": float(single[early].mean() * 100),
        "single_late": float(single[~early].mean() * 100),
        "iranian_early": float(iranian[early].mean() * 100),
        "iranian_late": float(iranian[~early].mean() * 100),
        "n_chill": int(chill.sum()),
        "iranian_chill": int(iranian[chill].sum()) or "none",
        "n_arrest_rows": int((pair["cameo"].eq("173") & pair["source_actor"].eq("AZE")).sum()),
    }


def _mood_values(events: pd.DataFrame, sources: pd.DataFrame, cameo: pd.DataFrame) -> dict[str, Value]:
    means = yearly(events, sources, cameo)["goldstein_mean"]
    found, wave = variants(events, sources, cameo), rhythm(means)
    moves, loose = moods(events, sources, cameo), moods(events, sources, cameo, rule=10.0)
    result: dict[str, Value] = {
        "n_years": int(means.notna().sum()),
        "wave_years": wave["years"],
        "wave_share": wave["share"] * 100,
        "wave_usual": wave["usual"] * 100,
        "wave_p": wave["p"] * 100,
        "n_moods": len(moves),
        "moods_p": moves.attrs["p"] * 100,
        "moods_phi": moves.attrs["autocorrelation"],
        "n_moods_loose": len(loose),
        "loose_false": loose.attrs["false_breaks"] * 100,
        "moods_year_p": regimes.false_breaks(means)["p"] * 100,
        "n_variants": len(found),
        "n_trends": int((found["p"] < 0.05).sum()) or "none",
        "n_with_moods": int((found["regimes"] > 1).sum()),
        "regimes_arrests": int(found.loc["Without arrests and trials", "regimes"]),
        "least_tau": float(found["tau"].min()),
        "most_tau": float(found["tau"].max()),
        "regimes_high": int(found.loc["High confidence only", "regimes"]),
        "regimes_two": int(found.loc["Two or more publishers", "regimes"]),
    }
    for number, row in enumerate(moves.itertuples(), start=1):
        result[f"mood{number}_mean"] = float(row.mean)
        if number > 1:
            result[f"mood{number}_start"] = evidence.date_label(row.start)
            result[f"mood{number}_low"], result[f"mood{number}_high"] = row.low.year, row.high.year
    for name, label in (("all", "All years, 1991–2020"), ("to2013", "Stop at 2013")):
        result[f"tau_{name}"], result[f"p_{name}"] = found.loc[label, "tau"], found.loc[label, "p"] * 100
    return result | {"tau_from1995": found.loc["Start at 1995", "tau"]}


def _dated(part: pd.DataFrame) -> dict[str, Value]:
    rows = part.set_index("id")
    starts, said = rows["start"], (rows["summary"] + " " + rows["disagreement"]).to_dict()
    announced, met = starts["2015-04-20-irn-aze-visit"], starts["2017-10-24-irn-aze-meeting"]

    def days(before: str, after: str) -> int:
        return int((starts[after] - starts[before]).days)

    return {
        "n_arrested": _figure(said, "2012-03-14-aze-irn-arrest", r"(\d+) citizens"),
        "n_deputies": _figure(said, "2020-12-13-irn-tur-statement", r"(\d+) Iranian lawmakers"),
        "n_nakhchivan_trucks": _figure(said, "2013-11-17-irn-aze-transit", r"over (\d+) "),
        "dead_2006": _figure(said, "2006-05-25-irn-aze-irn-protest", r"authorities: (\w+) dead"),
        "dead_2006_bbc": _figure(said, "2006-05-25-irn-aze-irn-protest", r"BBC: at least (\w+)"),
        "n_zangilan": _figure(said, "1993-10-24-nkr-aze-attack", r"than ([\d,]+) of them"),
        "refugees": float(_figure(said, "1994-05-12-arm-aze-ceasefire", r"Refugees on both sides: ([\d.]+) million")),
        "corridor_km": _figure(said, "1993-10-28-irn-aze-aid", r"(\d+) km"),
        "consulate_years": starts["2004-aze-irn-diplomacy"].year - starts["1992-08-aze-irn-agreement"].year,
        "khatami_gap": starts["2004-08-05-irn-aze-visit"].year - starts["1993-10-28-irn-aze-visit"].year,
        "commission_months": (met.year - announced.year) * 12 + met.month - announced.month,
        "days_assurance_to_recall": days("2012-03-12-aze-irn-visit", "2012-05-21-irn-aze-recall"),
        "days_recall": days("2012-05-21-irn-aze-recall", "2012-06-25-irn-aze-diplomacy"),
        "days_war_to_deployment": days("2020-09-27-irn-aze-mediation", "2020-10-25-irn-aze-troop-deployment"),
        "days_closed_2013": days("2013-11-07-irn-aze-border-closure", "2013-11-16-irn-aze-border-reopening"),
    }


def _trade_values(flows: pd.DataFrame, claims: pd.DataFrame, indicators: pd.DataFrame) -> dict[str, Value]:
    rows = trade(flows)
    every, notes = flows.set_index("id")["value"], flows.set_index("id")["note"].to_dict()
    facts = indicators.set_index("id")["value"]
    s1 = float(claims.set_index("id").loc["S1-20", "number"]) / 1e6
    customs = flows[(flows["agency"] == "Azerbaijan State Customs Committee") & (flows["measure"] == "turnover")]
    spring = customs[(customs["period_start"] == "2020-01-01") & (customs["period_end"] == "2020-07-31")]
    spring = spring.set_index("to_actor")["value"]
    whole = customs[(customs["coverage"] == "calendar_year") & (customs["to_actor"] == "IRN")]
    low, high = (whole.groupby(whole["period_start"].dt.year)["value"].agg(how) for how in ("min", "max"))
    irica = every["trade-irn-aze-export-2016-03-iran-irica"] + every["trade-irn-aze-import-2016-03-iran-irica"]
    implied = float(_figure(notes, "trade-aze-irn-turnover-2016-01-azerbaijan-state-cus-2", r"([\d.]+) implied"))
    record = "trade-irn-aze-export-2020-03-iran-irica-2"
    tpo_import = every["trade-irn-aze-import-2018-03-iran-tpo"]
    return {
        "s1_trade": s1,
        "n_equal_s1": int((rows["value"].round() == s1).sum()),
        "n_trade": len(rows),
        "n_trade_agencies": int(rows["agency"].nunique()),
        "rank_one": f"{every['trade-irn-aze-export-rank-2018-03-iran-tpo']:.0f}th",
        "rank_two": f"{every['trade-irn-aze-export-rank-2019-03-iran-azerbaijan-cham']:.0f}th",
        "chamber_2018": every["trade-irn-aze-turnover-2018-01-iran-azerbaijan-cham"],
        "minister_2019": every["trade-aze-irn-turnover-2019-01-azerbaijan-dpm-musta"],
        "irica_1395": irica,
        "scc_2016_low": low[2016],
        "scc_2016_high": high[2016],
        "ratio_2016_low": irica / high[2016],
        "scc_2016_implied": implied,
        "ratio_2016": irica / implied,
        "scc_2018": high[2018],
        "tpo_1397": every["trade-irn-aze-export-2018-03-iran-tpo"] + tpo_import,
        "tpo_1397_other": every["trade-irn-aze-export-2018-03-iran-tpo-2"] + tpo_import,
        "tpo_1399": every["trade-irn-aze-turnover-2020-03-iran-tpo"],
        "scc_2019": high[2019],
        "scc_2020": high[2020],
        "scc_fall": (1 - high[2020] / high[2019]) * 100,
        "irica_1399": every[record],
        "irica_rise": float(_figure(notes, record, r"\+(\d+) % y/y")),
        "irica_1391": every["trade-irn-aze-export-2012-03-iran-irica"],
        "turkey_times": float(spring["TUR"] / spring["IRN"]),
        "russia_times": float(spring["RUS"] / spring["IRN"]),
        "gdp_share": float(high[2019] * 1e6 / facts["aze-gdp-current-usd-2019"] * 100),
        "population_ratio": float(facts["irn-population-2021"] / facts["aze-population-2021"]),
    }


def _vote_values(dyad_indicators: pd.DataFrame, joined: int) -> dict[str, Value]:
    table = votes(dyad_indicators, {"IRN": "Iran"}).set_index("year")["agreement"]
    return {
        "votes_from": int(table.index[0]),
        "votes_to": int(table.index[-1]),
        "votes_iran_first": float(table.iloc[:5].mean()),
        "votes_iran_last": float(table.iloc[-5:].mean()),
        "votes_iran_before": float(table[table.index < joined].mean()),
        "votes_iran_after": float(table[table.index > joined].mean()),
        "votes_p": regimes.trend(table)["p"] * 100,
    }
