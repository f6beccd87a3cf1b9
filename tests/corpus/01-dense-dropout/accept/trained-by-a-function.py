# A helper compiles, trains and plots, and returns the History.
# %% train-model
def train(net, epochs=5):
    net.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    result = net.fit(x_train, y_train, epochs=epochs, batch_size=32, validation_split=0.2, verbose=2)
    for key in ("loss", "val_loss"):
        plt.plot(result.history[key], label=key)
    plt.legend()
    plt.show()
    return result


history = train(model)
