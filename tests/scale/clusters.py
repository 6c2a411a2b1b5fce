"""Real clusters on loopback: processes of a Dask scheduler, of Spark's standalone master."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

START_SECONDS = 300
"""Far longer than any start takes on a machine that does nothing else."""
JAVA = {
    "SPARK_LOCAL_IP": "127.0.0.1",
    "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",  # they live for a minute
}
"""Environment of whatever starts a JVM."""


@contextmanager
def processes() -> Iterator[Callable[..., psutil.Popen]]:
    """Starts programs in sessions of their own; at the end nothing below them is left."""
    started: list[psutil.Popen] = []

    def start(*command: str | Path, log: Path, **environment: str) -> psutil.Popen:
        with log.open("wb") as output:
            started.append(
                psutil.Popen(
                    [str(part) for part in command],
                    env={**os.environ, **environment},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )
        return started[-1]

    try:
        yield start
    finally:
        for process in started:
            kill(process)


def kill(process: psutil.Process) -> None:
    """Kill a process that ``processes`` started and all below it, at once and without a word."""
    if not process.is_running():
        return
    assert os.getpid() in [parent.pid for parent in process.parents()], f"{process} is not ours"
    family = [process, *process.children(recursive=True)]
    for member in family:
        try:
            member.send_signal(signal.SIGKILL)
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(family, timeout=15)


def wait_for(condition: Callable[[], object], seconds: float, log: Path) -> None:
    """Until something is true; what the log says, where it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        said = log.read_text("utf-8", "replace") if log.is_file() else ""
        assert time.monotonic() < deadline, said[-3000:]
        time.sleep(0.1)


@contextmanager
def spark_master(folder: Path) -> Iterator[tuple[str, Callable[..., psutil.Popen]]]:
    """A standalone master of Spark from the pip wheel: its address, and what starts a worker."""
    import pyspark

    home = Path(pyspark.__file__).parent
    settings = {
        "SPARK_HOME": str(home),
        **JAVA,
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": sys.executable,
    }
    spark_class = home / "bin" / "spark-class"
    log = folder / "master.log"
    port = _free_port()
    address = f"spark://127.0.0.1:{port}"
    with processes() as start:
        start(
            spark_class, "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1",
            "--port", str(port), "--webui-port", "0", log=log, **settings,
        )  # fmt: skip
        wait_for(lambda: "New state: ALIVE" in log.read_text(), START_SECONDS, log)

        def worker(name: str, environment: Mapping[str, str] | None = None) -> psutil.Popen:
            own = folder / f"{name}.log"
            made = start(
                spark_class, "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1",
                "--cores", "1", "--memory", "1g", "--webui-port", "0",
                "--work-dir", folder / name, address,
                log=own, **settings, **(environment or {}),
            )  # fmt: skip
            wait_for(
                lambda: "Successfully registered with master" in own.read_text(), START_SECONDS, own
            )
            return made

        yield address, worker


@contextmanager
def dask_scheduler(folder: Path) -> Iterator[tuple[str, Callable[..., psutil.Popen]]]:
    """A Dask scheduler: its address, and what starts a worker."""
    log = folder / "scheduler.log"
    address = f"tcp://127.0.0.1:{_free_port()}"
    with processes() as start:
        start(
            sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", address,
            "--no-dashboard", "--no-jupyter", log=log,
        )  # fmt: skip
        wait_for(lambda: "Scheduler at" in log.read_text(), START_SECONDS, log)

        def worker(name: str, *options: str) -> psutil.Popen:
            own = folder / f"{name}.log"
            made = start(
                sys.executable, "-m", "distributed.cli.dask_worker", address, "--host", "127.0.0.1",
                "--nthreads", "1", "--no-dashboard", "--name", name,
                "--local-directory", folder / name, *options, log=own,
            )  # fmt: skip
            wait_for(lambda: "Registered to" in own.read_text(), START_SECONDS, own)
            return made

        yield address, worker


def _free_port() -> int:
    import socket

    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        return int(candidate.getsockname()[1])
