# Colours by name.
# /// reject
# cell = "test-title"
# check = "Calls"
# message = ["#008800"]
# ///
# %% write-title
def title_and_color(predicted, true):
    color = "green" if predicted == true else "red"
    return f"{class_names[predicted]} ({class_names[true]})", color
