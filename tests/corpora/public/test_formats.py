"""Each format, from an archive as it is laid out to the rows that training reads."""

from __future__ import annotations

import json

import pytest

from garbled.corpora.public.catalogue import load_catalogue
from garbled.corpora.public.store import CONVERTERS, _convert
from garbled.corpora.public.wmt_sgm import read_segments
from garbled.errors import IngestError

from .archives import COPIES, HUMAN, ORIGINALS, lines, sgm, tar, wmt_xml

pq = pytest.importorskip("pyarrow.parquet")
CATALOGUE = load_catalogue()


def convert(name: str, *archives: bytes, folder) -> list[dict]:
    paths = []
    for number, data in enumerate(archives):
        path = folder / f"{number}.tgz"
        path.write_bytes(data)
        paths.append(path)
    target = folder / "out" / "rows.parquet"
    n_rows = _convert(CATALOGUE[name], paths, target)
    rows = pq.read_table(target).to_pylist()
    assert len(rows) == n_rows
    assert [path.name for path in target.parent.iterdir()] == ["rows.parquet"]
    return rows


@pytest.mark.parametrize(
    ("name", "reference", "system"),
    [
        ("wmt13", "newstest2013-ref.en.sgm", "newstest2013.de-en.JHU.2903.sgm"),
        ("wmt14", "newstest2014-deen-ref.en.sgm", "newstest2014.JHU.2903.de-en.sgm"),
        ("wmt16", "newstest2016-deen-ref.en.sgm", "newstest2016.JHU.2903.de-en.sgm"),
        ("wmt19", "newstest2019-deen-ref.en.sgm", "newstest2019.JHU.2903.de-en.sgm"),
    ],
)
def test_wmt_until_2020(tmp_path, name, reference, system):
    year = f"20{name[3:]}"
    rows = convert(
        name,
        tar(
            {
                f"{name}-data/sgm/references/{reference}": sgm("ref", ORIGINALS),
                f"{name}-data/sgm/system-outputs/newstest{year}/de-en/{system}": sgm(
                    "tst", COPIES, "xx"
                ),
                f"{name}-data/sgm/system-outputs/newstest{year}/en-de/x.sgm": sgm("tst", COPIES),
                f"{name}-data/README": "read me",
            }
        ),
        folder=tmp_path,
    )
    assert [row["original"] for row in rows] == list(ORIGINALS)
    assert [row["retranslated"] for row in rows] == list(COPIES)
    assert [(row["doc_id"], row["seg"], row["origlang"]) for row in rows] == [
        (f"{name}.paper.1", 1, "en"),
        (f"{name}.paper.1", 2, "en"),
        (f"{name}.paper.2", 1, "de"),
    ]
    told = {(r["set"], r["lang_pair"], r["source_lang"], r["system"], r["kind"]) for r in rows}
    assert told == {(name, "de-en", "de", "JHU.2903", "machine")}
    assert {row["year"] for row in rows} == {int(year)}


def test_a_submission_that_lacks_segments_gives_those_it_has(tmp_path):
    reference = "a/sgm/references/newstest2016-deen-ref.en.sgm"
    folder = "a/sgm/system-outputs/newstest2016/de-en"
    rows = convert(
        "wmt16",
        tar(
            {
                reference: sgm("ref", ORIGINALS),
                f"{folder}/newstest2016.half.1.de-en.sgm": '<doc docid="paper.1"><seg id="2">Two.'
                "</seg><seg id=9>Nine.</seg></doc>",
                f"{folder}/newstest2016.none.2.de-en.sgm": "no tags at all",
            }
        ),
        folder=tmp_path,
    )
    assert [(row["system"], row["original"]) for row in rows] == [("half.1", ORIGINALS[1])]


def test_sgml_that_is_none(tmp_path):
    path = tmp_path / "x.sgm"
    path.write_text("<doc DOCID = 'a' origlang=en>\n<SEG ID=1>one\n two &lt;b&gt;</SEG>", "latin-1")
    [(place, segment)] = read_segments(path).items()
    assert place == ("a", "1")
    assert segment == ("one two <b>", "en")


def test_wmt_from_2021_on(tmp_path):
    name = "wmt22-news-systems-1.1/xml/wmttest2022"
    rows = convert(
        "wmt22",
        tar({f"{name}.cs-en.all.xml": wmt_xml(), f"{name}.en-cs.all.xml": "<no"}),
        folder=tmp_path,
    )
    assert {row["doc_id"] for row in rows} == {"wmt22.cs-en.paper.1"}
    assert {row["original"] for row in rows} == set(ORIGINALS)  # the preferred reference, B
    by_kind = {kind: [r for r in rows if r["kind"] == kind] for kind in ("human", "machine")}
    assert [row["retranslated"] for row in by_kind["human"]] == list(HUMAN)
    assert {row["system"] for row in by_kind["human"]} == {"reference A"}
    assert [row["retranslated"] for row in by_kind["machine"]] == list(COPIES)
    assert [row["seg"] for row in by_kind["machine"]] == [1, 2, 3]
    assert {(r["system"], r["origlang"], r["domain"]) for r in by_kind["machine"]} == {
        ("Online-X", "en", "news")
    }


