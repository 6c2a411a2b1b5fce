# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 1. The data and its traps
#
# `garbled` learns from **pairs**: a passage of clean English, and what a machine made of it on the
# way out of English and back. This notebook reads the pairs that ship with the repository, twelve
# articles of our own through four chains of Apertium, and walks into four traps that make a
# detector of mangled copy look better than it is.
#
# Twelve articles and one rule-based engine show how things work. They say nothing about how well:
# for that there is [notebook 4](04_evaluation.ipynb).

# %%
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.pipeline import make_pipeline

from garbled import plots
from garbled.corpora.damage import KEPT, kept_of, label_windows
from garbled.corpora.pairs import read_pairs
from garbled.corpora.public.catalogue import load_catalogue
from garbled.corpora.samples import sample_rows
from garbled.corpora.splits import (
    fold_of,
    group_folds,
    group_pairs,
    normalise_original,
    straddling,
)
from garbled.corpora.write import write_pairs
from garbled.evaluation import points
from garbled.evaluation.manifest import load_manifest
from garbled.evaluation.metrics import bootstrap_auroc
from garbled.evaluation.stored import read_results

pd.set_option("display.max_colwidth", 90)
DATA = Path("../data")
work = TemporaryDirectory()  # nothing is written beside the notebook

# With a larger corpus, name its folder here: `garbled data get wmt16` prints where it is.
PAIRS = Path(work.name) / "samples.parquet"
if not PAIRS.exists():
    write_pairs(sample_rows(DATA / "samples/pairs.jsonl"), PAIRS)

# %% [markdown]
# ## What a pair is
#
# One row is one paragraph in two versions. `set`, `lang_pair`, `system` and `document` say where it
# is from. That both versions tell the same story is the point: whatever differs between them, the
# machine did.

# %%
skipped = Counter()
pairs = list(read_pairs(PAIRS, skipped))
shown = [(p.lang_pair, p.original, p.retranslated) for p in pairs[4:150:36]]
pd.DataFrame(shown, columns=["chain", "original", "retranslated"])

# %% [markdown]
# ## Trap 1: sides that are equal
#
# Short rows come back unchanged. A row with two equal sides stands once under each label: it
# teaches nothing, and it caps every figure. `read_pairs` leaves such rows out, with empty ones,
# rows whose lengths differ fourfold, rows in another language and systems with exchanged columns,
# and counts what it left out.

# %%
rows = pd.DataFrame(sample_rows(DATA / "samples/pairs.jsonl"))
same = rows[rows["original"] == rows["retranslated"]]
print(f"read {len(pairs)} pairs; left out: {dict(skipped)}")
same["original"].value_counts().head(8).to_frame("chains that gave it back unchanged")

# %% [markdown]
# ## Trap 2: retranslated is not yet mangled
#
# A fluent and faithful round trip is not what an editor fears. So each copy is held against its
# original: how many of its names, numbers and content words survived? A direct round trip counts as
# **mangled** if one in ten of its content words or names is gone, as **faithful** if not one in
# fifty is. What lies between is not learned from.
#
# See in the plot and the table: the chain through two languages keeps the least, the one through
# Galician the most. By this rule nearly every paragraph of ours is mangled, since the engine is a
# crude one; systems of today leave most passages faithful. Each curve is the same twelve articles.

# %%
kept = kept_of((p.original, p.retranslated) for p in pairs)
chains = np.array([p.lang_pair for p in pairs])
of_chain = {chain: kept[chains == chain, KEPT.index("content words")] for chain in set(chains)}
axes = plots.distributions(
    dict(sorted(of_chain.items())),
    label="share of the original's content words that are still there",
    bins=12,
)
axes.set_ylabel("share of paragraphs")

truth = label_windows(np.zeros(len(pairs)), kept, np.array([p.is_direct for p in pairs]))
words = pd.Series(truth, name="label").map({1: "mangled", 0: "faithful", -1: "neither"})
pd.crosstab(chains, words, rownames=["chain"])

# %% [markdown]
# ## Trap 3: the same original on both sides of a split
#
# Public sets name a document once for each language pair: one English article is the original of
# several "documents". Below, our pairs are named that way. Then documents are split into five
# folds, first by their names, and then by **group**: the connected components over originals and
# documents, so that rows which share an original, directly or through others, stay together.

