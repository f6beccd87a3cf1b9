# A loop chooses the best row.
# %% choose-setting
best = results[0]
for row in results[1:]:
    if row["val_accuracy"] > best["val_accuracy"]:
        best = row
print(best)
