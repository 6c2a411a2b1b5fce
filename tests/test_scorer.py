"""What scoring promises, on batches of everything that comes in."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from texts import CLEAN, FRENCH, MANGLED, hostile_texts

import garbled
from garbled.documents import VERDICTS, Document, Score
from garbled.errors import GarbledError
from garbled.model.store import Model
from garbled.model.verdicts import SEVERE
from garbled.results import _paragraphs
from garbled.scorer import BATCH_DOCUMENTS, Scorer
from garbled.segment.articles import Article, analyse

MakeScorer = Callable[..., Scorer]


@pytest.fixture(scope="module")
def batch(make_document) -> list[Document]:
    """One document of every kind, by id."""
    return [
        make_document(*CLEAN, id="clean", title="Pier to close until spring"),
        make_document(*MANGLED, id="mangled"),
        make_document(*FRENCH, id="french"),
        make_document("It rained on Monday.", id="short"),
        Document.unreadable("is a PDF; convert it to text first", id="unreadable", source="b.pdf"),
        make_document(*CLEAN, id="damaged", error="ends in the middle of a tag"),
        make_document(*FRENCH, id="french-damaged", error="ends in the middle of a tag"),
        make_document("It fell.", id="short-damaged", error="ends in the middle of a tag"),
        Document(id="empty", source="empty.txt"),
        make_document(("Subscribe to our newsletter", "furniture"), id="furniture-only"),
        make_document(
            *CLEAN,
            ("By Jo Lee", "byline"),
            ("Subscribe to our newsletter", "furniture"),
            ("Ellen Marsh at her stall met met the press.", "caption"),
            id="roles",
            title="Shares in Gazp.MM fall fall on news of the pier , says the board",
        ),
        make_document(*CLEAN, *MANGLED, id="half"),
    ]


@pytest.fixture(scope="module")
def scores(batch: list[Document], model_folder: Path) -> dict[str, Score]:
    with Scorer("fast", model=model_folder) as scorer:
        return {score.id: score for score in scorer.score_documents(batch)}


def same(one: Score, other: Score) -> None:
    assert one.verdict == other.verdict
    assert one.reasons == other.reasons
    assert one.score == pytest.approx(other.score, abs=1e-6)
    assert one.probability == pytest.approx(other.probability, abs=1e-9)
    assert [p.findings for p in one.paragraphs] == [p.findings for p in other.paragraphs]
    for mine, theirs in zip(one.paragraphs, other.paragraphs, strict=True):
        assert mine.score == pytest.approx(theirs.score, abs=1e-6)


# -- the contract


def test_order_is_kept_and_nothing_is_lost(batch, scores) -> None:
    assert list(scores) == [document.id for document in batch]
    for document in batch:
        score = scores[document.id]
        assert (score.source, score.title) == (document.source, document.title)
        assert [p.paragraph.text for p in score.paragraphs] == [p.text for p in document.paragraphs]


def test_numbers_are_within_bounds(scores) -> None:
    for score in scores.values():
        assert score.verdict in VERDICTS
        assert (score.score is None) == (score.probability is None) == (score.mangled_share is None)
        if score.score is not None:
            assert 0 <= score.score <= 100
            assert 0 < score.probability < 1
            assert 0 <= score.mangled_share <= 1
        for part in score.paragraphs:
            assert (part.score is None) == (part.probability is None)
            assert part.score is None or 0 <= part.score <= 100


def test_quotes_stand_where_they_say(scores) -> None:
    findings = [
        (p.paragraph.text, f) for s in scores.values() for p in s.paragraphs for f in p.findings
    ]
    assert findings
    for text, finding in findings:
        assert text[finding.start : finding.end] == finding.quote


def test_unreadable(scores) -> None:
    for name, said in (("unreadable", "is a PDF"), ("empty", "no text")):
        score = scores[name]
        assert (score.verdict, score.reasons) == ("error", ("unreadable",))
        assert said in score.error
        assert (score.score, score.n_words, score.paragraphs) == (None, 0, ())


def test_not_english(scores) -> None:
    score = scores["french"]
    assert (score.verdict, score.reasons, score.language) == ("review", ("not_english",), "fr")
    assert score.score is None
    assert score.error is None
    assert all(p.score is None and p.findings == () for p in score.paragraphs)


def test_too_short(scores) -> None:
    score = scores["short"]
    assert (score.verdict, score.reasons) == ("pass", ("too_short",))
    assert (score.score, score.n_words) == (None, 4)
    assert [p.score for p in score.paragraphs] == [None]


def test_damaged_input_never_passes(scores) -> None:
    for name in ("damaged", "french-damaged", "short-damaged"):
        assert scores[name].verdict in ("review", "hold"), name
        assert "input_damaged" in scores[name].reasons
        assert scores[name].error == "ends in the middle of a tag"
    same(
        replace(scores["damaged"], verdict="pass", reasons=(), paragraphs=()),
        replace(scores["clean"], paragraphs=()),
    )
    assert "not_english" in scores["french-damaged"].reasons
    assert "too_short" in scores["short-damaged"].reasons


def test_headline_is_checked_and_not_scored(scores) -> None:
    headline = scores["roles"].paragraphs[0]
    assert headline.paragraph.role == "headline"
    assert (headline.score, headline.probability) == (None, None)
    assert "TYPO_SPACED_MARK" in [finding.rule for finding in headline.findings]
    assert scores["roles"].n_words == scores["clean"].n_words
    assert scores["roles"].score == pytest.approx(scores["clean"].score)


def test_only_body_is_scored(scores) -> None:
    for part in scores["roles"].paragraphs:
        assert (part.score is not None) == (part.paragraph.role in ("body", "quote"))
    roles = {part.paragraph.role: part for part in scores["roles"].paragraphs}
    assert {"headline", "byline", "furniture", "caption", "body"} <= set(roles)
    assert [f.quote for f in roles["caption"].findings] == ["met met"]
    assert roles["furniture"].findings == roles["byline"].findings == ()


def test_furniture_alone_is_too_short(scores) -> None:
    score = scores["furniture-only"]
    assert (score.verdict, score.reasons, score.n_words) == ("pass", ("too_short",), 0)


def test_paragraphs_are_word_weighted_means_of_windows(make_document) -> None:
    article = analyse(make_document(CLEAN[0], " ".join((*CLEAN[1:], *MANGLED)), CLEAN[0]))
    values = np.arange(len(article.windows)) * 10.0
    found = _paragraphs(article, values, values / 100)
    shared = [index for index in (0, 1, 2) if len(_windows_with(article, index)) > 1]
    assert shared  # or the mean would be of one window
    for index, (score, probability) in found.items():
        words = _windows_with(article, index)
        expected = sum(values[w] * n for w, n in words.items()) / sum(words.values())
        assert score == pytest.approx(expected)
        assert probability == pytest.approx(expected / 100)


def _windows_with(article: Article, paragraph: int) -> dict[int, int]:
    """Words that each window holds of a paragraph."""
    words: dict[int, int] = {}
    for number, window in enumerate(article.windows):
        for sentence in window.sentences:
            if sentence.paragraph == paragraph:
                words[number] = words.get(number, 0) + sentence.n_words
    return words


def test_mangled_share_is_the_share_of_words_in_suspect_paragraphs(scores) -> None:
    for name in ("clean", "mangled", "half"):
        score = scores[name]
        review = score.signature.thresholds["review"]
        words = {p.paragraph.index: 0 for p in score.paragraphs}
        document = Document(
            id="", source="", paragraphs=tuple(p.paragraph for p in score.paragraphs)
        )
        for sentence in analyse(document).sentences:
            if sentence.role in ("body", "quote"):
                words[sentence.paragraph] += sentence.n_words
        suspect = sum(
            words[p.paragraph.index]
            for p in score.paragraphs
            if p.probability is not None and p.probability >= review
        )
        assert score.mangled_share == pytest.approx(suspect / sum(words.values()))


def test_mangled_copy_scores_above_clean_copy(scores) -> None:
    assert scores["mangled"].score > scores["clean"].score + 20
    assert scores["half"].score > scores["clean"].score
    assert scores["mangled"].mangled_share > scores["half"].mangled_share
    assert scores["clean"].verdict == "pass"
    assert scores["mangled"].verdict in ("review", "hold")


def test_hold_has_severe_evidence(scores) -> None:
    for score in scores.values():
        severe = [f for p in score.paragraphs for f in p.findings if f.severity in SEVERE]
        assert score.verdict != "hold" or severe, score.id


def test_signature_travels_with_every_score(scores, model: Model) -> None:
    for score in scores.values():
        signature = score.signature
        assert (signature.garbled, signature.model) == (garbled.__version__, model.digest)
        assert (signature.tier, signature.languagetool) == ("fast", None)
        assert signature.prior == model.description["prior"]
        assert set(signature.thresholds) == {"review", "hold"}
        assert score.degraded == ()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=hostile_texts)
def test_any_text_is_scored(make_scorer: MakeScorer, text: str) -> None:
    score = make_scorer().score(f"{text}\n\n{CLEAN[0]}\n\n{text[::-1]}")
    assert score.verdict in VERDICTS
    assert score.error is None
    for part in score.paragraphs:
        for finding in part.findings:
            assert part.paragraph.text[finding.start : finding.end] == finding.quote


# -- batches and processes


def test_batch_does_not_change_a_score(batch, scores, make_scorer: MakeScorer) -> None:
    scorer = make_scorer()
    for document in batch:
        [alone] = scorer.score_documents([document])
        same(alone, scores[document.id])
    for score in scorer.score_documents(batch[::-1]):
        same(score, scores[score.id])


def test_scores_come_as_documents_do(make_document, make_scorer: MakeScorer) -> None:
    taken = []

    def documents():
        for number in range(3 * BATCH_DOCUMENTS):
            taken.append(number)
            yield make_document("It rained on Monday.", id=str(number))

    scores = make_scorer().score_documents(documents())
    assert next(scores).id == "0"
    assert len(taken) == 1
    assert [score.id for score in scores] == [str(n) for n in range(1, 3 * BATCH_DOCUMENTS)]


def test_no_documents_no_scores(make_scorer: MakeScorer) -> None:
    assert list(make_scorer().score_documents([])) == []


@pytest.mark.slow
def test_jobs_do_not_change_scores(batch, scores, make_scorer: MakeScorer) -> None:
    documents = [*batch, *(replace(d, id=f"{d.id}-2") for d in batch), *batch]
    parallel = list(make_scorer(jobs=2).score_documents(documents))
    assert [score.id for score in parallel] == [document.id for document in documents]
    for score in parallel:
        same(replace(score, id=""), replace(scores[score.id.removesuffix("-2")], id=""))


# -- faults within


def test_poison_does_not_take_the_others_along(
    batch, scores, make_scorer: MakeScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from garbled.analysers import run as analysers

    real = analysers.find_lexical_faults

    def poisoned(article, *rest):
        if article.document.id == "mangled":
            raise RecursionError("too deep")
        return real(article, *rest)

    monkeypatch.setattr(analysers, "find_lexical_faults", poisoned)
    found = {score.id: score for score in make_scorer().score_documents(batch)}
    assert list(found) == list(scores)
    poison = found.pop("mangled")
    assert (poison.verdict, poison.reasons, poison.score) == ("error", ("unreadable",), None)
    assert "RecursionError" in poison.error
    assert "report it" in poison.error
    for score in found.values():
        same(score, scores[score.id])


def test_poison_in_a_feature_group(
    batch, scores, make_scorer: MakeScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from garbled.features.lexicon import LexiconFeatures

    real = LexiconFeatures.measure

    def poisoned(self, row):
        if any(fault.rule == "NAME_RIC_LEAK" for fault in row.faults):
            raise ZeroDivisionError("a word of no letters")
        return real(self, row)

    monkeypatch.setattr(LexiconFeatures, "measure", poisoned)
    found = {score.id: score for score in make_scorer().score_documents(batch)}
    assert list(found) == list(scores)
    assert found["mangled"].verdict == "error"
    same(found["clean"], scores["clean"])


# -- tiers


@pytest.mark.usefixtures("no_languagetool")
@pytest.mark.parametrize("tier", ["full", "auto"])
def test_without_languagetool(make_scorer: MakeScorer, make_document, tier: str) -> None:
    [score] = make_scorer(tier).score_documents([make_document(*MANGLED)])
    assert score.degraded == ("grammar",)
    assert score.score is not None
    assert (score.signature.tier, score.signature.languagetool) == ("full", None)


@pytest.mark.usefixtures("no_languagetool")
@pytest.mark.parametrize("tier", ["fast", "full", "auto"])
def test_grammar_left_out_is_no_degradation(
    make_scorer: MakeScorer, make_document, tier: str
) -> None:
    documents = [make_document(*MANGLED), make_document(*CLEAN)]
    for score in make_scorer(tier, grammar=False).score_documents(documents):
        assert score.degraded == ()
        assert score.score is not None


@pytest.mark.usefixtures("no_languagetool")
def test_degraded_scores_are_those_of_full_without_grammar(
    make_scorer: MakeScorer, make_document
) -> None:
    document = make_document(*MANGLED)
    [degraded] = make_scorer("full").score_documents([document])
    [without] = make_scorer("full", grammar=False).score_documents([document])
    same(degraded, without)


def test_auto_lets_clear_copy_pass_on_the_fast_tier(make_scorer: MakeScorer, batch, scores) -> None:
    found = {s.id: s for s in make_scorer("auto", grammar=False).score_documents(batch)}
    assert found["mangled"].signature.tier == "full"
    fast = [name for name, score in found.items() if score.signature.tier == "fast"]
    assert "short" in fast
    for name in fast:
        same(found[name], scores[name])
    full = {s.id: s for s in make_scorer("full", grammar=False).score_documents(batch)}
    for name in set(found) - set(fast):
        same(found[name], full[name])


def test_two_broken_names_hold_copy_that_reads_well(make_scorer: MakeScorer) -> None:
    named = "\n\n".join(CLEAN).replace("Ellen Marsh", "Ellen Marsh Marsh", 1)
    one = make_scorer().score(named)
    two = make_scorer().score(f"{named}\n\nShares of Gazp.MM, which owns the pier, fell.")
    assert one.verdict != "hold"
    assert two.verdict == "hold"
    assert two.probability < two.signature.thresholds["review"]
    assert two.reasons == ("name_corruption",)


@pytest.mark.parametrize("prior", [0.01, 0.3])
def test_prior_moves_probabilities_and_not_scores(
    batch, scores, make_scorer: MakeScorer, prior: float
) -> None:
    default = scores["mangled"].signature.prior
    for score in make_scorer(prior=prior).score_documents(batch):
        before = scores[score.id]
        assert score.score == before.score
        assert score.signature.prior == prior
        if before.probability is not None:
            assert (score.probability > before.probability) is (prior > default)


@pytest.mark.parametrize("prior", [0, 1, -0.1, 1.5, float("nan")])
def test_impossible_prior(prior: float) -> None:
    with pytest.raises(GarbledError, match="prior is a share"):
        Scorer(prior=prior)


def test_impossible_tier() -> None:
    with pytest.raises(GarbledError, match="fast, full or auto, not 'slow'"):
        Scorer("slow")  # type: ignore[arg-type]


# -- texts


def test_text_with_a_headline(make_scorer: MakeScorer) -> None:
    text = "\n\n".join(("Pier to close until spring", *CLEAN))
    found = make_scorer().score(text, id="mine")
    told = make_scorer().score("\n\n".join(CLEAN), title="Pier to close until spring")
    assert (found.id, found.title) == ("mine", "Pier to close until spring")
    same(found, told)


@pytest.mark.parametrize("text", ["", " \n\n ", "\x00\x01"])
def test_no_text(make_scorer: MakeScorer, text: str) -> None:
    score = make_scorer().score(text)
    assert (score.verdict, score.reasons, score.error) == ("error", ("unreadable",), "no text")


def test_scorer_can_be_used_after_it_was_closed(make_scorer: MakeScorer) -> None:
    with make_scorer() as scorer:
        first = scorer.score("\n\n".join(CLEAN))
    same(scorer.score("\n\n".join(CLEAN)), first)


def test_top_level_names() -> None:
    script = "import garbled; print(*(n for n in garbled.__all__ if getattr(garbled, n)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert "Scorer" in done.stdout.split()
    with pytest.raises(AttributeError, match="no attribute 'Scroer'"):
        garbled.Scroer  # noqa: B018
