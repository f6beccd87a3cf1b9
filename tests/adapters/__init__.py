"""Where the grader meets other programs."""
