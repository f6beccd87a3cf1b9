# Losses as functions and by Keras's class names; make_model("linear") for the logits.
# %% match-labels
integer_model, one_hot_model, squared_model = make_model(), make_model("softmax"), make_model()
logits_model = make_model("linear")
integer_model.compile(optimizer="adam", loss=keras.losses.sparse_categorical_crossentropy)
one_hot_model.compile(optimizer="adam", loss="CategoricalCrossentropy")
logits_model.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(True))
squared_model.compile(optimizer="adam", loss=keras.losses.MeanSquaredError(), metrics=["mae"])
