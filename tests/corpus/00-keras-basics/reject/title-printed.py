# The text is printed, nothing is returned.
# /// reject
# cell = "test-title"
# check = "Calls"
# message = ["return"]
# ///
# %% write-title
def title_and_color(predicted, true):
    color = "#008800" if predicted == true else "#bb0000"
    print(f"{class_names[predicted]} ({class_names[true]})", color)
