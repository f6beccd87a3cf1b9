# The two forms of cross-entropy are swapped.
# /// reject
# cell = "test-labels"
# check = "Compiled"
# message = ["loss: expected sparse_categorical_crossentropy", "integer labels"]
# ///
# %% match-labels
integer_model, one_hot_model, squared_model = make_model(), make_model(), make_model()
logits_model = make_model(last_activation=None)
integer_model.compile(optimizer="adam", loss="categorical_crossentropy")
one_hot_model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
logits_model.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
squared_model.compile(optimizer="adam", loss="mean_squared_error")
