# The model has no softmax, but the loss is not told from_logits=True.
# /// reject
# cell = "test-labels"
# check = "Answer"
# message = ["not told from_logits=True"]
# ///
# %% match-labels
integer_model, one_hot_model, squared_model = make_model(), make_model(), make_model()
logits_model = make_model(last_activation=None)
integer_model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
one_hot_model.compile(optimizer="adam", loss="categorical_crossentropy")
logits_model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
squared_model.compile(optimizer="adam", loss="mean_squared_error")
