# The plot is drawn one figure a setting, and leaves names behind that later cells use too.
# %% plot-curves
for (epochs, batch_size), history in zip(settings, histories):
    plt.figure(figsize=(4, 3))
    plt.plot(history.history["accuracy"], "b-", label="acc")
    plt.plot(history.history["val_accuracy"], "b--", label="val_acc")
    plt.title("epochs=%d batch=%d" % (epochs, batch_size))
    plt.xlabel("epoch")
    plt.legend()
    plt.show()
