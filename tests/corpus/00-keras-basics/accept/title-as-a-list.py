# The two strings come back as a list; the names come from the data set.
# %% write-title
def title_and_color(predicted, true):
    names = fashion_mnist.class_names
    return ["%s (%s)" % (names[predicted], names[true]), ["#bb0000", "#008800"][int(predicted == true)]]
