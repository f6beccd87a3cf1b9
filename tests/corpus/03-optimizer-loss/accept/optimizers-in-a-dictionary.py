# The models are made in a loop over a dictionary of optimizers and unpacked.
# %% compile-models
optimizers = {
    "sgd": keras.optimizers.SGD(learning_rate=0.1),
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adadelta": keras.optimizers.Adadelta(learning_rate=1.0),
    "slow": "Adadelta",
}
models = {}
for name, optimizer in optimizers.items():
    models[name] = make_model()
    models[name].compile(optimizer=optimizer, loss=keras.losses.sparse_categorical_crossentropy, metrics=["accuracy"])
sgd_model, rmsprop_model, adam_model, adadelta_model, slow_adadelta_model = models.values()
# %% train-models
histories = {name: m.fit(x_small, y_small, epochs=5, batch_size=64, verbose=0) for name, m in models.items()}
for name, h in histories.items():
    plt.plot(h.history["loss"], label=name)
plt.legend()
plt.show()
