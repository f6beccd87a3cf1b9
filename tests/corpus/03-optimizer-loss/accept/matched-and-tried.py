# The four models are trained for a moment on fitting labels, to see that they run.
# %% match-labels
def compiled_with(loss, **settings):
    model = make_model(**settings)
    model.compile(optimizer="adam", loss=loss)
    return model


integer_model = compiled_with("sparse_categorical_crossentropy")
one_hot_model = compiled_with("categorical_crossentropy")
logits_model = compiled_with(keras.losses.SparseCategoricalCrossentropy(from_logits=True), last_activation=None)
squared_model = compiled_with("mean_squared_error")
# %% +after match-labels
few, rows_ = y_small[:64], to_one_hot(y_small[:64], 10)
for m, labels in [(integer_model, few), (one_hot_model, rows_), (logits_model, few), (squared_model, rows_)]:
    m.fit(x_small[:64], labels, epochs=1, verbose=0)
