"""Notebooks that are alike: renaming hides nothing, and what an exercise forces is no likeness."""

from __future__ import annotations

import base64

from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.likeness import FEWEST, alike, prints_of

OWN = [
    "counts = {}\nfor image, label in zip(pictures, labels):\n    counts[label] = counts.get(label, 0) + image.sum()\n"
    "darkest = max(counts, key=counts.get)\nprint(f'the darkest digit is {darkest}')  # ink, over all pictures\n",
    "means = np.stack([x_train[y_train == digit].mean(axis=0) for digit in range(10)])\n"
    "distances = ((x_test[:, None] - means) ** 2).sum(axis=(2, 3))\nguess = distances.argmin(axis=1)\n"
    "# nearest mean picture: my own idea from the lecture of last week\nprint((guess == y_test).mean())\n",
    "model.add(keras.layers.Dense(64))\nif model.count_params() > 100_000:\n    raise ValueError('too many of them')\n"
    "history = model.fit(x_train, y_train, epochs=7, batch_size=33)\nplt.semilogy(history.history['loss'])\n",
    "import random\nrandom.shuffle(rows)\nhalf = len(rows) // 2\nfirst, second = rows[:half], rows[half:]\n"
    "score = sum(a > b for a, b in zip(first, second)) / half\nassert 0 <= score <= 1, 'a share'\n",
    "def pad(size, kernel):\n    '''How many zeros go on each side.'''\n    return (kernel - 1) // 2, kernel // 2\n\n"
    "print([pad(28, kernel) for kernel in (1, 3, 5, 7)])  # odd kernels only, even ones are lopsided\n",
]
FORCED = "model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10)])\n"


def class_of(*codes: str) -> dict[str, str]:
    return {f"student-{number:02}": prints_of([(code, True)]) for number, code in enumerate(codes, 1)}


def test_everybodys_own_words_are_no_likeness() -> None:
    assert alike(class_of(*OWN)) == []


def test_a_copy_is_found_though_its_names_spaces_and_line_ends_are_others() -> None:
    copy = OWN[0].replace("counts", "totals").replace("label", "digit").replace(" + ", "  + ").replace("pictures", "x")
    (pair,) = alike(class_of(*OWN, copy))
    assert (pair.first, pair.second) == ("student-01", "student-06")
    assert pair.share > 0.6


def test_what_everybody_has_is_the_exercises() -> None:
    assert alike(class_of(*(FORCED * 3 for _student in range(20)))) == []


def test_what_was_handed_out_or_is_the_reference_solution_leaves_no_print() -> None:
    assert prints_of([(FORCED, True)], [(FORCED, True)]) == ""
    assert prints_of([(FORCED + OWN[0], True)], [(FORCED, True)]) != ""


def test_answers_in_words_are_compared_too() -> None:
    words = "Because every filter is used at all places, the layer needs far fewer weights than a dense one would."
    words = f"{words} Last week the dense one had a hundred thousand, and this one has three hundred."
    texts = [f"My answer number {number} is another one, about {number * 7} things." for number in range(6)]
    prints = {f"student-{number}": prints_of([(text, False)]) for number, text in enumerate([*texts, words, words])}
    (pair,) = alike(prints)
    assert (pair.first, pair.second, pair.share) == ("student-6", "student-7", 1.0)


def test_of_a_handful_of_notebooks_nobody_can_tell_what_is_forced() -> None:
    assert alike(class_of(*[OWN[0]] * (FEWEST - 1))) == []


def test_prints_that_are_none_are_like_nothing() -> None:
    assert alike({f"student-{number}": "not base64!" for number in range(8)}) == []


@settings(deadline=None, max_examples=50)
@given(text=st.text(max_size=300) | st.text("'\"\\#. \n(=a1", max_size=300), code=st.booleans())
def test_any_text_has_prints_of_six_bytes_each_in_order(text: str, code: bool) -> None:
    prints = base64.b64decode(prints_of([(text, code)]), validate=True)
    each = [prints[start : start + 6] for start in range(0, len(prints), 6)]
    assert each == sorted(set(each))
    assert all(len(one) == 6 for one in each)
