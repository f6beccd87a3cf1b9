# The rows stand in another order and have further columns.
# %% collect-results
results = []
for history, (e, b) in zip(reversed(histories), reversed(settings)):
    last = {key: curve[-1] for key, curve in history.history.items()}
    results.append(
        {"epochs": e, "batch_size": b, "steps": ceil(len(x_train) * 4 / 5 / b), **last, "best": best_epoch(history.history)}
    )
