# Green where wrong.
# /// reject
# cell = "test-title"
# check = "Calls"
# message = ["colours are swapped"]
# ///
# %% write-title
def title_and_color(predicted, true):
    color = "#bb0000" if predicted == true else "#008800"
    return f"{class_names[predicted]} ({class_names[true]})", color
