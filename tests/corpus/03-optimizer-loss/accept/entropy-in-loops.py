# A loop over the examples and one over the classes.
# %% write-entropy
def categorical_crossentropy(y_true, y_pred):
    y_pred = np.clip(y_pred, 1e-7, 1)
    losses = []
    for t, p in zip(y_true, y_pred):
        loss = 0
        for k in range(len(t)):
            loss -= t[k] * np.log(p[k])
        losses.append(loss)
    return sum(losses) / len(losses)
