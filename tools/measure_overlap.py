"""Measure how close the five articles stand to one another in wording, and write ``data/article_overlap.csv``.

The texts are not part of the project: set CASEBOOK_ARTICLES to a folder with S0.txt to S4.txt. Sentences are compared
by the cosine of their TF-IDF vectors (scikit-learn, English stop words, words of one and two), articles by the share
of the shorter one's runs of five words that the other has too (containment, Broder 1997).
"""

from __future__ import annotations

import os
import re
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.evidence import ARTICLES

ROOT = Path(__file__).resolve().parents[1]
RUN = 5
CLOSE = 0.3  # no pair of sentences on one topic by unrelated authors came much above it


def sentences(text: str) -> list[str]:
    """Split running text at sentence ends; headings and other short lines are dropped."""
    parts = re.split(r"(?<=[.!?])[\"”’]?\s+|\n+", text)
    return [part for part in parts if len(part.split()) >= 6]


def runs(text: str, length: int = RUN) -> set[tuple[str, ...]]:
    """Collect the runs of `length` words, lower case, marks dropped."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return set(zip(*(words[i:] for i in range(length)), strict=False))


def measure(texts: dict[str, str]) -> pd.DataFrame:
    """Compare every pair of texts.

    Parameters
    ----------
    texts : dict of str to str
        Text by article id, in order.

    Returns
    -------
    pandas.DataFrame
        One row per pair, as in table ``article_overlap``.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    split = {name: sentences(text) for name, text in texts.items()}
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), stop_words="english", sublinear_tf=True)
    vectorizer.fit([sentence for part in split.values() for sentence in part])
    vectors = {name: vectorizer.transform(part) for name, part in split.items()}
    rows = []
    for a, b in combinations(texts, 2):
        cosines = (vectors[a] @ vectors[b].T).toarray()
        ranked = np.sort(cosines, axis=None)[::-1]
        first, second = runs(texts[a]), runs(texts[b])
        rows.append(
            {
                "id": f"{a}--{b}",
                "article_a": a,
                "article_b": b,
                "sentences_a": len(split[a]),
                "sentences_b": len(split[b]),
                "best_cosine": round(float(ranked[0]), 3),
                "second_cosine": round(float(ranked[1]), 3),
                "close_pairs": int((cosines >= CLOSE).sum()),
                "shared_runs": round(len(first & second) / min(len(first), len(second)), 4),
                "source_ids": f"{a};{b}",
            }
        )
    return pd.DataFrame(rows)


def main() -> int:
    """Measure and write; return 1 if the texts are not at hand."""
    folder = Path(os.environ.get("CASEBOOK_ARTICLES", ""))
    paths = [folder / f"S{n}.txt" for n in range(len(ARTICLES))]
    if not all(path.is_file() for path in paths):
        print("set CASEBOOK_ARTICLES to the folder that holds S0.txt to S4.txt", file=sys.stderr)
        return 1
    texts = {a: path.read_text(encoding="utf-8") for a, path in zip(ARTICLES, paths, strict=True)}
    found = measure(texts)
    found.to_csv(ROOT / "data" / "article_overlap.csv", index=False, lineterminator="\n")
    print(found.drop(columns=["id", "source_ids"]).to_string(index=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
