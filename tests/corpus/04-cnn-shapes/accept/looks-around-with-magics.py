# The student looks around with magics and plots, and uses names of the notebook's for other things.
# %% +before write-convolve
%matplotlib inline
!ls
%time images.mean()
plt.imshow(images[1], cmap="gray"); plt.colorbar()
# %% +after test-convolve
%timeit -n 1 -r 1 convolve(digit, small_filter)
picture = images[3] / 255.
rows, about, checks = [], "", None
# %% +before fill-table
# 先看看 my_cnn 長什麼樣子
for i, (k, s) in enumerate(my_cnn["layers"], 1):
    print(i, k, s)
size = filters = kernel = 3
# %% write-name
my_name = "student-01"
print("我的名字", my_name)
