# The title is put together with + and an if.
# %% write-title
def title_and_color(predicted, true):
    text = class_names[predicted] + " (" + class_names[true] + ")"
    if predicted == true:
        color = "#008800"
    else:
        color = "#bb0000"
    return text, color
