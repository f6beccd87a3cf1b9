# The true name comes first.
# /// reject
# cell = "test-title"
# check = "Calls"
# message = ["names are swapped"]
# ///
# %% write-title
def title_and_color(predicted, true):
    color = "#008800" if predicted == true else "#bb0000"
    return f"{class_names[true]} ({class_names[predicted]})", color
