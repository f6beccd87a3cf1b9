# min with a key finds the pair of the lowest loss.
# %% best-epoch-function
def best_epoch(history):
    pairs = zip(history["val_loss"], range(1, 1000))
    return min(pairs)[1]
# %% choose-setting
from operator import itemgetter

best = max(results, key=itemgetter("val_accuracy"))
