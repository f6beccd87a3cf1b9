# Magics, shell commands and cells of the student's own, with names that the notebook uses too.
# %% +before count-steps
%matplotlib inline
!ls
x_train.shape, y_train.shape
# %% +before train-function
history = make_model().fit(x_train[:500], y_train[:500], epochs=1, batch_size=100, verbose=0)
epochs, batch_size = 1, 100
print(history.history.keys())
# %% train-function
%%time
def train(epochs, batch_size):
    model = make_model()
    history = model.fit(
        x_train, y_train, epochs=epochs, batch_size=batch_size, validation_split=0.2, verbose=0
    )
    return history
# %% +after run-settings
%time print(len(histories))
for history in histories:
    print(history.epoch, history.params)
# %% +after choose-setting
print("best:", best)
# best["epochs"], best["batch_size"]