# %%
named = [replace(p, document=f"{p.document} {p.lang_pair}") for p in pairs]
groups = group_pairs(named)
folds = {
    "split by document": np.array([fold_of(p.document) for p in named]),
    "split by group": group_folds(named, groups),
}
originals = [normalise_original(p.original) for p in named]
print(
    f"{len(named)} pairs, {len(set(originals))} originals, "
    f"{len({p.document for p in named})} documents, {len(set(groups.tolist()))} groups"
)
pd.DataFrame(
    {
        "originals in more than one fold": {n: straddling(named, own) for n, own in folds.items()},
        "folds with rows": {n: len(set(own.tolist())) for n, own in folds.items()},
    }
)

# %% [markdown]
# Does it matter? Draw a label **by lot** for each original and give it to all its copies. There
# is nothing to find: an honest test must come out at 0.5. The plot shows what a plain bag of
# words makes of it.
#
# See: split by document, the model "finds" labels that were drawn by lot, because it has seen
# another copy of the very same original. Split by group it knows as little as it should. The
# intervals are a bootstrap over originals.

# %%
_, original = np.unique(originals, return_inverse=True)
lot = np.random.default_rng(0).integers(0, 2, original.max() + 1)[original] == 1
model = make_pipeline(HashingVectorizer(), LogisticRegression(C=10))
texts = [p.retranslated for p in named]
guessed = {
    name: cross_val_predict(model, texts, lot, cv=PredefinedSplit(own), method="decision_function")
    for name, own in folds.items()
}
axes = plots.roc({name: (scores, lot) for name, scores in guessed.items()})
axes.set(xlabel="label 0 called 1", ylabel="label 1 called 1", title="Labels drawn by lot")
for name, scores in guessed.items():
    found = bootstrap_auroc(scores, lot, original)
    print(f"{name}: AUROC {found.value:.2f} [{found.low:.2f}, {found.high:.2f}], n = {len(lot)}")

# %% [markdown]
# ## Trap 4: the class is the source
#
# Had we taken clean copy from one newspaper and mangled copy from another, a detector would learn
# to tell the newspapers apart. Pairs prevent it: every text stands on both sides. Where a test
# cannot be paired, as with human translation against native copy, a **floor** belongs beside it:
# how well does the same score tell native copy of one source from native copy of another?
#
# See in the committed evaluation: nothing is mangled in any row of this plot. The score hardly
# tells human translation from native copy, which is as it should be, but two sources of native copy
# differ by far more. A figure on unpaired sources that stands below the squares says nothing about
# translation.

# %%
results = read_results(DATA / "evaluation.json")
axes = plots.intervals(
    points.human_translation(results),
    label="AUROC of the score, 95 % intervals (number of originals)",
)

# %% [markdown]
# ## The manifest: what exactly was measured
#
# The manifest freezes the held-out documents of the large evaluation as digests, with the rules of
# folds and labels. `garbled evaluate` refuses data that differs. It holds no text.

# %%
manifest = load_manifest(DATA / "manifest.json.gz")
print("the report is about this very manifest:", manifest.digest == results.signature["manifest"])
held_out = [
    (name, len(by_pair), len(own), sum(n for n, _ in own.values()))
    for name, by_pair in manifest.documents.items()
    for own in [{(pair, d): v for pair, docs in by_pair.items() for d, v in docs.items()}]
]
columns = ["set", "language pairs", "held-out documents", "rows"]
pd.DataFrame(held_out, columns=columns).set_index("set")

# %%
pd.Series(manifest.rules).to_frame("rule")

# %% [markdown]
# ## More data
#
# None of the large sets ships with `garbled`. The catalogue says what may be fetched, from where
# and under which licence; `garbled data get NAME` makes Parquet files of it and prints where they
# are. Put that folder into `PAIRS` above, and this notebook is about those pairs.

# %%
corpora = load_catalogue().values()
told = [(c.name, c.title, "no" if c.why_not else "yes", c.licence) for c in corpora]
pd.DataFrame(told, columns=["name", "what it is", "can be fetched", "licence"]).set_index("name")
