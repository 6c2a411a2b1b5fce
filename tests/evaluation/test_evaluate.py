"""A miniature evaluation, from pairs of our own to the report."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from garbled.corpora.clean import read_clean
from garbled.corpora.pairs import Pair
from garbled.errors import GarbledError, IngestError
from garbled.evaluation import evaluate
from garbled.evaluation.alarms import sample_reserved, score_reserved
from garbled.evaluation.held_out import add_human_controls, group_stories
from garbled.evaluation.slices import FLUENT, NATIVE, review_cut
from garbled.evaluation.stored import to_json
from garbled.model.classifier import prior_shift, sigmoid
from garbled.model.store import load_model
from garbled.training.prepare import split_pairs

from .corpus import write_clean, write_pairs


def result(report, slice, *, unit="window", scorer="fast"):
    return next(
        r for r in report.separation if (r.unit, r.scorer, r.slice) == (unit, scorer, slice)
    )


def target(report, key):
    return next(t for t in report.targets if t.key == key)


def test_damaged_copies_are_told_from_originals(report):
    for unit in ("window", "article"):
        native = result(report, NATIVE, unit=unit)
        assert native.n_originals >= 40
        assert native.n_stories >= 10
        assert native.mangled.auroc.value > 0.9
        assert native.mangled.auroc.low <= native.mangled.auroc.value
        assert native.mangled.n < native.all.n


def test_each_copy_stands_against_its_own_original(held_out, windows):
    assert 2 * len(windows) == len(held_out.measured)
    document, place = held_out.measured.document, held_out.measured.place
    order = np.lexsort((held_out.measured.side, place, document))
    assert (document[order[0::2]] == document[order[1::2]]).all()
    assert (place[order[0::2]] == place[order[1::2]]).all()
    assert (windows.native == np.isin(windows.set, ["wmt16", "wmt22"])).all()
    # Four segments a document; a human version shares its document's originals.
    assert windows.count_segments(windows.human_made) == 4 * len(
        {
            held_out.pairs[i].document
            for i in held_out.measured.pair[order[1::2]][windows.human_made]
        }
    )


def test_a_document_gives_back_its_pairs(held_out, windows):
    for number in windows.document[:5].tolist():
        rows = held_out.document_pairs(number)
        assert [pair.seg for pair in rows] == [0, 1, 2, 3]
        assert len({(pair.set, pair.system, pair.document) for pair in rows}) == 1


def test_all_human_controls_of_the_fold_are_there_and_none_twice(config):
    pairs = split_pairs(config.pairs, held_out=True, seed=0).pairs
    split = add_human_controls(split_pairs(config.pairs, held_out=True, seed=0), config.pairs)
    keys = [(p.set, p.document, p.system, p.seg) for p in split.pairs]
    assert len(keys) == len(set(keys)) == len(split.groups) == len(split.folds)
    documents = {p.document for p in pairs if p.set == "wmt22"}
    human = {p.document for p in split.pairs if p.kind == "human"}
    assert human == documents
    assert len({p.document for p in pairs if p.kind == "human"}) < len(documents)
    group = {p.document: g for p, g in zip(split.pairs, split.groups.tolist(), strict=True)}
    assert all(
        group[p.document] == g for p, g in zip(split.pairs, split.groups.tolist(), strict=True)
    )


def test_blocks_of_segments_do_not_chain_documents_that_are_named_elsewhere():
    def pair(text, document, set="wmt15"):
        return Pair(text, "x", set, "de-en", "a", "machine", document, None, None, None, None)

    stories = group_stories(
        [
            pair("One.", "a"),
            pair("Two.", "b"),
            pair("one", "segments 0"),
            pair("two", "segments 0"),
            pair("three", "segments 0"),
            pair("four", "segments 0"),
            pair("One.", "A, by another name", "wmt16"),
        ]
    ).tolist()
    a, b, a_again, b_again, block, same_block, a_named = stories
    assert a == a_again == a_named
    assert b == b_again
    assert block == same_block
    assert len({a, b, block}) == 3


def test_human_controls_are_never_positives(report):
    control = result(report, "human control translations")
    assert control.all.n > 0
    assert control.mangled.n == 0
    fluent = result(report, FLUENT)
    assert fluent.all.n > 0


def test_the_share_flagged_is_at_the_frozen_threshold(config):
    thresholds = load_model(config.model).configurations["fast"].thresholds
    cut = review_cut(thresholds["review"], 0.1)
    probability = float(sigmoid(np.array([cut + prior_shift(0.1)]))[0])
    assert probability == pytest.approx(thresholds["review"])


def test_what_was_not_measured_says_so(report):
    empty = result(report, "wmt13 fr-en (French)")
    assert empty.all.n == empty.n_originals == 0
    assert {r.scorer for r in report.separation} == {"fast", "full_without_grammar"}
    assert "LanguageTool" in report.not_measured["full"]
    french = target(report, "french/window")
    assert (french.met, french.note) == (None, "not measured")
    assert target(report, "tiers/auto").note == report.not_measured["tiers"]


def test_every_row_of_the_table_is_there_once(report):
    keys = [t.key for t in report.targets]
    assert len(keys) == len(set(keys)) == 48
    native = target(report, "native/window")
    assert native.met == (native.value >= 0.9)
    assert native.low < native.value < native.high
    assert native.n_originals >= 40


def test_scores_agree_with_people_who_made_them_up(report):
    found = {(a.unit, a.set): a for a in report.agreement if a.scorer == "full_without_grammar"}
    wmt16 = found["window", "wmt16"]
    assert wmt16.correlation.low > 0.2
    assert wmt16.correlation.low < wmt16.correlation.value < wmt16.correlation.high
    assert found["window", "wmt22"].n_strata == 2
    assert found["window", "mlqe-pe"].n == 0
    order = report.system_order[-1]
    assert (order.n_pairs, order.right.value) == (3, 1.0)


def test_a_second_run_finds_the_same_and_claims_nothing_that_it_left_out(config, report):
    quick = evaluate(replace(config, clean=None, refits=False))
    assert quick.alarms is None
    assert quick.generalisation == quick.ablation == quick.named_slices == ()
    assert {"alarms", "refits"} <= set(quick.not_measured)
    assert target(quick, "flagged/clean").met is None
    left_out = ("alarms", "named_slices", "generalisation", "ablation", "targets", "not_measured")
    same = replace(quick, **{name: getattr(report, name) for name in left_out})
    assert to_json(same) == to_json(report)


def test_false_alarms_are_counted_on_the_reserved_fifth(report, config):
    reserved = {article.id for article in read_clean(config.clean, reserved=True)}
    everything = report.alarms.sources[-1]
    assert everything.source == "all"
    assert everything.flagged.n == len(reserved) > 10
    assert everything.n_words > 25 * len(reserved)
    assert sum(r.findings for r in report.alarms.rules) == pytest.approx(
        report.alarms.findings_per_thousand_words * everything.n_words / 1_000, abs=1
    )


def test_the_sample_of_clean_articles_depends_on_the_seed_alone(config):
    first = [a.id for a in sample_reserved(config.clean, 5, seed=0)]
    assert first == [a.id for a in sample_reserved(config.clean, 5, seed=0)]
    assert first != [a.id for a in sample_reserved(config.clean, 5, seed=1)]
    assert set(first) <= {a.id for a in sample_reserved(config.clean, 9, seed=0)}


def test_a_report_without_native_round_trips_is_refused(config, tmp_path):
    write_pairs(tmp_path, origlang=None, documents=20)
    with pytest.raises(GarbledError, match="no native round trip"):
        evaluate(replace(config, pairs=tmp_path, clean=None))


def test_clean_articles_without_a_reserved_one_are_refused(model, tmp_path):
    write_clean(tmp_path, articles=1)
    if list(read_clean(tmp_path, reserved=True)):
        pytest.fail("choose another seed: the one article is reserved")
    with pytest.raises(IngestError, match="reserved"):
        score_reserved(tmp_path, "fast", model, 10, 0, 1)


def test_a_model_that_held_out_another_fold_is_refused(config, monkeypatch):
    model = load_model(config.model)
    other = replace(model, description={**model.description, "held_out_fold": 3})
    monkeypatch.setattr("garbled.evaluation.run.load_model", lambda folder: other)
    with pytest.raises(GarbledError, match="train it again"):
        evaluate(config)
