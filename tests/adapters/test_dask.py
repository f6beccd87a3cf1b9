"""Grading on Dask clusters, which are real: a scheduler, and workers that are processes. Some are killed."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest
from click.testing import CliRunner

from autograder.adapters.dask import LOCAL, Cluster, NoCluster, address_of
from autograder.adapters.dask_worker import Run
from autograder.cli import main
from autograder.exam import Grader, Limits, Memory, Submission, find_submissions, grade_all, sources
from autograder.report import ClassReport, SubmissionReport
from tests.exam.notebooks import answered, locked, notebook, solution, test, write
from tests.exam.test_trainings import EXERCISE, FUNCTIONAL, SEQUENTIAL

TINY = notebook(
    locked("setup", "K = 2"),
    solution("a", "a = 1"),
    test("test-a", 3, "assert a * K == 2, 'a is wrong'"),
)
RUN = Run(limits=Limits(), fresh=True)
SLOW = "import time\ntime.sleep(5)\na = 1"
DASK = Path(sys.executable).with_name("dask")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    write(TINY, tmp_path / "solutions" / "tiny" / "tiny.ipynb")
    return tmp_path


def hand_in(course: Path, *answers: str) -> list[Submission]:
    """A submission of ``student-01``, ``student-02`` and so on with each of these answers."""
    for number, answer in enumerate(answers, start=1):
        write(answered(TINY, {"a": answer}), course / "submitted" / f"student-{number:02}" / "tiny" / "tiny.ipynb")
    return find_submissions([course / "submitted"], sources(course / "solutions"))


def graded(grader: Any, submissions: Sequence[Submission]) -> list[SubmissionReport]:
    async def run() -> list[SubmissionReport]:
        return [report async for report in grade_all(grader, submissions)]

    return asyncio.run(run())


def scores(reports: Sequence[SubmissionReport]) -> dict[str, float | None]:
    return {report.student: report.score for report in reports}


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    """Whatever was started ends: workers, sandboxes, schedulers."""
    before = set(psutil.Process().children(recursive=True))
    yield
    deadline = time.monotonic() + 30
    while left := [
        one
        for one in psutil.Process().children(recursive=True)
        if one not in before and "resource_tracker" not in told(one)
    ]:
        assert time.monotonic() < deadline, [told(one) for one in left]
        time.sleep(0.2)


def told(process: psutil.Process) -> str:
    with contextlib.suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def listening(process: psutil.Process) -> set[str]:
    """Addresses of this machine at which a program can be reached."""
    with contextlib.suppress(psutil.Error):
        return {one.laddr.ip for one in process.net_connections("inet") if one.status == psutil.CONN_LISTEN}
    return set()


def test_reports_are_the_same_as_without_a_cluster(course: Path) -> None:
    submissions = hand_in(course, "a = 1", "a = 7", "a = 1 / 0", "a = open('data.csv').read()", "a = 1", "a = 1")
    for one in submissions[3:]:
        assert one.files is not None
    (submissions[3].path.parent / "data.csv").write_text("1")
    submissions[4].path.write_bytes(b"{}")
    submissions[5].path.unlink()
    submissions[5].path.symlink_to(submissions[0].path)
    here = graded(Grader(), submissions)
    there = graded(Cluster(LOCAL, RUN, 1), submissions)
    # As many threads here as there.
    same = {"seconds": 0, "memory_bytes": 0}
    assert [replace(one, **same) for one in there] == [replace(one, **same) for one in here]
    assert [one.score for one in there] == [3.0, 0.0, 0.0, 0.0, None, None]
    assert there[5].ungraded == ("tiny.ipynb is no ordinary file: hand in the notebook itself, and no folder or link.")


def test_a_command_grades_on_workers_of_this_machine_and_remembers(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(course)
    hand_in(course, "a = 1", "a = 7")
    command = ["grade", "submitted", "--dask", "local", "--jobs", "2", "--cache", "cache", "--format", "json"]
    for remembered in (False, True):
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 0, result.stderr
        reports = msgspec.json.decode(result.stdout, type=ClassReport).submissions
        assert [(one.student, one.score, one.remembered) for one in reports] == [
            ("student-01", 3.0, remembered),
            ("student-02", 0.0, remembered),
        ]
        assert all(line.startswith("[") for line in result.stderr.splitlines())
        # What is remembered there is remembered here.
        assert len(list((course / "cache" / "results").rglob("*.json"))) == 2
    here = graded(Grader(memory=Memory.at(course / "cache"), jobs=2), hand_in(course))
    assert {one.remembered for one in here} == {True}


def test_a_worker_with_another_program_ends_the_run_before_it_begins(course: Path) -> None:
    other = msgspec.structs.replace(RUN, program="another")
    with pytest.raises(NoCluster, match=r"The worker tls://127\.0\.0\.1:\d+ cannot grade: its autograder is another"):
        graded(Cluster(LOCAL, other, 1), hand_in(course, "a = 1"))


def test_a_scheduler_that_is_not_there_is_named(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(course)
    hand_in(course, "a = 1")
    with short_timeouts():
        result = CliRunner().invoke(main, ["grade", "submitted", "--dask", "tcp://127.0.0.1:1"])
    assert result.exit_code == 3
    assert result.stderr == (
        "Error: The Dask cluster tcp://127.0.0.1:1 cannot be used: Timed out trying to connect to tcp://127.0.0.1:1"
        " after 2 s\n"
    )


def test_jobs_of_a_cluster_are_the_clusters(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(course)
    hand_in(course, "a = 1")
    result = CliRunner().invoke(main, ["grade", "submitted", "--dask", "tcp://127.0.0.1:1", "--jobs", "2"])
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        "Error: --jobs is for this machine: a cluster grades as many at once as it has threads."
    )


def test_without_dask_it_is_said_what_to_install(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(course)
    hand_in(course, "a = 1")
    for name in ("autograder.adapters.dask", "autograder.adapters.dask_worker"):
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = CliRunner().invoke(main, ["grade", "submitted", "--dask", "local"])
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        "Error: --dask needs Dask, which is not installed: pip install 'keras-autograder[dask]'"
    )


def test_a_cache_is_told_by_its_whole_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert address_of(None) is None
    assert address_of("cache") == str(tmp_path / "cache")
    assert address_of("s3://bucket/cache") == "s3://bucket/cache"


def test_submissions_are_taken_when_their_turn_has_come() -> None:
    """A million of them need no more memory than a thousand."""
    taken = done = most = 0

    class Instant:
        jobs = 16

        @contextlib.asynccontextmanager
        async def open(self) -> AsyncIterator[None]:
            yield

        async def grade(self, submission: Submission) -> SubmissionReport:
            await asyncio.sleep(0)
            return SubmissionReport(student=submission.student, assignment="", path="", score=1, max_score=1)

    def many() -> Iterator[Submission]:
        nonlocal taken, most
        for number in range(5_000):
            taken += 1
            most = max(most, taken - done)
            yield Submission(student=str(number), assignment="", path=Path(), source=Path())

    async def run() -> set[str]:
        nonlocal done
        students = set()
        async for report in grade_all(Instant(), many()):
            done += 1
            students.add(report.student)
        return students

    assert len(asyncio.run(run())) == 5_000
    # Those of one turn may have ended together, before the first of them is reported.
    assert most <= 2 * Instant.jobs


# From here on workers and schedulers are killed.


@contextlib.contextmanager
def short_timeouts() -> Iterator[None]:
    import dask.config

    with dask.config.set({"distributed.comm.timeouts.connect": "2s"}):
        yield


async def pids(cluster: Cluster) -> dict[str, int]:
    """Of the workers that there are."""
    found: dict[str, int] = await cluster._client.run(os.getpid, on_error="ignore")
    return found


async def at_work(cluster: Cluster, number: int, *, longer_than: float = 0.0) -> tuple[str, int] | None:
    """The worker that grades a submission by now, and its process."""
    for address, keys in (await cluster._client.processing()).items():
        if any(key.startswith(f"autograder-{number}-") for key in keys):
            with contextlib.suppress(OSError, KeyError):
                return address, (await pids(cluster))[address]
    return None


async def kill_workers_at(cluster: Cluster, number: int, times: float, killed: list[int]) -> None:
    """Kills whatever worker grades that submission, so many times, and says in `killed` which processes."""
    while len(killed) < times:
        with contextlib.suppress(OSError, AttributeError, RuntimeError):
            found = await at_work(cluster, number)
            if found is not None and found[1] not in killed:
                # Until a sandbox runs in it.
                worker = psutil.Process(found[1])
                while not worker.children():
                    await asyncio.sleep(0.1)
                # Meanwhile the scheduler may have given what waits there to another that is idle.
                if await at_work(cluster, number) != found:
                    continue
                inside = worker.children(recursive=True)
                os.kill(found[1], signal.SIGKILL)
                killed.append(found[1])
                _gone, alive = await asyncio.to_thread(psutil.wait_procs, inside, timeout=20)
                assert not alive, [told(one) for one in alive]
        await asyncio.sleep(0.1)


def graded_while_killing(
    cluster: Cluster, submissions: Sequence[Submission], number: int, times: float
) -> tuple[list[SubmissionReport], int]:
    """The reports, and how many workers were killed."""

    async def run() -> tuple[list[SubmissionReport], int]:
        killed: list[int] = []
        killing = asyncio.create_task(kill_workers_at(cluster, number, times, killed))
        try:
            reports = [report async for report in grade_all(cluster, submissions)]
            if killing.done():
                await killing
            return reports, len(killed)
        finally:
            killing.cancel()

    return asyncio.run(run())


@pytest.mark.course
def test_a_killed_worker_costs_nothing_but_time_and_its_sandboxes_end_with_it(course: Path) -> None:
    submissions = hand_in(course, SLOW, SLOW, "a = 7", "a = 1", "a = 1")
    reports, killed = graded_while_killing(Cluster(LOCAL, RUN, 2), submissions, 1, times=1)
    assert killed == 1
    assert len(reports) == 5
    assert scores(reports) == dict(zip((f"student-{n:02}" for n in range(1, 6)), (3, 3, 0, 3, 3), strict=True))


@pytest.mark.course
def test_a_submission_that_ends_its_worker_again_and_again_is_named_and_the_others_are_graded(course: Path) -> None:
    submissions = hand_in(course, "a = 1", SLOW.replace("5", "60"), "a = 7", "a = 1", SLOW)
    reports, killed = graded_while_killing(Cluster(LOCAL, RUN, 2), submissions, 2, times=math.inf)
    assert killed >= 4
    assert len(reports) == 5
    assert scores(reports) == dict(zip((f"student-{n:02}" for n in range(1, 6)), (3, None, 0, 3, 3), strict=True))
    (named,) = [report for report in reports if report.ungraded]
    assert named.ungraded == (
        "It was not graded: 4 workers ended while they graded it. A person must look at it; grade it by itself, and"
        " look at the workers' memory."
    )
    assert named.max_score == 3.0
    assert named.needs_review


@contextlib.contextmanager
def scheduler(folder: Path, port: int = 0) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A scheduler, which is a process of its own, and its address."""
    told = folder / f"scheduler-{time.monotonic_ns()}.json"
    command = [DASK, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", "--no-show"]
    with program([*command, "--scheduler-file", str(told)]) as process:
        deadline = time.monotonic() + 60
        while not told.exists() or not told.read_bytes().endswith(b"}"):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.1)
        yield process, msgspec.json.decode(told.read_bytes())["address"]


