# Each row is written out, in a tuple.
# %% collect-results
def last(number, key):
    return histories[number].history[key][-1]


n = int(len(x_train) * 0.8)
results = (
    {"epochs": 2, "batch_size": 64, "steps": ceil(n / 64), "accuracy": last(0, "accuracy"), "val_accuracy": last(0, "val_accuracy")},
    {"epochs": 2, "batch_size": 1024, "steps": ceil(n / 1024), "accuracy": last(1, "accuracy"), "val_accuracy": last(1, "val_accuracy")},
    {"epochs": 8, "batch_size": 64, "steps": ceil(n / 64), "accuracy": last(2, "accuracy"), "val_accuracy": last(2, "val_accuracy")},
    {"epochs": 8, "batch_size": 1024, "steps": ceil(n / 1024), "accuracy": last(3, "accuracy"), "val_accuracy": last(3, "val_accuracy")},
)
