"""Nothing held out was seen; marks are found; where there are none, the figures say chance."""

from __future__ import annotations

import pytest

from garbled.corpora.write import write_pairs
from garbled.pivot import evaluate
from garbled.pivot.classifier import PivotClassifier
from garbled.pivot.evaluate import evaluate_pivot
from garbled.pivot.figures import measure_length
from garbled.pivot.report import report_pivot
from garbled.pivot.samples import read_samples
from pivot.relays import rows

WINDOW = "a window of 40 to 120 words"


@pytest.fixture(scope="module")
def samples(pairs):
    return read_samples(pairs)


@pytest.fixture(scope="module")
def seen(samples):
    """A run, and what each of its classifiers was fitted on."""
    fitted = []

    class Watched(PivotClassifier):
        def fit_measured(self, given):
            fitted.append(given)
            return super().fit_measured(given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluate, "PivotClassifier", Watched)
        return evaluate_pivot(samples.chosen, samples.others, 3), fitted


def test_held_out_engines_and_originals_were_not_fitted_on(seen):
    run, fitted = seen
    copies = [answers for answers in run.answers if answers.kind == "copies"]
    by_fold = [copies[start : start + 2] for start in range(0, len(copies), 2)]
    assert run.n_folds == len(by_fold) == 3
    for answers, given in zip(by_fold, fitted[:3], strict=True):
        asked = answers[0].samples
        assert asked
        assert not {s.engine for s in asked} & {*given.engine.tolist()}
        assert not {str(s.group) for s in asked} & {*given.group.tolist()}


def test_a_language_left_out_was_not_fitted_on(seen):
    run, fitted = seen
    for language, given in zip(run.languages, fitted[3:], strict=True):
        assert language not in given.language
    asked = run.of("left out", WINDOW)
    assert {sample.language for sample in asked.samples} == {*run.languages}
    for sample, probabilities in zip(asked.samples, asked.probabilities, strict=True):
        assert probabilities[run.languages.index(sample.language)] == 0


def test_marks_are_found_and_the_topic_control_is_at_chance(seen):
    run, _ = seen
    figures = measure_length(run, WINDOW)
    assert figures.n_copies >= 50
    assert figures.accuracy.value > 0.9
    assert figures.control.value == pytest.approx(1 / 3, abs=0.02)
    assert figures.chance == pytest.approx(1 / 3) == figures.knowing_the_set


def test_without_marks_nothing_is_found(tmp_path):
    """The measure itself gives chance where there is nothing to find."""
    made = [row | {"retranslated": row["original"] + " Indeed."} for row in rows()]
    write_pairs(made, tmp_path / "p.parquet")
    samples = read_samples(tmp_path / "p.parquet")
    run = evaluate_pivot(samples.chosen, samples.others, 3)
    assert measure_length(run, WINDOW).accuracy.value == pytest.approx(1 / 3, abs=0.02)


def test_the_control_tells_of_topics_that_give_it_away(tmp_path):
    """Every language has topics of its own and leaves no mark: found all the same, and seen so."""
    topics = {"aa": "the pier", "bb": "the school", "cc": "the vineyard"}

    def own(row):
        language = row["lang_pair"][3:5]
        text = row["original"].replace("the ", f"{topics[language]} and the ")
        return row | {
            "original": text,
            "retranslated": text + " Indeed.",
            "doc_id": language + row["doc_id"],
        }

    write_pairs(map(own, rows(15)), tmp_path / "p.parquet")
    samples = read_samples(tmp_path / "p.parquet", any_original=True)
    figures = measure_length(evaluate_pivot(samples.chosen, samples.others, 3), WINDOW)
    assert figures.accuracy.value > 0.9
    assert figures.control.value > 0.9


def test_other_material_is_asked_about(tmp_path):
    """Human translations and a language that one engine alone has are measured, not fitted on."""
    made = list(rows())
    made += [row | {"kind": "human", "system": "people"} for row in rows(4)]
    made += list(rows(4, languages=("dd",), engines=("north",)))
    write_pairs(made, tmp_path / "p.parquet")
    samples = read_samples(tmp_path / "p.parquet")
    run = evaluate_pivot(samples.chosen, samples.others, 3)
    assert {sample.is_human for sample in run.of("human", WINDOW).samples} == {True}
    assert {sample.language for sample in run.of("others", WINDOW).samples} == {"dd"}
    report = report_pivot(run, samples, "- Said by people.\n")
    assert "| human translations |" in report
    assert "| dd |" in report
    assert report.endswith("## Notes\n\n- Said by people.\n")


def test_the_report_has_every_table_and_no_text(seen, samples):
    run, _ = seen
    report = report_pivot(run, samples)
    for told in (
        "control: originals",
        "chance in its set",
        "left-out languages",
        WINDOW,
        "made-up",
    ):
        assert told in report
    assert "harbour" not in report
    assert "baker" not in report


def test_one_engine_cannot_be_left_out(tmp_path):
    write_pairs(rows(engines=("north",)), tmp_path / "p.parquet")
    samples = read_samples(tmp_path / "p.parquet")
    with pytest.raises(ValueError, match="at least two engines"):
        evaluate_pivot(samples.chosen, samples.others)
