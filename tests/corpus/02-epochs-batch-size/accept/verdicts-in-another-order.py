# The dict is made of two lists, in another order.
# %% read-curves
keys = ["D", "C", "B", "A"]
values = ["overfits", "fits", "underfits", "overfits"]
verdicts = dict(zip(keys, values))
