# Five calls of fit with magics; the curves come from each History.
# %% train-models
%matplotlib inline
%time h1 = sgd_model.fit(x_small, y_small, epochs=5, batch_size=64, verbose=0)
%time h2 = rmsprop_model.fit(x_small, y_small, epochs=5, batch_size=64, verbose=0)
h3 = adam_model.fit(x_small, y_small, epochs=5, batch_size=64, verbose=0)
h4 = adadelta_model.fit(x_small, y_small, epochs=5, batch_size=64, verbose=0)
h5 = slow_adadelta_model.fit(x_small, y_small, epochs=5, batch_size=64, verbose=0)
for h, name in zip([h1, h2, h3, h4, h5], ["SGD", "RMSprop", "Adam", "Adadelta 1.0", "Adadelta 0.001"]):
    plt.plot(h.history["loss"], label=name)
plt.xlabel("epoch")
plt.legend()
plt.show()
