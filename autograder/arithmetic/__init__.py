"""Shape and parameter arithmetic for the layers the course teaches.

Pure integer sums, kept apart from Keras so that checks, messages and tests can state a number together
with the reasoning that gives it. Nothing here allocates: the sums also tell how large a network would be
before anything builds it.
"""

from autograder.arithmetic.errors import ShapeError, UnknownLayer
from autograder.arithmetic.layers import KNOWN_KINDS, layer_arithmetic
from autograder.arithmetic.misconceptions import input_misconceptions, parameter_misconceptions
from autograder.arithmetic.parameters import (
    batch_normalization_parameters,
    conv2d_parameters,
    conv_parameters,
    dense_parameters,
    depthwise_parameters,
    layer_normalization_parameters,
    prelu_parameters,
    separable_parameters,
    transpose_parameters,
)
from autograder.arithmetic.shape_misconceptions import shape_misconceptions
from autograder.arithmetic.shapes import Shape
from autograder.arithmetic.sizes import output_size, transpose_output_size
from autograder.arithmetic.worked import ParameterCount, Worked, sum_parameters

__all__ = [
    "KNOWN_KINDS",
    "ParameterCount",
    "Shape",
    "ShapeError",
    "UnknownLayer",
    "Worked",
    "batch_normalization_parameters",
    "conv2d_parameters",
    "conv_parameters",
    "dense_parameters",
    "depthwise_parameters",
    "input_misconceptions",
    "layer_arithmetic",
    "layer_normalization_parameters",
    "output_size",
    "parameter_misconceptions",
    "prelu_parameters",
    "separable_parameters",
    "shape_misconceptions",
    "sum_parameters",
    "transpose_output_size",
    "transpose_parameters",
]
