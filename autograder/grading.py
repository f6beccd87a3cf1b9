"""``grade(subject, *checks)``: asks every check, and gathers what they say into a :class:`Report`.

A check answers with a :class:`Verdict`; points, order and dependence are settled here. A check that
crashes is ``BROKEN``: our fault, which costs no point and asks for a person.
"""

from __future__ import annotations

import contextlib
import io
import os
import traceback
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from autograder.feedback import outcomes_html, outcomes_json, outcomes_text
from autograder.i18n import _
from autograder.report import Accuracy, Outcome, Row, Status, points_of, score_of
from autograder.unbuilt import known_of, model_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from autograder.arithmetic import Shape
    from autograder.facts import CompileFacts, ModelFacts, TrainingFacts

T = TypeVar("T")


class Unfit(Exception):
    """What was handed in cannot be judged at all; the message tells the student why."""


class ExerciseError(ValueError):
    """The author of an exercise asked for something that cannot be checked."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Stands for a value of the student's that is missing or could not cross the wall."""

    name: str
    reason: str

    def __repr__(self) -> str:
        return f"<{self.name}: {self.reason}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a check found."""

    status: Status
    message: str
    share: float = 0.0
    """Of the check's points, from 0 to 1. For ``PARTIAL`` only: the other statuses fix it."""
    hint: str = ""
    rows: tuple[Row, ...] = ()
    causes: tuple[str, ...] = ()
    """Known misconceptions that explain what is wrong, each once."""
    measures: Mapping[str, float] = field(default_factory=dict)
    """What was measured, by name."""
    accuracy: Accuracy | None = None


def passed(message: str, rows: tuple[Row, ...] = ()) -> Verdict:
    """Full points."""
    return Verdict(status=Status.PASSED, message=message, rows=rows)


def failed(message: str, hint: str = "", rows: tuple[Row, ...] = (), causes: Iterable[str] = ()) -> Verdict:
    """No points."""
    return Verdict(status=Status.FAILED, message=message, hint=hint, rows=rows, causes=_distinct(causes))


def partly(
    share: float, message: str, hint: str = "", rows: tuple[Row, ...] = (), causes: Iterable[str] = ()
) -> Verdict:
    """A share of the points; none of them is ``FAILED``."""
    if share <= 0:
        return failed(message, hint, rows, causes)
    return Verdict(status=Status.PARTIAL, message=message, share=share, hint=hint, rows=rows, causes=_distinct(causes))


def _distinct(causes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, causes)))


class Check(Protocol):
    """One pure question about what was handed in."""

    points: float
    after: ClassVar[frozenset[str]]
    """Names of checks whose failure makes this one pointless: it is skipped then."""

    @property
    def title(self) -> str:
        """What is checked, in the reader's language."""
        ...

    def judge(self, subject: Subject) -> Verdict:
        """The answer. May raise :class:`Unfit`."""
        ...


