"""Parquet to Parquet on a Spark cluster: a job a file, spread over all cores, resumed by file.

Rows of a file are spread over tasks, scored by ``mapInArrow``, brought together in their order and
written as one file. A task that is lost with its worker is scored again elsewhere.
"""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from functools import partial
from importlib import import_module
from math import ceil
from threading import Timer
from typing import Any

from garbled.errors import GarbledError, IngestError, ResourceError
from garbled.languagetool.handle import EXTERNAL
from garbled.scale.batches import wanted_columns
from garbled.scale.config import Identity, ScaleConfig, SkewError
from garbled.scale.ledger import Ledger, Summary
from garbled.scale.schema import output_schema
from garbled.scale.spark_worker import ROW, score_batches, who_is_there
from garbled.scale.storage import HadoopStorage, InputFile, require_apart

ROWS_PER_TASK = 1000
"""Articles a task: about half a minute, which is what is lost with a worker."""
MAX_FILES_AT_ONCE = 32
PATIENCE_SECONDS = 60.0

SETTINGS = {
    "spark.app.name": "garbled",
    "spark.executorEnv.OMP_NUM_THREADS": "1",
    "spark.executorEnv.OPENBLAS_NUM_THREADS": "1",
    "spark.executorEnv.MKL_NUM_THREADS": "1",
    "spark.executorEnv.TOKENIZERS_PARALLELISM": "false",
    "spark.python.worker.reuse": "true",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "250",
    "spark.sql.caseSensitive": "true",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    "spark.log.level": "OFF",
    "spark.ui.showConsoleProgress": "false",
}
"""One thread a task, a model a process, small batches of long texts; no checksum files beside
results on a local disk; what goes wrong is told by us. A user's own settings go before these."""

_OURS = re.compile(r"garbled\.\S*?(\w*Error): ([^\n]+)")
_NO_MODULE = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")
_PYTHONS = re.compile(r"^([A-Za-z_]\w*(?:\.\w+)*(?:Error|Exception): .+)$", re.M)
_JAVAS = re.compile(r"^Caused by: [\w.$]+: (.+)", re.M)


