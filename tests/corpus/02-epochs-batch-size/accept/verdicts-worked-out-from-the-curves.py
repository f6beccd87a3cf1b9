# A rule reads the words off the curves.
# %% read-curves
verdicts = dict()
for name, curves in given.items():
    if curves["loss"][-1] > 1:
        verdicts[name] = "underfits"
    elif curves["val_loss"][-1] > min(curves["val_loss"]) + 0.1:
        verdicts[name] = "overfits"
    else:
        verdicts[name] = "fits"
print(verdicts)
