"""Figures of the page on reliability: what two blind codings of a sample say about the coding of the tables."""

from __future__ import annotations

import pandas as pd

from helpers import reliability
from helpers.exhibits import (
    BLUE,
    INK,
    VERMILION,
    EvidenceTable,
    Exhibit,
    Link,
    canvas,
    fit,
    legend,
    style,
    two_widths,
    wrapped,
)
from helpers.memo import remember
from helpers.numbers import Value

__all__ = ["VARIABLES", "alphas", "changed", "draw_alphas", "long", "values"]

#: Variables in the order of the page: words for a reader, and level of measurement.
VARIABLES: dict[str, tuple[str, reliability.Level]] = {
    "cameo": ("event: CAMEO code", "nominal"),
    "root": ("event: root class of the code", "nominal"),
    "goldstein": ("event: Goldstein value", "interval"),
    "tone": ("event: tone", ["conflict", "neutral", "cooperation"]),
    "kind": ("claim: kind", "nominal"),
    "hedge": ("claim: hedge", "nominal"),
    "stance_toward": ("claim: stance", "nominal"),
    "sign": ("tie: sign", "interval"),
}
CODERS = {"first": "first coding", "coder_a": "coder A", "coder_b": "coder B"}


def long(codings: pd.DataFrame, cameo: pd.DataFrame) -> pd.DataFrame:
    """Turn the table into one row per unit, variable and coder, with root class and Goldstein value of each code.

    Parameters
    ----------
    codings, cameo : pandas.DataFrame
        Tables of that name.

    Returns
    -------
    pandas.DataFrame
        ``unit``, ``variable``, ``coder`` (`CODERS`), ``value``.
    """
    rows = codings.melt(["unit_id", "variable"], list(CODERS), "coder").rename(columns={"unit_id": "unit"})
    codes = rows[rows["variable"] == "cameo"]
    goldstein = cameo.set_index("id")["goldstein"]
    derived = [
        codes.assign(variable="root", value=codes["value"].str[:2]),
        codes.assign(variable="goldstein", value=codes["value"].map(goldstein)),
    ]
    return pd.concat([rows, *derived], ignore_index=True)


@remember
def alphas(codings: pd.DataFrame, cameo: pd.DataFrame, draws: int = 500) -> pd.DataFrame:
    """Compute alpha with its interval for the two blind coders, and for the first coding against a blind one.

    Two coders of one kind who read one summary agree more than either agrees with the coder who read the page. So the
    second figure is that of the first coding and whichever blind coder stands further from it.

    Returns
    -------
    pandas.DataFrame
        Indexed by variable; columns of `helpers.reliability.summary` with the prefix ``blind_`` or ``first_``.
    """
    rows = long(codings, cameo)
    levels = {name: level for name, (_, level) in VARIABLES.items()}

    def pair(one: str, other: str) -> pd.DataFrame:
        return reliability.summary(rows[rows["coder"].isin([one, other])], levels, draws=draws)

    near, far = pair("first", "coder_a"), pair("first", "coder_b")
    lower = near.where(near["alpha"] <= far["alpha"], far)
    return pair("coder_a", "coder_b").add_prefix("blind_").join(lower.add_prefix("first_"))


def changed(codings: pd.DataFrame) -> EvidenceTable:
    """List what adjudication changed in the tables."""
    part = codings[codings["first"] != codings["final"]]
    pages = {"events": "chronology.html#", "claims": "claims.html#"}
    rows = [
        {
            "Row": Link(row.unit_id, pages[row.sample] + row.unit_id) if row.sample in pages else row.unit_id,
            "Variable": row.variable.replace("_toward", ""),
            "First": row.first,
            "A": row.coder_a,
            "B": row.coder_b,
            "Final": row.final,
            "Why": row.reason,
        }
        for row in part.itertuples()
    ]
    return EvidenceTable(pd.DataFrame(rows), f"The {len(rows)} values that adjudication changed", boxed=True)