@contextmanager
def spark_session(master: str | None, settings: Mapping[str, str]) -> Iterator[Any]:
    """A Spark session that ends with the block, with ``SETTINGS`` where nothing else is said.

    Args:
        master: as Spark knows it (``spark://host:7077``, ``yarn``, ``local[8]``); None is what
            Spark's own configuration says, or this machine.
        settings: Spark settings by name.

    Raises:
        ResourceError: PySpark is not installed, or Spark does not start.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # PySpark 4.3 of pandas 3, which is not used
        try:
            session = import_module("pyspark.sql").SparkSession
            import_module("pandas")
        except ImportError as error:
            raise ResourceError("no PySpark here: pip install 'garbled[spark]'") from error
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = session.builder.config(map={**SETTINGS, **_passed_on(), **settings})
        builder = builder.master(master) if master else builder
        try:
            spark = builder.getOrCreate()
        except Exception as error:
            reason = f"Spark does not start: {_one_line(str(error))}"
            raise ResourceError(reason, source=master) from error
        try:
            yield spark
        finally:
            spark.stop()


def score_with_spark(
    spark: Any,
    source: str,
    output: str,
    config: ScaleConfig | None = None,
    *,
    rows_per_task: int = ROWS_PER_TASK,
    start_over: bool = False,
    tell: Callable[[str], None] = lambda line: None,
) -> Summary:
    """Score a folder of Parquet files, or one file, into a folder with one file for each.

    Paths are any that the cluster reads, at the same place for all of it. Called again, it goes on
    with the files that are not finished. A file that cannot be read or scored is told of in the
    summary and holds up no other.

    Args:
        spark: a session, such as ``spark_session`` gives.
        start_over: score again what is finished.
        tell: is given a line about each file that is finished.

    Raises:
        IngestError: the input is not there, or no file of it could be scored.
        SkewError: a worker has another garbled, model or encoder than this process, or none.
        GarbledError: the output folder holds results of another run.
    """
    config = (config or ScaleConfig()).pinned()
    storage = HadoopStorage(spark)
    require_apart(storage, source, output)
    files = storage.inputs(source)
    check_workers(spark, config, tell)
    ledger = Ledger.open(storage, output, config, files, start_over=start_over)
    before = len(ledger.finished)
    pending = [file for file in files if file.name not in ledger.finished]
    failures: dict[str, str] = {}
    score = partial(_score_file, spark, ledger=ledger, config=config, rows_per_task=rows_per_task)
    with closing(_at_once(spark, score, pending)) as jobs:
        for file, job in jobs:
            try:
                written, verdicts = job.result()
            except SkewError:
                raise
            except GarbledError as error:
                failures[file.name] = error.message
            else:
                ledger.finish(file, written, verdicts)
                storage.remove(ledger.partial(file))
                tell(f"{file.name}: {sum(verdicts.values()):,} rows")
    return ledger.close(files, before, failures)


def check_workers(spark: Any, config: ScaleConfig, tell: Callable[[str], None]) -> None:
    """Ask the workers that are there now; each asks itself again before it scores.

    Spark waits for workers for ever; ``tell`` is given a line where none answers for a while.

    Raises:
        SkewError: one has another garbled, model or encoder than is wanted, or none.
    """
    wanted = config.identity or Identity.of(config.make_scorer())
    context = spark.sparkContext
    n_tasks = 2 * context.defaultParallelism
    ask = partial(who_is_there, model=config.model, tier=config.tier)
    hint = Timer(
        PATIENCE_SECONDS, tell, [f"{context.master}: no worker has answered yet; is one free?"]
    )
    hint.daemon = True
    hint.start()
    try:
        answers = context.parallelize(range(n_tasks), n_tasks).mapPartitions(ask).collect()
    except Exception as error:
        raise _understood(error) from error
    finally:
        hint.cancel()
    for host, identity in sorted(set(answers), key=repr):
        wanted.require(identity, host)


def _at_once(
    spark: Any, score: Callable[[InputFile], Any], files: Sequence[InputFile]
) -> Generator[tuple[InputFile, Future[Any]], None, None]:
    """Jobs of several files at a time, as they end: while one ends, the next has work for all.

    If the caller stops, so do they.
    """
    n_jobs = min(max(2, spark.sparkContext.defaultParallelism), MAX_FILES_AT_ONCE)
    pool = ThreadPoolExecutor(n_jobs, thread_name_prefix="garbled-spark")
    try:
        jobs = {pool.submit(score, file): file for file in files}
        for job in as_completed(jobs):
            yield jobs[job], job
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        spark.sparkContext.cancelAllJobs()
        raise
    finally:
        pool.shutdown()


def _score_file(
    spark: Any, file: InputFile, *, ledger: Ledger, config: ScaleConfig, rows_per_task: int
) -> tuple[str, Counter[str]]:
    """Write a file's results; where they are, and how many of each verdict.

    Raises:
        SkewError: a worker that scored has another garbled, model or encoder.
        GarbledError: it could not be read or scored.
    """
    try:
        rows = spark.read.parquet(_no_pattern(file.path))
        columns = [rows[_quoted(name)] for name in wanted_columns(rows.columns, config)]
        place = rows.metadataColumn("_metadata")["row_index"].alias(ROW)
        n_rows = rows.count()
        n_tasks = max(1, ceil(n_rows / rows_per_task))
        (
            rows.select(*columns, place)
            .repartition(n_tasks, ROW)
            .mapInArrow(partial(score_batches, config=config, source=file.name), _schema(config))
            .repartition(1)
            .sortWithinPartitions(ROW)
            .drop(ROW)
            .write.mode("overwrite")
            .parquet(ledger.partial(file))
        )
        [written] = ledger.storage.inputs(ledger.partial(file))
        results = spark.read.parquet(_no_pattern(written.path))
        counted = results.groupBy("verdict").count().collect()
    except IngestError:
        raise
    except Exception as error:
        raise _understood(error) from error
    verdicts = Counter({row["verdict"]: row["count"] for row in counted})
    if verdicts.total() != n_rows:
        raise GarbledError(f"{n_rows} rows went in and {verdicts.total()} came out; report this")
    return written.path, verdicts


def _schema(config: ScaleConfig) -> Any:
    """The schema of results with their row's number, in Spark's terms."""
    import pyarrow as pa

    to_spark = import_module("pyspark.sql.pandas.types").from_arrow_schema
    return to_spark(output_schema(config).append(pa.field(ROW, pa.int64())))


def _quoted(name: str) -> str:
    """A column's name in which no dot means anything."""
    return "`{}`".format(name.replace("`", "``"))


def _no_pattern(path: str) -> str:
    r"""A path in which nothing is a pattern to Spark.

    >>> _no_pattern("file:/wire/a[1].parquet")
    'file:/wire/a\\[1\\].parquet'
    """
    return re.sub(r"([\[\]{}*?\\])", r"\\\1", path)


def _passed_on() -> dict[str, str]:
    """A LanguageTool server that was named here is the workers' too."""
    url = os.environ.get(EXTERNAL)
    return {f"spark.executorEnv.{EXTERNAL}": url} if url else {}


def _understood(error: Exception) -> GarbledError:
    """An error of Spark's as one of ours: what a worker raised, or why Java says it failed."""
    text = str(error)
    missing = _NO_MODULE.search(text)
    if missing:
        return SkewError(f"a worker has no {missing[1]}; install the same garbled on all of them")
    ours = _OURS.findall(text)
    if ours and ours[-1][0] == "SkewError":
        return SkewError(ours[-1][1])
    return GarbledError(ours[-1][1] if ours else _one_line(text))


def _one_line(text: str) -> str:
    """The last Python error in a report of Spark's, else the last cause, else the first line.

    >>> _one_line("Job aborted.\\n\\tat x(Y.java:1)\\nCaused by: java.io.IOException: disk full\\n")
    'disk full'
    """
    found = _PYTHONS.findall(text) or _JAVAS.findall(text) or text.strip().split("\n")[:1]
    return " ".join(found[-1].split())[:300]
