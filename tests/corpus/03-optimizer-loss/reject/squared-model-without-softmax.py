# The squared error compares logits with one-hot labels.
# /// reject
# cell = "test-labels"
# check = "Answer"
# message = ["last layer has no softmax"]
# ///
# %% match-labels
integer_model, one_hot_model = make_model(), make_model()
squared_model, logits_model = make_model(last_activation=None), make_model(last_activation=None)
integer_model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
one_hot_model.compile(optimizer="adam", loss="categorical_crossentropy")
logits_model.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
squared_model.compile(optimizer="adam", loss="mean_squared_error")
