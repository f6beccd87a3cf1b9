# The model still has softmax, and the loss applies it again.
# /// reject
# cell = "test-labels"
# check = "Answer"
# message = ["softmax is applied twice"]
# ///
# %% match-labels
integer_model, one_hot_model, squared_model = make_model(), make_model(), make_model()
logits_model = make_model()
integer_model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
one_hot_model.compile(optimizer="adam", loss="categorical_crossentropy")
logits_model.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
squared_model.compile(optimizer="adam", loss="mean_squared_error")
