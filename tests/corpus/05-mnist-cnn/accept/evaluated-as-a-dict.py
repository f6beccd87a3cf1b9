# evaluate returns a dict; the numbers are rounded to four places.
# %% evaluate-model
result = model.evaluate(x_test, y_test, verbose=0, return_dict=True)
test_loss = round(result["loss"], 4)
test_accuracy = round(result["accuracy"], 4)
# %% compare-networks
comparison = dict(
    CNN=dict(parameters=model.count_params(), accuracy=test_accuracy),
    MLP=dict(parameters=mlp.count_params(), accuracy=mlp.evaluate(x_test, y_test, verbose=0, return_dict=True)["accuracy"]),
)
