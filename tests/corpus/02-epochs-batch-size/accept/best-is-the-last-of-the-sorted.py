# The rows are sorted, and a copy of the last is chosen.
# %% choose-setting
ranking = sorted(results, key=lambda r: r["val_accuracy"], reverse=True)
for place, r in enumerate(ranking, 1):
    print(place, r)
best = dict(ranking[0])
