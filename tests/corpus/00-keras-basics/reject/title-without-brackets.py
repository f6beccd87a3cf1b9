# The true name is not in brackets.
# /// reject
# cell = "test-title"
# check = "Calls"
# message = ["in brackets"]
# ///
# %% write-title
def title_and_color(predicted, true):
    color = "#008800" if predicted == true else "#bb0000"
    return class_names[predicted] + " " + class_names[true], color
