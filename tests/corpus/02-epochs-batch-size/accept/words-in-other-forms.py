# The words for the curves are written in other forms.
# %% read-curves
verdicts = {}
verdicts["A"] = "Overfitting"
verdicts["B"] = "Underfitting"
verdicts["C"] = "Fits "
verdicts["D"] = "overfit"