def values(codings: pd.DataFrame, cameo: pd.DataFrame) -> dict[str, Value]:
    """Compute the figures of the page.

    Parameters
    ----------
    codings, cameo : pandas.DataFrame
        Tables of that name.
    """
    found = alphas(codings, cameo)
    units = codings.drop_duplicates(["sample", "unit_id"])["sample"].value_counts()
    differ = (codings["coder_a"] != codings["coder_b"]) | (codings["coder_a"] != codings["first"])
    result: dict[str, Value] = {f"n_{sample}": int(n) for sample, n in units.items()}
    result |= {
        "n_codings": len(codings),
        "reliable": reliability.RELIABLE,
        "tentative": reliability.TENTATIVE,
        "n_differ": int(differ.sum()),
        "n_changed": int((codings["first"] != codings["final"]).sum()),
        "n_both_against": int(
            ((codings["coder_a"] == codings["coder_b"]) & (codings["coder_a"] != codings["first"])).sum()
        ),
        "n_kept": int((differ & (codings["first"] == codings["final"])).sum()),
        "weakest": VARIABLES[found["first_alpha"].idxmin()][0],
        "below_tentative": _names(found[found["first_alpha"] < reliability.TENTATIVE].index),
        "below_reliable": _names(
            found[(found["first_alpha"] >= reliability.TENTATIVE) & (found["first_alpha"] < reliability.RELIABLE)].index
        ),
    }
    for name, row in found.iterrows():
        for which in ("blind", "first"):
            result[f"{which}_{name}"] = float(row[f"{which}_alpha"])
            result[f"{which}_{name}_low"], result[f"{which}_{name}_high"] = (
                float(row[f"{which}_low"]),
                float(row[f"{which}_high"]),
            )
    return result


def _names(variables: pd.Index) -> str:
    words = [VARIABLES[v][0] for v in variables]
    return ", ".join(words) if words else "none"


@two_widths
def draw_alphas(codings: pd.DataFrame, cameo: pd.DataFrame) -> Exhibit:
    """Draw alpha for each variable: for two readers of one summary, and for one of them against the reader of pages."""
    found = alphas(codings, cameo)
    low = found[found["first_alpha"] < reliability.RELIABLE]
    words = [VARIABLES[name][0] for name in found.index]
    with style():
        fig, ax = canvas(fit(3.9, 4.4))
        for shift, which, colour, marker, label in (
            (-0.16, "blind", BLUE, "o", "two blind coders, from the summary"),
            (0.16, "first", VERMILION, "s", "a blind coder and the first, from the pages"),
        ):
            y = [n + shift for n in range(len(found))]
            alpha = found[f"{which}_alpha"]
            ax.hlines(y, found[f"{which}_low"], found[f"{which}_high"], color=colour, linewidth=1.6)
            ax.scatter(alpha, y, color=colour, marker=marker, s=34, label=label, zorder=3)
        rows = fit([-0.75, -0.75], [-1.4, -0.75])
        for row, level, name in zip(
            rows, (reliability.TENTATIVE, reliability.RELIABLE), ("tentative", "reliable enough"), strict=True
        ):
            ax.axvline(level, color=INK, linestyle=":", linewidth=1)
            ax.text(level, row, f" {name} ", fontsize=8.5, va="center", ha=fit("left", "right"))
        ax.set_yticks(range(len(found)), wrapped(words, 46, 18))
        ax.set_ylim(len(found) - 0.4, fit(-1.1, -1.8))
        ax.set_xlabel(*wrapped(["Krippendorff's alpha (1: full agreement, 0: chance)"], 90, 34))
        ax.grid(axis="y", visible=False)
        legend(fig, *ax.get_legend_handles_labels(), ncols=2)
    said = "; ".join(
        f"{word} {row['blind_alpha']:.2f} and {row['first_alpha']:.2f}"
        for word, (_, row) in zip(words, found.iterrows(), strict=True)
    )
    table = pd.DataFrame(
        {
            "Variable": words,
            "Units": found["first_units"].tolist(),
            **{
                f"{column} ({label})": found[f"{which}_{column}"].round(3).tolist()
                for which, label in (("blind", "blind coders"), ("first", "first and blind"))
                for column in ("agreement", "alpha", "low", "high")
            },
            "Reading of first and blind": found["first_reading"].tolist(),
        }
    )
    worst = (
        f"{len(low)} of {len(found)} variables fall below {reliability.RELIABLE}"
        if len(low)
        else "every variable is reliable"
    )
    return Exhibit(
        "xr-alpha",
        f"Two readers of one summary agree almost fully; against the first coding, {worst}",
        fig,
        f"Dot plot of Krippendorff's alpha for two blind coders, and for the first coding and a blind one: {said}.",
        table,
        "Lines are 95 per cent intervals from drawing the units anew. Dotted lines: Krippendorff's thresholds.",
        "Tables codings and cameo; helpers.reliability.summary.",
    )