@contextlib.contextmanager
def worker(address: str, folder: Path, *, threads: int = 1, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that ends where its scheduler is lost, and does not come again."""
    command = [DASK, "worker", address, "--host", "127.0.0.1", "--nthreads", threads, "--memory-limit", "0"]
    with program(
        [*command, "--no-dashboard", "--no-nanny", "--death-timeout", "60", "--local-directory", str(folder)],
        **environment,
    ) as process:
        yield process


@contextlib.contextmanager
def program(command: Sequence[object], **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [str(one) for one in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.mark.course
def test_where_the_scheduler_is_lost_what_is_missing_is_named_and_what_was_done_is_remembered(
    course: Path, tmp_path: Path
) -> None:
    submissions = hand_in(course, "a = 1", "a = 7", SLOW, "a = 1")
    run = msgspec.structs.replace(RUN, fresh=False, cache=str(tmp_path / "cache"))
    reports: list[SubmissionReport] = []

    async def grade(address: str, process: subprocess.Popen[bytes]) -> None:
        async for report in grade_all(Cluster(address, run), submissions):
            reports.append(report)
            if len(reports) == 2:
                await asyncio.sleep(1)
                process.kill()

    with short_timeouts(), scheduler(tmp_path) as (process, address), worker(address, tmp_path):
        asyncio.run(grade(address, process))
    assert scores(reports) == {"student-01": 3.0, "student-02": 0.0, "student-03": None, "student-04": None}
    missing = (
        f"It was not graded: the connection to the Dask scheduler {address} was lost. Grade again: what was done is"
        " remembered."
    )
    assert [report.ungraded for report in reports] == ["", "", missing, missing]

    again = graded(Grader(memory=Memory.at(tmp_path / "cache")), submissions)
    assert scores(again) == {"student-01": 3.0, "student-02": 0.0, "student-03": 3.0, "student-04": 3.0}
    assert [report.remembered for report in again][:2] == [True, True]


@pytest.mark.course
def test_a_scheduler_that_comes_back_is_joined_again(course: Path, tmp_path: Path) -> None:
    submissions = hand_in(course, "a = 1", SLOW, "a = 7", "a = 1")
    reports: list[SubmissionReport] = []

    async def grade(address: str, process: subprocess.Popen[bytes], stack: contextlib.ExitStack) -> None:
        async for report in grade_all(Cluster(address, RUN), submissions):
            reports.append(report)
            if len(reports) == 1:
                await asyncio.sleep(1)
                process.kill()
                process.wait()
                port = int(address.rpartition(":")[2])
                _process, same = await asyncio.to_thread(stack.enter_context, scheduler(tmp_path, port))
                assert same == address
                stack.enter_context(worker(address, tmp_path))

    with contextlib.ExitStack() as stack:
        process, address = stack.enter_context(scheduler(tmp_path))
        stack.enter_context(worker(address, tmp_path))
        asyncio.run(grade(address, process, stack))
    assert len(reports) == 4
    assert scores(reports) == {"student-01": 3.0, "student-02": 3.0, "student-03": 0.0, "student-04": 3.0}


@pytest.mark.course
def test_a_worker_that_cannot_grade_is_sent_away_and_one_with_two_threads_grades_two_at_once(
    course: Path, tmp_path: Path
) -> None:
    submissions = hand_in(course, "a = 1", *(SLOW for _number in range(5)))
    reports: list[SubmissionReport] = []
    most = 0

    async def grade(address: str, stack: contextlib.ExitStack) -> subprocess.Popen[bytes]:
        nonlocal most
        cluster = Cluster(address, RUN)
        async for report in grade_all(cluster, submissions):
            if not reports:
                unfit = stack.enter_context(worker(address, tmp_path, AUTOGRADER_DATA=str(tmp_path / "nowhere")))
                while cluster.jobs < 3:
                    await asyncio.sleep(0.1)
            most = max(most, sum(map(len, (await cluster._client.processing()).values())))
            reports.append(report)
        await asyncio.to_thread(unfit.wait, 30)
        return unfit

    with contextlib.ExitStack() as stack:
        _scheduler, address = stack.enter_context(scheduler(tmp_path))
        stack.enter_context(worker(address, tmp_path, threads=2))
        unfit = asyncio.run(grade(address, stack))
        assert unfit.returncode == 0
    assert scores(reports) == {f"student-{number:02}": 3.0 for number in range(1, 7)}
    assert most >= 2


@pytest.mark.course
def test_a_run_that_is_interrupted_or_killed_leaves_no_process(course: Path) -> None:
    hand_in(course, *(SLOW for _number in range(4)))
    command = [Path(sys.executable).with_name("autograder"), "grade", "submitted", "--dask", "local", "--jobs", "2"]
    for number in (signal.SIGINT, signal.SIGKILL):
        process = psutil.Popen(
            # Where the tests run in the background of a shell, it has this signal ignored.
            ["env", "--default-signal=INT", *map(str, command), "--fresh"],
            cwd=course,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        deadline = time.monotonic() + 60
        # Two workers, a grader's programs in each of them.
        while len(inside := process.children(recursive=True)) < 8:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert {address for one in (process, *inside) for address in listening(one)} == {"127.0.0.1"}
        if number is signal.SIGINT:
            # As from a terminal: to the workers too.
            os.killpg(process.pid, number)
        else:
            os.kill(process.pid, number)
        output = process.communicate(timeout=60)[0].decode()
        _gone, alive = psutil.wait_procs(inside, timeout=30)
        assert not alive, [told(one) for one in alive]
        assert "Traceback" not in output


@pytest.mark.course
def test_a_network_that_two_workers_ask_for_at_once_is_trained_once(course: Path, tmp_path: Path) -> None:
    write(EXERCISE, course / "solutions" / "tiny" / "tiny.ipynb")
    for number, answer in enumerate((SEQUENTIAL, FUNCTIONAL), start=1):
        path = course / "submitted" / f"student-{number:02}" / "tiny" / "tiny.ipynb"
        write(answered(EXERCISE, {"a": answer}), path)
    run = msgspec.structs.replace(RUN, fresh=False, cache=str(tmp_path / "cache"))
    reports = graded(Cluster(LOCAL, run, 2), hand_in(course))
    assert len({report.cells[0].output for report in reports}) == 1
    assert sorted(one.remembered for report in reports for one in report.trainings) == [False, True]
