# The title is made with str.format and a tuple of colours; early return.
# %% write-title
GREEN, RED = "#008800", "#bb0000"


def title_and_color(predicted, true):
    title = "{} ({})".format(class_names[predicted], class_names[true])
    if predicted != true:
        return (title, RED)
    return (title, GREEN)
