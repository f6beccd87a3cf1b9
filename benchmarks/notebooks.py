"""Generated classes: a source notebook, and a submission for each student.

Students answer alike and no two write the same, so nothing that is remembered of one serves another, except what a
grader finds to mean the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """An assignment, as its instructor has it and as students handed it in."""

    assignment: str
    source: Any
    """A notebook of nbformat's."""
    submissions: Mapping[str, Any]
    """By student."""

    @property
    def tests(self) -> Mapping[str, tuple[float, str]]:
        """The source's test cells: points and text, by ``grade_id``."""
        roles = ((cell, cell.metadata.get("nbgrader", {})) for cell in self.source.cells)
        return {
            role["grade_id"]: (role["points"], cell.source)
            for cell, role in roles
            if cell.cell_type == "code" and role.get("grade")
        }


def student(number: int) -> str:
    """The name of the student of this number, from 1; names are in the order of their numbers."""
    return f"student-{number:04}"


def small_class(students: int) -> Class:
    """One answer without Keras, and one assertion."""
    source = _answered({"answer": "# A number of your own, as text.\ntext = '7'"}, {"test": "assert int(text) > 0"})
    submissions = {
        student(number): _answered({"answer": f"text = '{number}'"}, {"test": "assert int(text) > 0"})
        for number in range(1, students + 1)
    }
    return Class(assignment="small", source=source, submissions=submissions)


