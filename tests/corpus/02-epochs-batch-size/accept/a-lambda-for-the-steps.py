# The function is a lambda, and math is imported once more under another name.
# %% steps-function
import math as m

steps_per_epoch = lambda images, batch_size, validation_split=0.0: m.ceil(
    m.floor(images * (1 - validation_split)) / batch_size
)
# %% count-steps
from math import *

steps_by_hand = []
for size, split in [(128, 0), (128, 0.2), (512, 0.2)]:
    steps_by_hand.append(ceil(60000 * (1 - split) / size))
steps_by_hand += [steps_by_hand[-1] * 10]
