"""A course as nbgrader runs it: sources in ``solutions/``, what is handed out in ``assignments/``."""

from autograder.adapters.nbgrader import configure

c = get_config()  # noqa: F821

# Submissions are graded behind the wall.
configure(c)

c.CourseDirectory.course_id = "my-course"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
# nbgrader's own name for this folder, "solution", is too near to "solutions".
c.CourseDirectory.solution_directory = "solved"
