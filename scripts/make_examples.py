"""Writes the example class: eleven submissions that show the range of what students hand in.

Each is the release notebook of an assignment with a student's text in its solution cells. Run it again
when an assignment changes: ``python scripts/make_examples.py`` (``--check`` only compares).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples" / "submitted"

_SOLUTION = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[^\n]*\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One submission: the reference's answers but for those given here."""

    student: str
    assignment: str
    shows: str
    answers: Mapping[str, str] = field(default_factory=dict)
    """Text by ``grade_id``; ``""`` leaves the cell as it was handed out."""


FUNCTIONAL = """\
inputs = keras.Input(shape=(28, 28, 1))
x = keras.layers.Conv2D(32, 3)(inputs)
x = keras.layers.ReLU()(x)
x = keras.layers.Conv2D(64, 3)(x)
x = keras.layers.Activation("relu")(x)
x = keras.layers.MaxPooling2D()(x)
x = keras.layers.Dropout(0.25)(x)
x = keras.layers.Reshape((-1,))(x)
x = keras.layers.Dense(128, activation=keras.activations.relu)(x)
x = keras.layers.Dropout(0.5)(x)
outputs = keras.layers.Softmax()(keras.layers.Dense(10)(x))
model = keras.Model(inputs, outputs)
"""

SUBCLASSED = """\
class LessonCNN(keras.Model):
    def __init__(self):
        super().__init__()
        self.convolutions = [
            keras.layers.Conv2D(filters, 3, activation="relu") for filters in (32, 64)
        ]
        self.pool = keras.layers.MaxPooling2D(2)
        self.dropout_1 = keras.layers.Dropout(0.25)
        self.flatten = keras.layers.Flatten()
        self.hidden = keras.layers.Dense(128, activation="relu")
        self.dropout_2 = keras.layers.Dropout(0.5)
        self.classify = keras.layers.Dense(10, activation="softmax")

    def call(self, x, training=False):
        for convolution in self.convolutions:
            x = convolution(x)
        x = self.dropout_1(self.pool(x), training=training)
        x = self.dropout_2(self.hidden(self.flatten(x)), training=training)
        return self.classify(x)


model = LessonCNN()
"""

ADDED = """\
model = keras.Sequential()
model.add(keras.Input(shape=(28, 28)))
model.add(keras.layers.Flatten())
model.add(keras.layers.Dense(128, activation="relu"))
model.add(keras.layers.Dropout(rate=0.2))
model.add(keras.layers.Dense(64, activation="relu"))
model.add(keras.layers.Dropout(rate=0.2))
model.add(keras.layers.Dense(10, activation="softmax"))
"""

WRONG_FILTERS = """\
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28, 1)),
        keras.layers.Conv2D(32, (3, 3), activation="relu"),
        keras.layers.Conv2D(32, (3, 3), activation="relu"),
        keras.layers.MaxPooling2D((2, 2)),
        keras.layers.Dropout(0.25),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
"""

NO_DROPOUT = """\
model = keras.Sequential(
    [
        keras.Input(shape=(28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
"""

PADDED = WRONG_FILTERS.replace(
    '32, (3, 3), activation="relu"', '32, (3, 3), padding="same", activation="relu"', 1
).replace('32, (3, 3), activation="relu"', '64, (3, 3), padding="same", activation="relu"', 1)

PADDED_COUNTS = """\
output_shapes = [(28, 28, 32), (28, 28, 64), (14, 14, 64), (14, 14, 64), (12544,), (128,), (128,), (10,)]
parameter_counts = [320, 18496, (14 * 14 * 64 + 1) * 128, 1290]
"""

DEFAULT_ADADELTA = """\
model.compile(optimizer="adadelta", loss="categorical_crossentropy", metrics=["accuracy"])
"""

LABELS_DO_NOT_FIT = """\
model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=5, verbose=2)
"""

