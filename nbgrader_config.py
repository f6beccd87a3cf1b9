"""A course as nbgrader runs it: sources in ``solutions/``, what is handed out in ``assignments/``."""

from autograder.adapters.nbgrader import configure

c = get_config()  # noqa: F821

# Submissions are graded behind the wall.
configure(c)

c.CourseDirectory.course_id = "keras-lesson"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
# nbgrader's own name for this folder, "solution", is too near to "solutions".
c.CourseDirectory.solution_directory = "solved"
# The notebooks that are handed out name no kernel of the machine that they were written on.
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}
# What a learning platform calls the files that it gives back: <student>_<notebook>.ipynb, or, with the time of the
# submission in UTC, <student>_20261130T235900_<notebook>.ipynb. No student is called "..", which is another folder.
c.FileNameCollectorPlugin.named_regexp = (
    r".*/(?P<student_id>[^/_.][^/_]*)_(?:(?P<timestamp>\d{8}T\d{6})_)?(?P<file_id>[^/]+)\.ipynb"
)
