# dict(zip(...)), words in capitals.
# %% try-rates
rates = (0.001, 0.1, 0.2)
what_happens = dict(zip(rates, ("Slow", "Arrives", "Diverges")))
