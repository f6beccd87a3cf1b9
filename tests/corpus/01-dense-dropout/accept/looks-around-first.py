# The student looks at the data and at the model in cells of their own, and counts with the model's own method.
# %% +before build-model
%matplotlib inline
!echo "here I try things"
plt.imshow(x_train[0], cmap="gray")
plt.title(fashion_mnist.class_names[y_train[0]])
plt.show()
# %% +after build-model
model.summary()
for one in model.layers:
    print(one.name, one.count_params())
# %% count-parameters
parameter_counts = [one.count_params() for one in model.layers if one.count_params() > 0]
print(parameter_counts)