def test_another_language_takes_its_first_reference(tmp_path):
    rows = convert("wmt21", tar({"a/xml/newstest2021.de-en.all.xml": wmt_xml()}), folder=tmp_path)
    assert {row["original"] for row in rows} == set(HUMAN)


@pytest.mark.parametrize("evil", ["<dataset><doc", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;&a;</x>'])
def test_xml_that_is_none_is_named_and_no_entity_is_followed(tmp_path, evil):
    with pytest.raises(IngestError, match=r"not well-formed|layout is not the one expected"):
        convert("wmt21", tar({"a/xml/newstest2021.de-en.all.xml": evil}), folder=tmp_path)


def mtme(**more: str) -> dict[str, str]:
    top = "mt-metrics-eval-v2/wmt22"
    return {
        f"{top}/documents/de-en.docs": "news\tpaper.1\nnews\tpaper.1\nsocial\tpost.2\n",
        f"{top}/references/de-en.refA.txt": lines(ORIGINALS),
        f"{top}/references/de-en.refB.txt": lines(HUMAN),
        f"{top}/system-outputs/de-en/Online-X.txt": lines(COPIES),
        f"{top}/system-outputs/de-en/refA.txt": lines(ORIGINALS),
        f"{top}/system-outputs/de-en/refB.txt": lines(HUMAN),
        f"{top}/human-scores/de-en.wmt-z.seg.score": "Online-X\t-0.5\nOnline-X\tNone\n"
        "Online-X\t0.25\nrefB\t1.0\nrefB\tnan\nrefB\t0.5\n",
        f"{top}/human-scores/de-en.mqm.seg.score": "Online-X\t-5\n" * 3,
        f"{top}/metric-scores/de-en/BLEU-refA.seg.score": "x",
        f"{top}/documents/en-de.docs": "news\ta\n",
        **{f"{top}/{name}": text for name, text in more.items()},
    }


def test_mt_metrics_eval(tmp_path):
    rows = convert("mt-metrics-eval", tar(mtme()), folder=tmp_path)
    machine = [row for row in rows if row["kind"] == "machine"]
    human = [row for row in rows if row["kind"] == "human"]
    assert [row["human_score"] for row in machine] == [-0.5, None, 0.25]
    assert [row["human_score"] for row in human] == [1.0, None, 0.5]
    assert [(row["doc_id"], row["seg"], row["domain"]) for row in machine] == [
        ("wmt22.de-en.paper.1", 1, "news"),
        ("wmt22.de-en.paper.1", 2, "news"),
        ("wmt22.de-en.post.2", 1, "social"),
    ]
    assert {(row["set"], row["year"], row["system"]) for row in rows} == {
        ("wmt22", 2022, "Online-X"),
        ("wmt22", 2022, "refB"),
    }
    assert {row["original"] for row in rows} == set(ORIGINALS)


def test_lines_that_do_not_match_their_reference_are_named(tmp_path):
    short = {"system-outputs/de-en/Online-X.txt": "one line\n"}
    with pytest.raises(IngestError, match=r"Online-X\.txt: has 1 segments and its reference 3"):
        convert("mt-metrics-eval", tar(mtme(**short)), folder=tmp_path)


def test_mlqe_pe(tmp_path):
    def split(name: str, folder: str) -> dict[str, str]:
        return {
            f"{folder}/{name}.pe": lines(ORIGINALS),
            f"{folder}/{name}.mt": lines(COPIES),
            f"{folder}/{name}.src": "nu\n" * 3,
        }

    def judged(name: str, folder: str) -> dict[str, str]:
        head = "index\toriginal\ttranslation\tscores\tmean\tz_scores\tz_mean\tmodel_scores\n"
        row = '0\tx\t"y\t[1]\t50\t[0.1]\t{}\t-0.3\n'
        return {f"{folder}/{name}.roen.df.short.tsv": head + "".join(map(row.format, (1, -2, "x")))}

    rows = convert(
        "mlqe-pe",
        tar(split("train", "ro-en-train")),
        tar(split("test20", "ro-en-test20")),
        tar(judged("train", "ro-en-train")),
        tar({**judged("test20", "ro-en"), "ro-en/other.tsv": "x"}),
        folder=tmp_path,
    )
    assert len(rows) == 6
    assert {(row["lang_pair"], row["set"], row["year"]) for row in rows} == {
        ("ro-en", "mlqe-pe", 2020)
    }
    assert sorted(row["seg"] for row in rows) == [1, 2, 3, 4, 5, 6]
    assert [row["human_score"] for row in rows[:3]] == [1.0, -2.0, None]
    assert {(row["original"], row["retranslated"]) for row in rows} == set(
        zip(ORIGINALS, COPIES, strict=True)
    )


def test_lines_of_language_models(tmp_path):
    outputs = "ALMA-abc/outputs/wmt22_outputs"
    rows = convert(
        "llm-wmt22-alma",
        tar(
            {
                f"{outputs}/wmt-testset/deen/test.de-en.en": lines(ORIGINALS),
                f"{outputs}/wmt-testset/deen/test.de-en.de": "eins\n" * 3,
                f"{outputs}/GPT-9/deen/test.de-en.en": lines(COPIES),
                f"{outputs}/GPT-9/ende/test.en-de.de": "eins\n",
                f"{outputs}/GPT-9/csen/test.cs-en.en": lines(COPIES),
            }
        ),
        folder=tmp_path,
    )
    assert [(r["system"], r["lang_pair"], r["doc_id"], r["seg"]) for r in rows] == [
        ("GPT-9", "de-en", None, 0),
        ("GPT-9", "de-en", None, 1),
        ("GPT-9", "de-en", None, 2),
    ]


def test_lines_with_documents(tmp_path):
    top = "gpt-MT-abc/evaluation"
    rows = convert(
        "llm-wmt-gptmt",
        tar(
            {
                f"{top}/testset/wmt-testset/deen/test.de-en.en": lines(ORIGINALS),
                f"{top}/testset/wmt-testset-docids/deen/test.de-en.docids": "a\na\nb\n",
                f"{top}/system-outputs/ChatGPT/zeroshot/deen/test.de-en.en": lines(COPIES),
            }
        ),
        folder=tmp_path,
    )
    assert [(row["doc_id"], row["seg"]) for row in rows] == [
        ("llm-wmt-gptmt.de-en.a", 1),
        ("llm-wmt-gptmt.de-en.a", 2),
        ("llm-wmt-gptmt.de-en.b", 1),
    ]
    assert {row["system"] for row in rows} == {"ChatGPT_zeroshot"}


def test_abstracts(tmp_path):
    entry = {"doc_id": 7, "title": "On piers", "abstract": ["Rust was found.", " It spreads."]}
    rows = convert("scifact", tar({"data/corpus.jsonl": json.dumps(entry)}), folder=tmp_path)
    assert rows == [
        {"doc_id": "scifact.7", "title": "On piers", "text": "Rust was found. It spreads."}
    ]
    with pytest.raises(IngestError, match="line 1 is no abstract"):
        convert("scifact", tar({"data/corpus.jsonl": '{"doc_id": 7}'}), folder=tmp_path)


def test_short_items(tmp_path):
    (tmp_path / "in").mkdir()
    archive = tmp_path / "in" / "00-test.csv"
    archive.write_text('"3","Pier shut","Rust &amp; rot\\in legs, he said."\n')
    corpus = CATALOGUE["agnews"]
    assert _convert(corpus, [archive], tmp_path / "rows.parquet") == 1
    [row] = pq.read_table(tmp_path / "rows.parquet").to_pylist()
    assert row == {
        "doc_id": "agnews.0",
        "title": "Pier shut",
        "text": "Rust & rot in legs, he said.",
    }
    archive.write_text('"3","two cells"\n')
    with pytest.raises(IngestError, match="line 1 is no item"):
        _convert(corpus, [archive], tmp_path / "rows.parquet")


def test_paragraphs_in_an_old_encoding(tmp_path):
    text = "Rain fell in Café Bay.\n\nWheat rose.\n".encode("latin-1")
    rows = convert("abc", tar({"abc/rural.txt": text, "abc/README": "x"}), folder=tmp_path)
    assert [(row["doc_id"], row["text"]) for row in rows] == [
        ("abc.rural.0", "Rain fell in Café Bay."),
        ("abc.rural.2", "Wheat rose."),
    ]


def test_a_layout_that_changed_is_told(tmp_path):
    with pytest.raises(IngestError, match="wmt16: nothing could be made of what was fetched"):
        convert("wmt16", tar({"elsewhere/x.sgm": "x"}), folder=tmp_path)


def test_every_format_of_the_catalogue_has_its_converter():
    formats = {corpus.format for corpus in CATALOGUE.values() if not corpus.why_not}
    assert formats == set(CONVERTERS)
