# The numbers of the classes instead of their names.
# /// reject
# cell = "test-title"
# check = "Calls"
# message = ["class_names"]
# ///
# %% write-title
def title_and_color(predicted, true):
    color = "#008800" if predicted == true else "#bb0000"
    return f"{predicted} ({true})", color
