# Losses as objects; squared error by its short name; the logits get a Softmax nowhere.
# %% match-labels
integer_model = make_model()
integer_model.compile(optimizer=keras.optimizers.Adam(), loss=keras.losses.SparseCategoricalCrossentropy())
one_hot_model = make_model()
one_hot_model.compile(optimizer="rmsprop", loss=keras.losses.CategoricalCrossentropy(from_logits=False))
logits_model = make_model(last_activation=None)
logits_model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
squared_model = make_model()
squared_model.compile(optimizer="adam", loss="mse")
