"""Neural models in CTranslate2's form, in folders of the user's: OPUS-MT's and Argos's layouts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from garbled.errors import ResourceError
from garbled.retranslation.engine import Step, TranslationError
from garbled.segment.sentences import split_sentences

LIBRARIES = ("ctranslate2", "sentencepiece")
MODEL = "model.bin"
BEAM = 4
MAX_BATCH_TOKENS = 2_048
MAX_TOKENS = 512
"""Of a translated sentence; a model that repeats itself stops here."""
MAX_DEPTH = 3
_LANGUAGES = re.compile(r"(?:^|[-_.])([a-z]{2,3})[-_]([a-z]{2,3})(?:[-_.]\d[\w.-]*)?$")
_SPIECE = ("source.spm", "sentencepiece.model", "spm.model", "source.model")
_TARGET_SPIECE = ("target.spm", "target.model")
_END = "</s>"


@dataclass(frozen=True, slots=True)
class Model:
    """A translation model in a folder; ``prefix`` is the target token that it wants first."""

    name: str
    source: str
    target: str
    folder: Path
    source_pieces: Path
    target_pieces: Path
    adds_end: bool
    prefix: str = ""


@dataclass(frozen=True)
class _Loaded:
    """A ``ctranslate2.Translator`` and two ``sentencepiece.SentencePieceProcessor``."""

    translator: Any
    source: Any
    target: Any


class CTranslate2:
    """The models under a folder, each loaded when it is first needed.

    Raises:
        ResourceError: the libraries are not installed, or no model is there.
    """

    name = "ctranslate2"
    batch_words = 1_000

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self.version = _library_version()
        self.threads = threads
        self.models = {model.name: model for model in find_models(folder)}
        if not self.models:
            raise ResourceError(
                f"no folder with {MODEL}, SentencePiece's model and a name or metadata.json that"
                " tells its languages, as in opus-mt-en-fr",
                source=str(folder),
            )
        self._loaded: dict[str, _Loaded] = {}

    def steps(self) -> list[Step]:
        return [Step(m.name, m.source, m.target) for m in self.models.values()]

    def advice(self, source: str, target: str) -> str:
        return f"put a model such as opus-mt-{source}-{target} there"

    def translate(self, texts: Sequence[str], step: Step) -> list[str]:
        """Sentence by sentence, which is what such models are trained on."""
        model, loaded = self.models[step.name], self._load(step.name)
        sentences = [[text[s:e] for s, e in split_sentences(text)] for text in texts]
        tokens = [_encode(model, loaded, one) for text in sentences for one in text]
        try:
            results = loaded.translator.translate_batch(
                tokens,
                target_prefix=[[model.prefix]] * len(tokens) if model.prefix else None,
                beam_size=BEAM,
                max_batch_size=MAX_BATCH_TOKENS,
                batch_type="tokens",
                max_decoding_length=MAX_TOKENS,
            )
        except (RuntimeError, ValueError) as error:
            raise TranslationError(f"{step.name} failed ({error})", source=self.name) from error
        made = iter([_decode(model, loaded, result.hypotheses[0]) for result in results])
        return [" ".join(next(made) for _ in text) for text in sentences]

    def _load(self, name: str) -> _Loaded:
        if name not in self._loaded:
            self._loaded[name] = _open(self.models[name], self.threads)
        return self._loaded[name]


def find_models(folder: Path) -> Iterator[Model]:
    """The models in a folder and up to three levels below it, the nearest first."""
    for depth in range(MAX_DEPTH + 1):
        for file in sorted(folder.glob("*/" * depth + MODEL)):
            model = _argos(file.parent) if file.parent.name == "model" else _opus(file.parent)
            if model is not None:
                yield model


def _argos(folder: Path) -> Model | None:
    """``metadata.json`` and ``sentencepiece.model`` beside a folder ``model``."""
    package = folder.parent
    told = _json(package / "metadata.json")
    pieces = _first(package, _SPIECE)
    source, target = told.get("from_code"), told.get("to_code")
    if pieces is None or not isinstance(source, str) or not isinstance(target, str):
        return None
    prefix = str(told.get("target_prefix") or "")
    return Model(package.name, source, target, folder, pieces, pieces, True, prefix)


def _opus(folder: Path) -> Model | None:
    """``source.spm`` and ``target.spm`` (or one for both) beside the model; languages by name."""
    languages = _LANGUAGES.search(folder.name.lower())
    pieces = _first(folder, _SPIECE)
    if pieces is None or languages is None:
        return None
    target = _first(folder, _TARGET_SPIECE)
    adds_end = bool(_json(folder / "config.json").get("add_source_eos")) or target is None
    return Model(
        folder.name, languages[1], languages[2], folder, pieces, target or pieces, adds_end
    )


def _first(folder: Path, names: Sequence[str]) -> Path | None:
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _open(model: Model, threads: int) -> _Loaded:
    ctranslate2, sentencepiece = map(import_module, LIBRARIES)
    try:
        return _Loaded(
            ctranslate2.Translator(
                str(model.folder), device="auto", inter_threads=threads, intra_threads=1
            ),
            sentencepiece.SentencePieceProcessor(model_file=str(model.source_pieces)),
            sentencepiece.SentencePieceProcessor(model_file=str(model.target_pieces)),
        )
    except Exception as error:  # both libraries raise what comes, down to IndexError
        raise ResourceError(f"no usable model ({error})", source=str(model.folder)) from error


def _encode(model: Model, loaded: _Loaded, sentence: str) -> list[str]:
    pieces: list[str] = loaded.source.encode(sentence, out_type=str)
    return pieces if model.adds_end else [*pieces, _END]


def _decode(model: Model, loaded: _Loaded, tokens: Sequence[str]) -> str:
    kept = [token for token in tokens if token not in (_END, model.prefix)]
    return str(loaded.target.decode(kept))


def _library_version() -> str:
    try:
        ctranslate2, _ = map(import_module, LIBRARIES)
    except ImportError as error:
        raise ResourceError(
            f"not installed ({error}); pip install 'garbled[ctranslate2]'", source="ctranslate2"
        ) from error
    return str(ctranslate2.__version__)
