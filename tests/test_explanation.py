"""``explain``: a network as a diagram and as lines."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import keras

from autograder import explain
from autograder.explanation import Explanation
from tests.checks.networks import cnn, with_layer

SVG = "{http://www.w3.org/2000/svg}"


def lesson() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(32, (3, 3), activation="relu"),
            keras.layers.MaxPooling2D((2, 2)),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def test_a_terminal_shows_a_line_for_each_layer_with_its_sum() -> None:
    assert explain(lesson()).text == (
        "   input                                                      (28, 28, 1)\n"
        "1  Conv2D(filters=32, kernel_size=(3, 3), activation='relu')  (26, 26, 32)  320 = (3·3·1 + 1)·32\n"
        "2  MaxPooling2D(pool_size=(2, 2))                             (13, 13, 32)  0\n"
        "3  Flatten()                                                  (5408,)       0\n"
        "4  Dense(units=10, activation='softmax')                      (10,)         54,090 = (5408 + 1)·10\n"
        "54,410 parameters in all"
    )


def test_the_diagram_has_a_box_a_shape_and_a_sum_for_each_layer() -> None:
    picture = ElementTree.fromstring(explain(lesson()).svg)
    texts = ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")]
    assert "320 = (3·3·1 + 1)·32 parameters" in texts
    assert "→ (13, 13, 32)" in texts
    assert texts[-1] == "54,410 parameters in all"
    assert len(picture.findall(f"{SVG}rect")) == 1 + 1 + 4
    assert len([path for path in picture.iter(f"{SVG}path") if path.get("class") == "wire"]) == 4


def test_what_passes_a_layer_by_is_drawn_at_its_side() -> None:
    inputs = keras.Input((8,))
    first = keras.layers.Dense(8)(inputs)
    outputs = keras.layers.Add()([keras.layers.Dense(8)(first), first])
    picture = ElementTree.fromstring(explain(keras.Model(inputs, outputs)).svg)
    paths = [path.get("d", "") for path in picture.iter(f"{SVG}path") if path.get("class") == "wire"]
    assert len(paths) == 4
    assert sum(" H " in path for path in paths) == 1


def test_a_name_is_no_markup() -> None:
    hostile = "<script>alert(1)</script>"
    picture = ElementTree.fromstring(Explanation(with_layer(cnn(), 1, kind=hostile, custom=True, settings={})).svg)
    assert not list(picture.iter(f"{SVG}script"))
    assert any(hostile in "".join(text.itertext()) for text in picture.iter(f"{SVG}text"))
