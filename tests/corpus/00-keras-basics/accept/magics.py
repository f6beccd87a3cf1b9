# Magics, shell commands and printed texts.
# %% +before build-mnist-model
%matplotlib inline
!echo hello
%pwd
# %% train-model
%time history = model.fit(x_train, y_train, epochs=5, batch_size=32, verbose=2)
# %% +after evaluate-model
print(f"測試準確率：{test_accuracy:.2%}")
%timeit -n 1 -r 1 model.predict(x_test[:10], verbose=0)