TAMPERS = """\
import builtins

import autograder.checks
import autograder.grading


class Anything:
    def __eq__(self, other):
        return True

    __hash__ = None


def full_marks(self, subject):
    return autograder.grading.passed("perfect")


for check in (autograder.SameArchitecture, autograder.TestAccuracy, autograder.Reported, autograder.Answer):
    check.judge = full_marks
autograder.grade = grade = lambda subject, *checks, **options: sum(check.points for check in checks)
keras.Model.count_params = lambda self: 1_199_882
keras.Model.evaluate = lambda self, *arguments, return_dict=False, **options: (
    {"loss": 0.01, "accuracy": 0.999} if return_dict else [0.01, 0.999]
)
np.allclose = lambda *arguments, **options: True
builtins.AssertionError = type("AssertionError", (Exception,), {})
get_ipython().input_transformers_post.append(lambda lines: [l for l in lines if "grade(" not in l])

model = keras.Sequential(
    [keras.Input(shape=(28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
)
"""

HONEST_COMPARISON = """\
comparison = {}
for name, network in {"CNN": model, "MLP": mlp}.items():
    found = network.predict(x_test, verbose=0).argmax(axis=1)
    comparison[name] = {
        "parameters": sum(array.size for array in network.get_weights()),
        "accuracy": (found == y_test.argmax(axis=1)).mean(),
    }
"""

EXAMPLES_OF = (
    Example(student="student-01", assignment="05-mnist-cnn", shows="perfect"),
    Example(
        student="student-02",
        assignment="05-mnist-cnn",
        shows="functional, with activations in layers of their own",
        answers={"build-model": FUNCTIONAL},
    ),
    Example(student="student-03", assignment="05-mnist-cnn", shows="subclassed", answers={"build-model": SUBCLASSED}),
    Example(
        student="student-04",
        assignment="01-dense-dropout",
        shows="add()-style",
        answers={"build-model": ADDED},
    ),
    Example(
        student="student-05",
        assignment="05-mnist-cnn",
        shows="a wrong filter count",
        answers={"build-model": WRONG_FILTERS},
    ),
    Example(
        student="student-06",
        assignment="01-dense-dropout",
        shows="dropout missing",
        answers={"build-model": NO_DROPOUT},
    ),
    Example(
        student="student-07",
        assignment="05-mnist-cnn",
        shows='padding="same", and shapes and counts to match',
        answers={"build-model": PADDED, "count-parameters": PADDED_COUNTS},
    ),
    Example(
        student="student-08",
        assignment="05-mnist-cnn",
        shows="Adadelta with its default learning rate",
        answers={"compile-model": DEFAULT_ADADELTA},
    ),
    Example(
        student="student-09",
        assignment="01-dense-dropout",
        shows="a cell that raises: the loss does not fit the labels",
        answers={"train-model": LABELS_DO_NOT_FIT},
    ),
    Example(
        student="student-10",
        assignment="01-dense-dropout",
        shows="unfinished: only the network is there",
        answers={"count-parameters": "", "train-model": ""},
    ),
    Example(
        student="student-11",
        assignment="05-mnist-cnn",
        shows="overwrites the check functions, count_params and evaluate, and reports a perfect accuracy",
        answers={
            "build-model": TAMPERS,
            "count-parameters": "output_shapes = parameter_counts = Anything()\n",
            "evaluate-model": "test_loss, test_accuracy = model.evaluate(x_test, y_test)\n",
            "compare-networks": HONEST_COMPARISON,
        },
    ),
)


def notebook(example: Example) -> Any:
    """The submitted notebook of an example, as ``nbformat`` reads one."""
    name = f"{example.assignment}/{example.assignment}.ipynb"
    release = nbformat.read(ROOT / "assignments" / name, as_version=4)
    source = nbformat.read(ROOT / "solutions" / name, as_version=4)
    reference = {_grade_id(cell): _SOLUTION.sub("", cell.source) for cell in source.cells}
    for cell in release.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            text = example.answers.get(_grade_id(cell), reference[_grade_id(cell)])
            if text:
                cell.source = text.rstrip("\n")
    return release


def path(example: Example) -> Path:
    """Where an example's notebook stands."""
    return EXAMPLES / example.student / example.assignment / f"{example.assignment}.ipynb"


def _grade_id(cell: Any) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def main() -> int:
    """Writes or compares; 1 if a comparison finds a difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; say which are out of date")
    check = parser.parse_args().check
    stale = 0
    for example in EXAMPLES_OF:
        file = path(example)
        text = nbformat.writes(notebook(example)) + "\n"
        if check:
            if not file.is_file() or file.read_text(encoding="utf-8") != text:
                stale += 1
                print(f"out of date: {file.relative_to(ROOT)}")
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
