# The settings of fit are a dict, and the curves of all trainings are collected in another.
# %% train-function
FIT = dict(validation_split=0.2, verbose=0)


def train(epochs, batch_size):
    m = make_model()
    return m.fit(x=x_train, y=y_train, epochs=epochs, batch_size=batch_size, **FIT)
# %% collect-results
curves = {s: h.history for s, h in zip(settings, histories)}
results = [
    dict(
        epochs=e,
        batch_size=b,
        steps=steps_per_epoch(x_train.shape[0], b, 0.2),
        accuracy=float(curves[e, b]["accuracy"][-1]),
        val_accuracy=float(curves[e, b]["val_accuracy"][-1]),
    )
    for e, b in curves
]