class Subject:
    """What a check may ask about the value that was handed in."""

    def __init__(self, value: Any, input_shape: Shape | None = None) -> None:
        self._value = value
        self._input_shape = input_shape
        self._worked_out: dict[str, Any] = {}

    def once(self, question: str, work_out: Callable[[], T]) -> T:
        """What ``work_out`` gives, worked out for the first check that asks and kept for the others."""
        if question not in self._worked_out:
            self._worked_out[question] = work_out()
        answer: T = self._worked_out[question]
        return answer

    @property
    def value(self) -> Any:
        """The value itself; raises :class:`Unfit` where there is none."""
        if isinstance(self._value, Refusal):
            raise Unfit(self._value.reason)
        if self._value is Ellipsis:
            raise Unfit(_("the answer is still “...”: put your own in its place"))
        return self._value

    @cached_property
    def facts(self) -> ModelFacts:
        """Facts about a model that was handed in."""
        known = known_of(self.value)
        if known is not None:
            return known.facts
        from autograder.keras_facts import UnreadableModel, read_model

        if self.value is None:
            raise Unfit(
                _(
                    "expected a Keras model, found None: the cell that builds it is not finished, or keeps what"
                    " compile, summary or add returns, which is nothing"
                )
            )
        try:
            return read_model(model_of(self.value), self._input_shape)
        except UnreadableModel as error:
            raise Unfit(str(error)) from error

    @cached_property
    def compiled(self) -> CompileFacts:
        """What ``compile`` was told."""
        _facts, known = self.facts, known_of(self.value)
        compiled = self._read_compiled() if known is None else known.compiled
        if compiled is None:
            raise Unfit(_("the model was not compiled: call model.compile(…) before it is trained"))
        return compiled

    def _read_compiled(self) -> CompileFacts | None:
        from autograder.keras_facts import read_compiled

        return read_compiled(model_of(self.value))

    @cached_property
    def training(self) -> TrainingFacts | None:
        """The last training run of a model, or the one a ``History`` tells of; ``None`` if there is none."""
        known = known_of(self.value)
        if known is not None:
            return known.training
        from autograder.keras_facts import read_training

        return read_training(model_of(self.value))

    @property
    def sample(self) -> npt.NDArray[np.float32] | None:
        """Some of the images that the model was trained on, where ``fit`` was watched."""
        known = known_of(self.value)
        if known is not None:
            return known.sample
        from autograder.keras_facts import sample_of

        return sample_of(model_of(self.value))

    def predict(self, images: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """The model's answers in inference mode."""
        from autograder.inference import kept_predictions, predict
        from autograder.keras_models import rebuilt

        known = kept_predictions(self.fingerprint, images)
        if known is not None:
            return known
        model = model_of(self.value)
        return predict(model, images, self.facts if rebuilt(model) else None)

    @cached_property
    def fingerprint(self) -> str | None:
        """The same for all models that answer alike; ``None`` for one that was not rebuilt, which may do anything."""
        from autograder.inference import fingerprint

        known = known_of(self.value)
        if known is not None:
            return fingerprint((array for arrays in known.weights for array in arrays), known.facts)
        from autograder.keras_models import rebuilt

        model = model_of(self.value)
        return fingerprint((weight.value for weight in model.weights), self.facts) if rebuilt(model) else None

    @cached_property
    def weights_print(self) -> str:
        """A digest of a model's weights; empty for one that was not rebuilt."""
        from autograder.inference import weights_print

        known = known_of(self.value)
        if known is not None:
            return weights_print(array for arrays in known.weights for array in arrays)
        from autograder.keras_models import rebuilt

        model = model_of(self.value)
        return weights_print(weight.value for weight in model.weights) if rebuilt(model) else ""

    def gradient_sizes(self, images: npt.NDArray[np.float32]) -> list[tuple[str, float]]:
        """The largest gradient that reaches each trainable layer."""
        from autograder.keras_models import gradient_sizes

        return gradient_sizes(model_of(self.value), images)


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes of a test cell. As the cell's last expression it is its verdict.

    Its plain form is the score, which is what nbgrader reads as partial credit; a notebook shows its
    HTML form; a terminal shows its text.
    """

    outcomes: tuple[Outcome, ...]

    @property
    def score(self) -> float:
        """Points earned."""
        return score_of(self.outcomes)

    @property
    def max_score(self) -> float:
        """Points that could be earned."""
        return points_of(self.outcomes)

    @property
    def text(self) -> str:
        """The report as plain text."""
        return outcomes_text(self.outcomes)

    @property
    def html(self) -> str:
        """The report as an HTML fragment, in which nothing of the student's is markup."""
        return outcomes_html(self.outcomes)

    @property
    def json(self) -> str:
        """The outcomes as a JSON list."""
        return outcomes_json(self.outcomes)

    def __add__(self, other: Report) -> Report:
        """Both reports as one: a test cell may grade several values."""
        if not isinstance(other, Report):
            return NotImplemented
        return Report((*self.outcomes, *other.outcomes))

    def __repr__(self) -> str:
        # nbgrader reads the text/plain form of a cell's last expression as partial credit.
        return repr(self.score)

    def _repr_html_(self) -> str:
        return self.html

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        if not _shows_html():
            printer.text(self.text + "\n")
        printer.text(repr(self))


def grade(subject: Any, *checks: Check, input_shape: Shape | None = None) -> Report:
    """Asks each check about ``subject``, in order.

    Parameters
    ----------
    subject
        What was handed in: a Keras model, a ``History``, a number, a list, an array, a function, …
    *checks
        What to ask: see :mod:`autograder.checks`.
    input_shape
        Shape of one input, without the batch axis, for a model that may not have seen any input yet.

    Raises
    ------
    ExerciseError
        If there are no checks.
    AssertionError
        Under ``nbgrader validate`` only, when points are missing: its message is the report, because
        nbgrader itself would show none.
    """
    if not checks:
        raise ExerciseError("grade(subject, …) needs at least one check")
    asked = Subject(subject, input_shape)
    outcomes: list[Outcome] = []
    for check in checks:
        outcomes.append(_outcome(check, asked, outcomes))
    report = Report(tuple(outcomes))
    if os.environ.get("NBGRADER_EXECUTION") == "validate" and report.score < report.max_score:
        raise AssertionError("\n" + report.text)
    return report


def _outcome(check: Check, subject: Subject, before: Sequence[Outcome]) -> Outcome:
    name = type(check).__name__
    verdict, detail = _verdict(check, subject, before)
    share = {Status.PASSED: 1.0, Status.BROKEN: 1.0, Status.PARTIAL: min(max(verdict.share, 0.0), 1.0)}
    return Outcome(
        check=name,
        title=check.title,
        status=verdict.status,
        score=share.get(verdict.status, 0.0) * check.points,
        points=check.points,
        message=verdict.message,
        hint=verdict.hint,
        rows=verdict.rows,
        detail=detail,
        causes=verdict.causes,
        measures=verdict.measures,
        accuracy=verdict.accuracy,
    )


def _verdict(check: Check, subject: Subject, before: Sequence[Outcome]) -> tuple[Verdict, str]:
    # A check that is broken says nothing about what was handed in: it keeps no other from being asked.
    sound = {Status.PASSED, Status.BROKEN}
    cause = next((o for o in before if o.check in check.after and o.status not in sound), None)
    if cause is not None:
        return _skipped(cause), ""
    try:
        with _quiet():
            return check.judge(subject), ""
    except Unfit as unfit:
        message = str(unfit)
        cause = next((outcome for outcome in before if outcome.message == message), None)
        return (_skipped(cause) if cause else failed(message)), ""
    except Exception:  # noqa: BLE001 - whatever it is, it is not the student's fault
        message = _(
            "This check could not be carried out, which is not your fault: the points are given for now, and"
            " your instructor is asked to look."
        )
        return Verdict(status=Status.BROKEN, message=message), traceback.format_exc()


def _skipped(cause: Outcome) -> Verdict:
    message = _("Not checked, because “{title}” did not pass: mend that first.").format(title=cause.title)
    return Verdict(status=Status.SKIPPED, message=message)


@contextlib.contextmanager
def _quiet() -> Any:
    """Keeps what Keras writes while it is asked off the cell: nbgrader gives zero for output on stderr."""
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


def _shows_html() -> bool:
    """Whether this is a Jupyter kernel, whose front end shows HTML, and not a terminal."""
    try:
        shell = get_ipython()  # type: ignore[name-defined]
    except NameError:
        return False
    return hasattr(shell, "kernel")
