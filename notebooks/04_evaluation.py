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
# # 4. Evaluation by language, system and year
#
# `data/evaluation.json` is what `garbled evaluate` found for the shipped model on the held-out
# fifth of the groups: none of their originals or documents did training see. It holds figures, no
# texts. This notebook draws them. Every interval is a bootstrap over stories at 95 %; the number
# behind a row counts distinct originals. Where stories are few, believe the interval.
#
# For your own data or model, run `garbled evaluate --model MODEL --pairs PAIRS --output-folder
# REPORT` on what `garbled data get` made, and put `REPORT/evaluation.json` below.

# %%
from pathlib import Path

import pandas as pd

from garbled import plots
from garbled.evaluation import points
from garbled.evaluation.slices import BY_NAME, EVERYTHING, FLUENT, FRENCH, NATIVE
from garbled.evaluation.stored import read_results

EVALUATION = Path("../data/evaluation.json")

results = read_results(EVALUATION)
wanted = ("model", "pairs", "documents", "stories", "prior", "bootstrap", "fold", "manifest")
pd.Series({name: results.signature[name] for name in wanted}).to_frame("of this run")

# %% [markdown]
# ## By language
#
# The machine's version against its own original: 0.5 is chance, 1 tells every copy from every
# original. WMT 2013 has the same news through five languages, by systems of that year. See that
# whole articles (squares) are told more surely than windows of about 70 words (dots), and that the
# languages differ by little more than their intervals.

# %%
languages = [FRENCH, *(f"wmt13 {pair}" for pair in ("es-en", "de-en", "cs-en", "ru-en"))]
axes = plots.intervals(
    points.separation(results, languages), label="AUROC, tier fast (number of originals)"
)

# %% [markdown]
# A harder question: what if a language was never trained on? The head was refitted without all
# French, and without all German relays, and asked about these. The encoder had seen them in both
# cases, so that this is the least that a new language costs. See that it is little: what a machine
# leaves behind is much the same in every language.

# %%
axes = plots.intervals(
    points.generalisation(results, ["relay language"]), label="AUROC, windows (number of originals)"
)

# %% [markdown]
# ## By system
#
# Rule-based and statistical engines leave marks everywhere; neural ones and language models hardly
# any. See the order of the rows: it is the history of machine translation, and the limit of this
# tool. What people post-edited (mlqe-pe) stands among the hard ones.

# %%
systems = [
    *(f"{kind} systems" for kind in ("rule-based", "statistical", "neural", "language model")),
    "rule-based chains (apertium)",
    "post-edits (mlqe-pe)",
]
axes = plots.intervals(
    points.separation(results, systems), label="AUROC, tier fast (number of originals)"
)

# %% [markdown]
# Systems fall into five folds, and each fold was judged by a head refitted without any of its
# systems. See that systems nobody had seen cost next to nothing, and that going from statistical
# and rule-based systems alone to neural ones costs more.

# %%
axes = plots.intervals(
    points.generalisation(results, ["systems", "architecture"]),
    label="AUROC, windows (number of originals)",
)

# %% [markdown]
# ## By year
#
# From the top down, newer sets; each is of its year's systems, but of other texts too, so that the
# rows differ in more than the year. The second plot has two years by a head that saw nothing of
# them. The trend is plain: what is fluent passes. `garbled` looks for mangling, and there is less
# of it.

# %%
years = [FRENCH, "wmt13 de-en", NATIVE, "wmt19, small languages", FLUENT]
axes = plots.intervals(
    points.separation(results, years), label="AUROC, tier fast (number of originals)"
)

# %%
axes = plots.intervals(
    points.generalisation(results, ["year"]), label="AUROC, windows (number of originals)"
)

# %% [markdown]
# ## Against other ways to look
#
# On the rows that every scorer could score. See that readability and the rate of LanguageTool's
# matches stand at chance, and that mean surprisal (of word trios) falls on the wrong side of it:
# machines write the more usual word. `large` is what `garbled model install` adds.

# %%
scorers = ("readability", "grammar_matches", "surprisal", "word_ngrams", "fast", "large")
axes = plots.intervals(
    points.separation(results, [NATIVE, FLUENT, EVERYTHING], scorers, ["window"]),
    label="AUROC, windows (number of originals)",
)

# %% [markdown]
# ## Does a worse score mean a worse text?
#
# Where people scored the machine's segments, the score should rank them as people do. The
# correlation is Spearman's, within each language pair and then averaged; 1 would be people's own
# order. See that it is moderate for the systems of 2016 and 2020, and next to nothing for those of
# 2021 and later: among fluent copies the score does not know the better from the worse. Sets of
# several years stand in a row of their own; `large` was measured on fewer texts.

# %%
axes = plots.intervals(
    points.agreement(results, ("readability", "surprisal", "fast", "large")),
    label="rank correlation with people, windows (number of texts)",
    reference=0.0,
)

# %% [markdown]
# Of whole systems it knows more, since errors average out: the share of pairs of systems that their
# mean scores put in the order that people's do. 0.5 is chance.

# %%
axes = plots.intervals(points.system_order(results), label="share of pairs of systems")

# %% [markdown]
# ## What it costs: false alarms
#
# The share of good copy at or above the `review` threshold. The aim is 0.05 (dashed). Originals of
# newspapers are well under it. Human translations and pupils' essays are over it, if for the former
# not by more than the interval.

# %%
axes = plots.intervals(
    points.false_alarms(results),
    label="share flagged (number of articles)",
    reference=0.05,
)

# %% [markdown]
# ## All slices in one table

# %%
whole = points.separation(results, BY_NAME)
table = pd.DataFrame(
    [(row, series, *bounds) for (row, series), bounds in whole.items()],
    columns=["texts (originals)", "unit", "AUROC", "low", "high"],
)
table.pivot(index="texts (originals)", columns="unit").swaplevel(axis=1).sort_index(axis=1).round(2)
