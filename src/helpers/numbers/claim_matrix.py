"""The claim matrix: articles by topic, what the evidence says of each, and where they contradict one another."""

from __future__ import annotations

import pandas as pd

from helpers import evidence
from helpers.exhibits import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    VERMILION,
    Exhibit,
    canvas,
    fit,
    legend,
    style,
    two_widths,
    wrapped,
)

__all__ = ["VERDICTS", "claim_matrix", "draw_claim_matrix"]

#: Verdicts in the order drawn: colour, hatching, words.
VERDICTS: dict[str, tuple[str, str, str]] = {
    "supported": (BLUE, "", "supported"),
    "mixed": (ORANGE, "//", "mixed"),
    "contradicted": (VERMILION, "xx", "contradicted"),
    "open": (GREY, "--", "open"),
    "not_checkable": (GREY, "none", "not checkable"),
}


def claim_matrix(claims: pd.DataFrame, contradictions: pd.DataFrame, core: bool = False) -> pd.DataFrame:
    """Count claims by topic, article and verdict, and the points on which an article is at odds with another.

    Parameters
    ----------
    claims, contradictions : pandas.DataFrame
        Tables of that name.
    core : bool
        Count only claims that carry an article's argument.

    Returns
    -------
    pandas.DataFrame
        One row per topic and article with a claim, topics with most claims first: ``theme``, ``article_id``, a column
        per key of `VERDICTS`, ``claims``, ``points`` (rows of `contradictions` that name one of these claims).
    """
    part = claims[claims["core"]] if core else claims
    sides = contradictions["claim_ids_a"] + ";" + contradictions["claim_ids_b"]
    named = sides.str.split(";").explode().rename("claim").rename_axis("point").reset_index()
    points = named.merge(part, left_on="claim", right_on="id").groupby(["theme", "article_id"])["point"].nunique()
    table = pd.crosstab([part["theme"], part["article_id"]], part["verdict"]).reindex(
        columns=list(VERDICTS), fill_value=0
    )
    table["claims"] = table.sum(axis=1)
    table["points"] = points.reindex(table.index, fill_value=0)
    order = table.groupby("theme")["claims"].sum().sort_values(ascending=False, kind="stable").index
    return table.reset_index().sort_values(
        "theme", key=lambda c: c.map({t: i for i, t in enumerate(order)}), kind="stable", ignore_index=True
    )


@two_widths
def draw_claim_matrix(claims: pd.DataFrame, contradictions: pd.DataFrame, core: bool = False) -> Exhibit:
    """Draw `claim_matrix`: in each cell a bar as long as the number of claims, parted by verdict."""
    from matplotlib.patches import Patch

    table = claim_matrix(claims, contradictions, core)
    themes, articles = list(dict.fromkeys(table["theme"])), list(evidence.ARTICLES)
    most = int(table["claims"].max())
    links: dict[str, tuple[str, str]] = {}
    with style():
        fig, ax = canvas(height=1.0 + fit(0.36, 0.42) * len(themes))
        for row in table.itertuples():
            y, x = len(themes) - 1 - themes.index(row.theme), float(articles.index(row.article_id))
            ax.plot([x, x + 0.9], [y - 0.32] * 2, color=INK, linewidth=0.4, alpha=0.5)
            counts = {v: getattr(row, v) for v in VERDICTS}
            key = f"{row.theme}-{row.article_id}"
            for verdict, (colour, hatch, _) in VERDICTS.items():
                width = fit(0.72, 0.5) * counts[verdict] / most
                if not width:
                    continue
                bare = hatch in ("", "none")
                (bar,) = ax.barh(
                    y,
                    width,
                    left=x,
                    height=0.56,
                    color=colour if hatch == "" else "none",
                    edgecolor=colour,
                    hatch="" if bare else hatch * 2,
                    linewidth=0.8,
                )
                bar.set_url(f"mark:{key}")
                x += width
            odds = f" ≠{row.points}" if row.points else ""
            ax.annotate(f"{row.claims}{odds}", (x, y), (2, 0), textcoords="offset points", va="center", fontsize=7.5)
            told = ", ".join(f"{n} {VERDICTS[v][2]}" for v, n in counts.items() if n)
            links[key] = (
                "",
                f"{evidence.ARTICLES[row.article_id]}, {row.theme.replace('-', ' ')}: {told}; "
                f"at odds with another article on {row.points} points",
            )
        heads = [evidence.ARTICLES[a] for a in articles]
        ax.set_xticks([i + 0.4 for i in range(len(articles))], fit(wrapped(heads, 13), [h.split()[0] for h in heads]))
        ax.set_yticks(range(len(themes)), wrapped([t.replace("-", " ") for t in themes[::-1]], 20, 10))
        ax.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
        ax.grid(visible=False)
        ax.set(xlim=(-0.05, len(articles)), ylim=(-0.6, len(themes) - 0.4))
        for spine in ax.spines.values():
            spine.set_visible(False)
        handles = [
            Patch(facecolor=c if not h else "none", edgecolor=c, hatch="" if h == "none" else h * 2, label=words)
            for c, h, words in VERDICTS.values()
        ]
        legend(fig, handles=handles, loc="outside lower left", ncols=5)
    odds = table.groupby("theme")["points"].sum()
    kind = "that carry an argument " if core else ""
    alt = "Matrix of topics and articles. " + "; ".join(
        f"{theme.replace('-', ' ')}: "
        + ", ".join(
            f"{evidence.ARTICLES[r.article_id].split()[0]} {r.claims} claims ({r.supported} supported)"
            for r in part.itertuples()
        )
        for theme, part in table.groupby("theme", sort=False)
    )
    data = table.assign(
        article_id=table["article_id"].map(evidence.ARTICLES), theme=table["theme"].str.replace("-", " ")
    )
    return Exhibit(
        "xb-matrix",
        f"Of {table['claims'].sum()} claims {kind}the evidence supports {table['supported'].sum()}; the articles "
        f"are most often at odds over {odds.idxmax().replace('-', ' ')}",
        fig,
        alt + ".",
        data.rename(columns={"article_id": "article", "theme": "topic", "points": "at odds on"}),
        "Each bar is one article's claims on one topic, parted by verdict; the number is their count, and ≠ counts the "
        "points on which that article contradicts another or tells the same thing differently.",
        "Tables claims and contradictions.",
        links,
    )