def counting_class(students: int) -> Class:
    """Students build the lesson's CNN and count its parameters: nothing is trained."""
    tests = {
        "test-parameters": "assert model.count_params() == 1_199_882",
        "test-count": "assert count == 1_199_882, 'count: all parameters of the model'",
    }

    def answers(program: str) -> Mapping[str, str]:
        return {"build": f"{_IMPORTS}\n\n{program}", "count": "count = model.count_params()\nprint(count)"}

    programs = list(itertools.islice(spellings(), students))
    return Class(
        assignment="counting",
        source=_answered(answers(programs[0]), tests),
        submissions={student(number): _answered(answers(program), tests) for number, program in enumerate(programs, 1)},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Different:
    """What one of the few does otherwise than the others of the class."""

    shows: str
    build: Mapping[str, str]
    """What stands in the reference's text of a solution cell → what stands there instead, cell by cell."""


_EACH = 6
"""Of so many students, one trains something else."""

# In the lesson's CNN, its compile call and its fit call.
DIFFERENT = (
    Different(shows="Keras's own learning rate", build={"Adadelta(learning_rate=1.0)": "Adadelta()"}),
    Different(shows="another learning rate", build={"Adadelta(learning_rate=1.0)": "Adadelta(learning_rate=0.7)"}),
    Different(shows="half of the filters", build={"Conv2D(64, (3, 3)": "Conv2D(32, (3, 3)"}),
    Different(shows="sigmoid instead of relu", build={'Dense(128, activation="relu")': 'Dense(128, "sigmoid")'}),
    Different(shows="one more epoch", build={"epochs=3": "epochs=4"}),
)


def training_class(students: int) -> Class:
    """``05-mnist-cnn``: of each six students, five train the reference's networks in their own words, one does not."""
    assignment = "05-mnist-cnn"
    source = nbformat.read(ROOT / "solutions" / assignment / f"{assignment}.ipynb", as_version=4)
    programs, different = spellings(), itertools.cycle(DIFFERENT)
    submissions = {}
    for number in range(1, students + 1):
        changes = dict(next(different).build) if number % _EACH == 0 else {}
        answers = _solutions(source)
        if not changes:
            answers["build-model"] = f"{_MORE_IMPORTS}\n\n{next(programs)}"
        for cell in ("build-model", "compile-model", "train-model"):
            for old, new in changes.items():
                answers[cell] = answers[cell].replace(old, new)
        submissions[student(number)] = _copied(source, answers)
    return Class(assignment=assignment, source=source, submissions=submissions)


def differently(name: str) -> str | None:
    """What a student of a :func:`training_class` shows who trains something else."""
    number = int(name.rpartition("-")[2])
    return None if number % _EACH else DIFFERENT[(number // _EACH - 1) % len(DIFFERENT)].shows


def trainings_of(lesson: Class) -> Mapping[str, str]:
    """Programs that train each distinct network of a :func:`training_class` once, by what they show."""
    source = _solutions(lesson.source)
    setup = next(
        cell.source for cell in lesson.source.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "setup"
    )
    reference = [setup, *(source[cell] for cell in ("prepare-data", "build-model", "compile-model", "train-model"))]
    programs = {"the lesson's CNN": "\n".join(reference)}
    programs["the lesson's MLP"] = "\n".join([setup, source["prepare-data"], source["build-mlp"]])
    for different in DIFFERENT[: len(lesson.submissions) // _EACH]:
        program = programs["the lesson's CNN"]
        for old, new in different.build.items():
            program = program.replace(old, new)
        programs[different.shows] = program
    return programs


def spellings() -> Iterator[str]:
    """Programs for the lesson's CNN, each written otherwise than those before it."""
    for round_, (relu, kernel, pool, form) in enumerate(itertools.product(_RELUS, _KERNELS, _POOLS, _FORMS)):
        # What differs comes often enough in the first ones already.
        relu, kernel = _RELUS[round_ % len(_RELUS)], _KERNELS[round_ // 2 % len(_KERNELS)]
        program = form.replace("<relu>", relu).replace("<kernel>", kernel).replace("<pool>", pool)
        yield f"# The program of number {round_ + 1}.\n{program}"


_IMPORTS = "import keras\nfrom keras import layers"
_MORE_IMPORTS = "from keras import layers"

_RELUS = ('activation="relu"', "activation=keras.activations.relu", "activation=layers.ReLU()")
_KERNELS = ("3", "(3, 3)", "kernel_size=3", "kernel_size=(3, 3)", "[3, 3]")
_POOLS = ("2", "(2, 2)", "pool_size=2", "pool_size=(2, 2)", "")

CNN = """import keras
from keras import layers
model = keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(32, 3, activation="relu"),
    layers.Conv2D(64, 3, activation="relu"),
    layers.MaxPooling2D(2),
    layers.Dropout(0.25),
    layers.Flatten(),
    layers.Dense(128, activation="relu"),
    layers.Dropout(0.5),
    layers.Dense(10, activation="softmax"),
])"""
"""The MNIST CNN, 1,199,882 parameters."""

_FORMS = (
    """\
model = keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(32, <kernel>, <relu>),
    layers.Conv2D(64, <kernel>, <relu>),
    layers.MaxPooling2D(<pool>),
    layers.Dropout(0.25),
    layers.Flatten(),
    layers.Dense(128, <relu>),
    layers.Dropout(0.5),
    layers.Dense(10, activation="softmax"),
])""",
    """\
model = keras.Sequential()
model.add(keras.Input(shape=(28, 28, 1)))
for filters in (32, 64):
    model.add(layers.Conv2D(filters, <kernel>, <relu>))
model.add(layers.MaxPooling2D(<pool>))
model.add(layers.Dropout(rate=0.25))
model.add(layers.Flatten())
model.add(layers.Dense(units=128, <relu>))
model.add(layers.Dropout(rate=0.5))
model.add(layers.Dense(units=10, activation="softmax"))""",
    """\
inputs = keras.Input(shape=(28, 28, 1))
x = layers.Conv2D(32, <kernel>, <relu>)(inputs)
x = layers.Conv2D(64, <kernel>, <relu>)(x)
x = layers.MaxPooling2D(<pool>)(x)
x = layers.Dropout(0.25)(x)
x = layers.Flatten()(x)
x = layers.Dense(128, <relu>)(x)
x = layers.Dropout(0.5)(x)
outputs = layers.Dense(10, activation="softmax")(x)
model = keras.Model(inputs, outputs)""",
    """\
class Network(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv1 = layers.Conv2D(32, <kernel>, <relu>)
        self.conv2 = layers.Conv2D(64, <kernel>, <relu>)
        self.pool = layers.MaxPooling2D(<pool>)
        self.drop1 = layers.Dropout(0.25)
        self.flatten = layers.Flatten()
        self.dense = layers.Dense(128, <relu>)
        self.drop2 = layers.Dropout(0.5)
        self.head = layers.Dense(10, activation="softmax")

    def call(self, x, training=None):
        x = self.pool(self.conv2(self.conv1(x)))
        x = self.flatten(self.drop1(x, training=training))
        return self.head(self.drop2(self.dense(x), training=training))


model = Network()
model(keras.ops.zeros((1, 28, 28, 1)))""",
    """\
model = keras.Sequential([
    layers.InputLayer(shape=(28, 28, 1)),
    layers.Conv2D(32, <kernel>),
    layers.Activation("relu"),
    layers.Conv2D(64, <kernel>),
    layers.ReLU(),
    layers.MaxPooling2D(<pool>),
    layers.Dropout(0.25),
    layers.Flatten(),
    layers.Dense(128, <relu>),
    layers.Dropout(0.5),
    layers.Dense(10),
    layers.Softmax(),
])""",
    """\
features = keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(32, <kernel>, <relu>),
    layers.Conv2D(64, <kernel>, <relu>),
    layers.MaxPooling2D(<pool>),
    layers.Dropout(0.25),
], name="features")
model = keras.Sequential([
    keras.Input((28, 28, 1)),
    features,
    layers.Flatten(name="row"),
    layers.Dense(128, <relu>, name="hidden"),
    layers.Dropout(0.5),
    layers.Dense(10, activation="softmax", name="digits"),
])""",
)


def _solutions(source: Any) -> dict[str, str]:
    roles = ((cell, cell.metadata.get("nbgrader", {})) for cell in source.cells)
    return {role["grade_id"]: cell.source for cell, role in roles if cell.cell_type == "code" and role.get("solution")}


def _copied(source: Any, answers: Mapping[str, str]) -> Any:
    """A submission: the source with these texts in its solution cells, and the outputs of none."""
    cells = []
    for cell in source.cells:
        copy = nbformat.from_dict(cell)
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in answers:
            copy.source = answers[grade_id]
        cells.append(copy)
    return new_notebook(cells=cells)


def _answered(answers: Mapping[str, str], tests: Mapping[str, str]) -> Any:
    cells = []
    for grade_id, text in (*answers.items(), *tests.items()):
        graded = grade_id in tests
        role = {"grade": graded, "solution": not graded, "locked": graded, "points": int(graded)}
        cell = new_code_cell(text)
        cell.metadata["nbgrader"] = {"grade_id": grade_id, "task": False, "schema_version": 3, **role}
        cells.append(cell)
    return new_notebook(cells=cells)
